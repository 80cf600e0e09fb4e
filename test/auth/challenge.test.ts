import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAuthValues } from "../../src/auth/auth-value";
import { challengeLines } from "../../src/auth/authenticate";
import { formatChallenge, parseChallenges } from "../../src/auth/challenge";
import { parseAlgorithm } from "../../src/auth/digest";
import { headerValue } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";

interface Vector {
  readonly id: string;
  readonly input: string;
  readonly expect:
    | "reject"
    | { readonly list: readonly { scheme: string; params: Record<string, string> }[] };
}

const vectors = JSON.parse(
  readFileSync(`${import.meta.dirname}/../conformance/vectors/challenge.json`, "utf8"),
) as { readonly vectors: readonly Vector[] };

/** The value as a message's reader hands it over: folds gone, no white space at its ends. */
function received(value: string): string {
  const message = parseText(`SIP/2.0 401 Unauthorized\r\nWWW-Authenticate:${value}\r\n\r\n`);
  if (!message.ok) throw new Error(message.error);
  return headerValue(message.value, "www-authenticate") ?? "";
}

const digestOf = (value: string) => {
  const [challenge] = parseChallenges(value) ?? [];
  if (challenge?.kind !== "digest") throw new Error("no Digest challenge");
  return challenge;
};

describe("conformance vectors: WWW-Authenticate", () => {
  it.each(vectors.vectors)("$id", ({ input, expect: expected }) => {
    const value = received(input);
    if (expected === "reject") {
      expect(parseChallenges(value)).toBeUndefined();
      return;
    }
    expect(parseChallenges(value)).toHaveLength(expected.list.length);
    const read = parseAuthValues(value)?.map(({ scheme, params }) => ({
      scheme: scheme.toLowerCase(),
      params: Object.fromEntries(params),
    }));
    expect(read).toEqual(
      expected.list.map(({ scheme, params }) => ({ scheme: scheme.toLowerCase(), params })),
    );
  });
});

describe("RFC 7616 §3.3", () => {
  it("compares stale, qop and algorithm without case", () => {
    const challenge = digestOf(
      'DIGEST realm="a", nonce="n", qop="AUTH,autH-INt", algorithm=sha-256-SESS, stale=TRUE',
    );
    expect(challenge).toMatchObject({ stale: true, qop: ["auth", "auth-int"] });
    expect(parseAlgorithm(challenge.algorithm)).toEqual({ algorithm: "SHA-256", session: true });
  });

  it("takes an absent algorithm for MD5 and anything but true for not stale", () => {
    const challenge = digestOf('Digest realm="a", nonce="n", stale=maybe');
    expect(challenge.stale).toBe(false);
    expect(parseAlgorithm(challenge.algorithm)).toEqual({ algorithm: "MD5", session: false });
    expect(parseAlgorithm("SHA-3")).toBeUndefined();
  });

  it("writes realm, nonce and qop quoted, algorithm and stale never", () => {
    const text = formatChallenge({
      kind: "digest",
      realm: 'a "quoted" realm',
      nonce: "x\\y",
      domain: undefined,
      opaque: "",
      stale: true,
      algorithm: "SHA-256",
      qop: ["auth"],
      userhash: false,
    });
    expect(text).toBe(
      'Digest realm="a \\"quoted\\" realm", nonce="x\\\\y", opaque="", qop="auth", stale=true, algorithm=SHA-256',
    );
    expect(digestOf(text)).toMatchObject({
      realm: 'a "quoted" realm',
      nonce: "x\\y",
      opaque: "",
      stale: true,
    });
  });
});

describe("RFC 7235 §4.1", () => {
  it("reads several challenges of one line, as some servers send them", () => {
    const line =
      'Bearer realm="a", authz_server="https://as.example.com", Digest realm="a", nonce="n",qop="auth"';
    expect(parseChallenges(line)?.map((challenge) => challenge.kind)).toEqual(["bearer", "digest"]);
  });

  it.each([
    ["a name twice", 'Digest realm="a", realm="b", nonce="n"'],
    ["a name twice in another case", 'Digest realm="a", Realm="b"'],
    ["an empty element", 'Digest realm="a",, nonce="n"'],
    ["a comma at the end", 'Digest realm="a",'],
    ["no comma", 'Digest realm="a" nonce="n"'],
    ["a control character in quotes", 'Digest realm="a\u0000b"'],
    ["an escape that ends the text", 'Digest realm="a\\'],
    ["a token68 for Digest", "Digest YWJj"],
    ["parameters that never end", `Digest ${Array.from({ length: 40 }, (_, n) => `p${n}=1`).join(",")}`],
    ["more than 8 KB", `Digest realm="${"a".repeat(9000)}"`],
    ["nothing", ""],
  ])("refuses %s", (_, value) => {
    expect(parseChallenges(value)).toBeUndefined();
  });
});

describe("RFC 8760 §2.3", () => {
  const offer = { realm: "example.com", nonce: "n1", stale: false } as const;

  it("offers the preferred algorithm first, each on a line of its own, MD5 last", () => {
    expect(challengeLines({ ...offer, algorithms: ["MD5", "SHA-256", "SHA-512-256"] })).toEqual([
      'Digest realm="example.com", nonce="n1", qop="auth", algorithm=SHA-512-256',
      'Digest realm="example.com", nonce="n1", qop="auth", algorithm=SHA-256',
      'Digest realm="example.com", nonce="n1", qop="auth", algorithm=MD5',
    ]);
  });

  it("offers no algorithm that is not allowed, and says stale on each line", () => {
    expect(challengeLines({ ...offer, stale: true, algorithms: ["SHA-256"] })).toEqual([
      'Digest realm="example.com", nonce="n1", qop="auth", stale=true, algorithm=SHA-256',
    ]);
  });

  it("puts Bearer before them (RFC 8898 §4)", () => {
    const bearer = {
      authorizationServer: "https://as.example.com/",
      scope: "sip chat",
      error: "invalid_token",
    } as const;
    expect(challengeLines({ ...offer, algorithms: ["MD5"], bearer })).toEqual([
      'Bearer realm="example.com", authz_server="https://as.example.com/", scope="sip chat", error="invalid_token"',
      'Digest realm="example.com", nonce="n1", qop="auth", algorithm=MD5',
    ]);
  });
});

describe("the parsers of stock clients", () => {
  const require = createRequire(import.meta.url);
  const jssip = require("jssip/lib/Grammar.js") as { parse(input: string, rule: string): unknown };
  const lines = challengeLines({
    realm: "example.com",
    nonce: "lzzzzzzz.abc-_0",
    stale: true,
    algorithms: ["SHA-512-256", "SHA-256", "MD5"],
    bearer: { authorizationServer: "https://as.example.com/", scope: "sip", error: "invalid_token" },
  });

  it.each(lines)("JsSIP reads %s", (line) => {
    // JsSIP throws away the whole response when this is -1.
    expect(jssip.parse(line, "WWW_Authenticate")).not.toBe(-1);
    expect(jssip.parse(line, "Proxy_Authenticate")).not.toBe(-1);
  });

  it("JsSIP keeps the last line, MD5, with its qop and stale", () => {
    expect(jssip.parse(lines.at(-1) ?? "", "WWW_Authenticate")).toMatchObject({
      realm: "example.com",
      nonce: "lzzzzzzz.abc-_0",
      algorithm: "MD5",
      qop: ["auth"],
      stale: true,
    });
  });
});

describe("parseChallenges", () => {
  const text = fc.string({ unit: "binary-ascii" }).filter((value) => !/[\r\n]/.test(value));
  const challenge = fc.record({
    kind: fc.constant("digest" as const),
    realm: text,
    nonce: text,
    domain: fc.option(text, { nil: undefined }),
    opaque: fc.option(text, { nil: undefined }),
    stale: fc.boolean(),
    algorithm: fc.constantFrom("MD5", "SHA-256", "SHA-512-256-sess", undefined),
    qop: fc.constantFrom([], ["auth"], ["auth", "auth-int"]),
    userhash: fc.boolean(),
  });

  it("reads back what formatChallenge writes", () => {
    fc.assert(
      fc.property(challenge, (one) => {
        expect(parseChallenges(formatChallenge(one))).toEqual([one]);
      }),
    );
  });

  it("throws for no text", () => {
    const piece = fc.constantFrom(
      "Digest ",
      "Bearer ",
      "realm=",
      '"',
      "\\",
      ",",
      "=",
      " ",
      "a",
      "qop",
      "\t",
      "é",
      "\u0000",
    );
    const made = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string(), made), (value) => {
        const read = parseChallenges(value);
        expect(read === undefined || read.length > 0).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("is linear: a megabyte of any one character is refused at once", () => {
    for (const character of ['"', "\\", ",", "=", " ", "a"]) {
      expect(parseChallenges(`Digest realm=${character.repeat(1 << 20)}`)).toBeUndefined();
    }
  });
});
