import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAuthValues } from "../../src/auth/auth-value";
import { credentialsEndHere, formatCredentials, parseCredentials } from "../../src/auth/credentials";
import { headerValue } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";

interface Vector {
  readonly id: string;
  readonly input: string;
  readonly expect: "reject" | { readonly scheme: string; readonly params: Record<string, string> };
}

const vectors = JSON.parse(
  readFileSync(`${import.meta.dirname}/../conformance/vectors/credentials.json`, "utf8"),
) as { readonly vectors: readonly Vector[] };

function received(value: string): string {
  const message = parseText(`REGISTER sip:example.com SIP/2.0\r\nAuthorization: ${value}\r\n\r\n`);
  if (!message.ok) throw new Error(message.error);
  return headerValue(message.value, "authorization") ?? "";
}

describe("conformance vectors: Authorization", () => {
  it.each(vectors.vectors)("$id", ({ input, expect: expected }) => {
    const value = received(input);
    const credentials = parseCredentials(value);
    if (expected === "reject") {
      expect(credentials).toBeUndefined();
      return;
    }
    expect(credentials).toMatchObject({ kind: expected.scheme.toLowerCase(), ...expected.params });
    const [raw] = parseAuthValues(value) ?? [];
    expect(Object.fromEntries(raw?.params ?? [])).toMatchObject(expected.params);
  });
});

describe("RFC 7616 §3.4", () => {
  it("decodes username* and refuses it beside username", () => {
    const extended = "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe";
    expect(parseCredentials(`Digest ${extended}, realm="r"`)).toMatchObject({ username: "Jäsøn Doe" });
    expect(parseCredentials(`Digest ${extended}, username="J", realm="r"`)).toBeUndefined();
    expect(parseCredentials("Digest username*=UTF-8''%FF, realm=\"r\"")).toBeUndefined();
    expect(parseCredentials("Digest username*=ISO-8859-1''a, realm=\"r\"")).toBeUndefined();
  });

  it.each(["0000001", "000000001", "0000000g", "+0000001"])("refuses nc=%s", (nc) => {
    expect(parseCredentials(`Digest username="a", nc=${nc}`)).toBeUndefined();
  });

  it("writes algorithm, qop and nc bare, all others quoted", () => {
    const text = formatCredentials({
      kind: "digest",
      username: "alice",
      realm: "example.com",
      nonce: "n",
      uri: "sip:example.com",
      response: "00ff",
      algorithm: "SHA-256",
      cnonce: "c",
      opaque: undefined,
      qop: "auth",
      nc: "00000001",
      userhash: false,
    });
    expect(text).toBe(
      'Digest username="alice", realm="example.com", nonce="n", uri="sip:example.com", response="00ff", ' +
        'algorithm=SHA-256, cnonce="c", qop=auth, nc=00000001',
    );
  });
});

describe("RFC 6750 §2.1", () => {
  it("reads a token whole, padding included", () => {
    expect(parseCredentials("Bearer eyJh.eyJz._-~+/x==")).toEqual({
      kind: "bearer",
      token: "eyJh.eyJz._-~+/x==",
    });
  });

  it.each(["Bearer", "Bearer ", 'Bearer realm="a"', "Bearer a b", "Bearer a,b", "Bearer a!b"])(
    "refuses %j",
    (value) => {
      expect(parseCredentials(value)).toBeUndefined();
    },
  );

  it("reads 8 KB and no more", () => {
    expect(parseCredentials(`Bearer ${"a".repeat(8192)}`)).toMatchObject({ kind: "bearer" });
    expect(parseCredentials(`Bearer ${"a".repeat(8500)}`)).toBeUndefined();
  });
});

describe("RFC 3261 §22.3", () => {
  it.each([
    ["Digest of our realm", 'Digest username="a", realm="example.com"', true],
    ["Digest of another realm", 'Digest username="a", realm="example.org"', false],
    ["any Bearer", "Bearer abc", true],
    ["what does not parse", 'Digest realm="example.com', true],
    ["another scheme of another realm", 'NTLM realm="example.org"', false],
    ["another scheme of our realm", 'NTLM realm="example.com"', true],
    ["another scheme that names no realm", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", true],
    ["Digest that names no realm", 'Digest username="a"', true],
  ])("%s ends here: %s %s", (_, value, ends) => {
    expect(credentialsEndHere(value, "example.com")).toBe(ends);
  });

  it("never reads several credentials of one line", () => {
    expect(
      parseCredentials('Digest username="a", realm="r", Digest username="b", realm="s"'),
    ).toBeUndefined();
  });
});

describe("parseCredentials", () => {
  const text = fc.string({ unit: "binary-ascii" }).filter((value) => !/[\r\n]/.test(value));
  const optional = fc.option(text, { nil: undefined });
  const credentials = fc.record({
    kind: fc.constant("digest" as const),
    username: text,
    realm: optional,
    nonce: optional,
    uri: optional,
    response: optional,
    algorithm: fc.constantFrom("MD5", "SHA-256-sess", undefined),
    cnonce: optional,
    opaque: optional,
    qop: fc.constantFrom("auth", "auth-int", undefined),
    nc: fc.option(
      fc.nat(0xffffffff).map((count) => count.toString(16).padStart(8, "0")),
      { nil: undefined },
    ),
    userhash: fc.boolean(),
  });

  it("reads back what formatCredentials writes", () => {
    fc.assert(
      fc.property(credentials, (one) => {
        expect(parseCredentials(formatCredentials(one))).toEqual(one);
      }),
    );
  });

  it("throws for no text", () => {
    const piece = fc.constantFrom(
      "Digest ",
      "Bearer ",
      "username*=",
      "UTF-8''%",
      "nc=",
      '"',
      "\\",
      ",",
      "=",
      " ",
      "a",
      "é",
    );
    const made = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string(), made), (value) => {
        expect(typeof credentialsEndHere(value, "a")).toBe("boolean");
      }),
      { numRuns: 1000 },
    );
  });
});
