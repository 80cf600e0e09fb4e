// RFC 3261 §22, §26: what a recording holds. A secret is planted wherever a message may carry one, in any spelling, and
// must be nowhere in what is kept.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactMessage } from "../../src/recorder/redact";
import { cpuTime } from "../support/cpu-time";

const secret = "S3cr3tS3cr3t";

const inAnyCase = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) =>
      [...text].map((one, at) => (upper[at] === true ? one.toUpperCase() : one.toLowerCase())).join(""),
    );

/** HCOLON, and a value that may be folded (RFC 3261 §7.3.1). */
const colon = fc.constantFrom(":", ": ", " : ", ":\r\n ", "\t:\r\n\t");
const separator = fc.constantFrom(", ", ",\r\n ", ",\t");

const digest = fc
  .tuple(separator, fc.constantFrom("response", "cnonce", "nonce", "opaque", "username"))
  .map(
    ([comma, name]) => `Digest realm="example.com"${comma}${name}="${secret}"${comma}uri="sip:example.com"`,
  );

const credentials = fc.oneof(
  digest,
  fc.constantFrom(
    `Bearer ${secret}`,
    `Basic ${secret}==`,
    `Custom ${secret}`,
    secret,
    `Digest ${secret}`,
    `"${secret}`,
  ),
);

const credentialField = fc
  .tuple(
    fc
      .constantFrom(
        "authorization",
        "proxy-authorization",
        "authentication-info",
        "proxy-authentication-info",
      )
      .chain(inAnyCase),
    colon,
    credentials,
  )
  .map(([name, sign, value]) => `${name}${sign}${value}`);

const challengeField = fc
  .tuple(fc.constantFrom("www-authenticate", "proxy-authenticate").chain(inAnyCase), colon, separator)
  .map(
    ([name, sign, comma]) =>
      `${name}${sign}Digest realm="example.com"${comma}nonce="${secret}"${comma}opaque="${secret}"`,
  );

const strangeField = fc
  .tuple(
    fc
      .constantFrom(
        "x-auth-token",
        "cookie",
        "set-cookie",
        "x-api-key",
        "x-secret",
        "password",
        "x-credentials",
      )
      .chain(inAnyCase),
    colon,
  )
  .map(([name, sign]) => `${name}${sign}${secret}`);

const uri = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("?", "&", ";"),
      fc
        .constantFrom(
          "access_token",
          "token",
          "password",
          "jwt",
          "authorization",
          "secret",
          "api_key",
          "pn-prid",
          "pn-tok",
        )
        .chain(inAnyCase),
    )
    .map(([sign, name]) => `sip:alice@example.com;x=1${sign}${name}=${secret}`),
  fc.constantFrom(`sip:alice:${secret}@example.com`, `sips:alice:${secret}@example.com;transport=ws`),
  fc.constant(`sip:alice@example.com;x=eyJhbGciOiJIUzI1NiJ9.${secret}.${secret}`),
);

const uriField = fc
  .tuple(
    fc.constantFrom("Contact", "m", "Route", "Refer-To", "r", "Referred-By", "X-Whatever", "From", "To"),
    uri,
  )
  .map(([name, value]) => `${name}: <${value}>`);

const field = fc.oneof(credentialField, challengeField, strangeField, uriField);

const keys = fc.constantFrom(
  `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${secret}|2^20`,
  `A=CRYPTO:${secret}`,
  `a=ice-pwd:${secret}`,
  `a=ice-ufrag:${secret}`,
  `a=fingerprint:sha-256 ${secret}`,
  `k=clear:${secret}`,
  `a=key-mgmt:mikey ${secret}`,
  `a=zrtp-hash:1.10 ${secret}`,
);
const lineEnd = fc.constantFrom("\r\n", "\n", "\r");

const body = fc.oneof(
  fc
    .tuple(keys, lineEnd)
    .map(([key, end]) => ["v=0", "s=-", "m=audio 9 RTP/SAVPF 0", key, "a=sendrecv", ""].join(end)),
  field.map((line) => `SIP/2.0 401 Unauthorized\r\n${line}\r\n\r\n`),
  fc.constantFrom(
    `{"access_token":"${secret}","expires":1}`,
    `{ "password" : "${secret}" }`,
    `grant_type=password&password=${secret}&x=1`,
    `token=${secret}`,
    `<credential>eyJhbGciOiJIUzI1NiJ9.${secret}</credential>`,
  ),
);

function message(lines: readonly string[], content: string, requestUri: string): string {
  return [
    `INVITE ${requestUri} SIP/2.0`,
    "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK1",
    "Call-ID: a84b4c76e66710",
    "CSeq: 1 INVITE",
    ...lines,
    "Content-Type: application/sdp",
    `Content-Length: ${content.length}`,
    "",
    content,
  ].join("\r\n");
}

describe("a secret that is planted in a message", () => {
  it("is in no record: header fields, URIs, start line and body, whatever is recorded", () => {
    fc.assert(
      fc.property(
        fc.array(field, { minLength: 1, maxLength: 4 }),
        body,
        fc.oneof(uri, fc.constant("sip:bob@example.com")),
        fc.boolean(),
        (lines, content, requestUri, bodies) => {
          const text = message(lines, content, requestUri);
          expect(text).toContain(secret);
          const kept = redactMessage(text, { bodies });
          expect(kept).toBeDefined();
          expect(kept?.text).not.toContain(secret);
          expect(kept?.redacted.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 500) },
    );
  });

  it("is in none of a response either", () => {
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 3 }), body, (lines, content) => {
        const text = message(lines, content, "sip:x").replace(
          /^.*\r\n/,
          "SIP/2.0 407 Proxy Authentication Required\r\n",
        );
        expect(redactMessage(text, { bodies: true })?.text).not.toContain(secret);
      }),
    );
  });

  it.each([
    `PROXY-Authenticate:Digest realm="example.com", nonce="${secret}"`,
    `Authorization : Digest realm="example.com",\tnonce="${secret}",\turi="sip:example.com"`,
    `X-Api-Key  : ${secret} x`,
  ])("RFC 3261 §7.1: is not kept with what has %s in the place of its start line", (line) => {
    const text = message([], "", "sip:x").replace(/^[^\r]*/, line);
    expect(redactMessage(text, { bodies: true })).toBeUndefined();
  });

  it("whatever else is in it: no frame makes it throw, and what does not parse is not kept", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array({ maxLength: 300 })), (frame) => {
        const kept = redactMessage(frame, { bodies: true });
        expect(kept === undefined || kept.text.length > 0).toBe(true);
      }),
    );
  });
});

describe("what is kept all the same", () => {
  const kept = (lines: readonly string[], content = "", bodies = true): string =>
    redactMessage(message(lines, content, "sip:bob@example.com"), { bodies })?.text ?? "";

  it("RFC 3261 §20.7: of credentials the scheme", () => {
    expect(kept([`Authorization: Digest username="alice", response="x"`])).toContain(
      "Authorization: Digest <redacted>\r\n",
    );
    expect(kept([`Authorization: Bearer ${secret}`])).toContain("Authorization: Bearer <redacted>\r\n");
  });

  it("RFC 3261 §20.44: of a challenge realm, algorithm and staleness", () => {
    const line =
      'WWW-Authenticate: Digest realm="example.com", nonce="x", qop="auth", algorithm=SHA-256, stale=true';
    expect(kept([line])).toContain(
      'WWW-Authenticate: Digest realm="example.com", algorithm=SHA-256, stale=true, nonce="<redacted>"\r\n',
    );
  });

  it("every other byte as it came", () => {
    const text = message(
      ['Contact: <sip:k3j2h4@df7jal23ls0d.invalid;transport=ws>;+sip.instance="<urn:uuid:1>"', "X-Odd:  two"],
      "v=0\r\n",
      "sip:bob@example.com",
    );
    expect(redactMessage(text, { bodies: true })).toMatchObject({ text, redacted: [], truncated: false });
  });

  it("a body as a note of its type and octets, where none is to be kept", () => {
    expect(kept([], "grüße", false).split("\r\n\r\n")[1]).toBe(
      "[7 octets of application/sdp, not recorded]\r\n",
    );
  });

  it("so much of a message as one record holds", () => {
    const long = redactMessage(message(["X: y"], "z".repeat(40_000), "sip:bob@example.com"), {
      bodies: true,
    });
    expect(long).toMatchObject({ truncated: true });
    expect(long?.text.length).toBe(32 * 1024);
  });
});

describe("time", () => {
  it.each([
    "sip:a:",
    "eyJ",
    "-eyJ",
    ";token=",
    '"password":"',
    "Bearer ",
    "a=crypto:",
    "Authorization:\r\n x\r\n",
  ])("is linear in what is sent: %j a thousand times over", (piece) => {
    const measure = (count: number): number => {
      const text = message(["X: y"], piece.repeat(count), "sip:bob@example.com");
      return cpuTime(() => void redactMessage(text, { bodies: true }));
    };
    measure(100);
    expect(measure(8_000)).toBeLessThan(400);
  });
});
