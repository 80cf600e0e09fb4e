import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { answerChallenge } from "../../src/auth/answer-challenge";
import { constantTimeEquals } from "../../src/auth/constant-time";
import { parseCredentials } from "../../src/auth/credentials";
import {
  type DigestFacts,
  digestResponse,
  ha1,
  ha1Set,
  parseAlgorithm,
  type QualityOfProtection,
  userhash,
  verifyDigest,
} from "../../src/auth/digest";

interface Vector {
  readonly id?: string;
  readonly username: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly method: string;
  readonly algorithm?: string;
  readonly qop?: QualityOfProtection;
  readonly nc?: string;
  readonly cnonce?: string;
  readonly body?: string;
  readonly ha1: string;
  readonly ha2: string;
  readonly response: string;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(`${import.meta.dirname}/../conformance/crypto/${name}`, "utf8"));
const { vectors } = read("digest.json") as { readonly vectors: readonly Vector[] };
const { vector: erratum } = read("digest-rfc7616-3.9.2-erratum.json") as {
  readonly vector: Vector & { readonly userhash_username: string };
};

const { hash } = createKeyring("a secret of the tests");

function factsOf(vector: Vector): DigestFacts {
  const named = parseAlgorithm(vector.algorithm);
  if (named === undefined) throw new Error(`unknown algorithm in ${vector.id}`);
  const { method, uri, nonce, qop, nc = "", cnonce = "", body = "" } = vector;
  return {
    ...named,
    method,
    uri,
    nonce,
    protection: qop === undefined ? undefined : { qop, nc, cnonce, body },
  };
}

const secretOf = (vector: Vector) =>
  ha1(hash, factsOf(vector).algorithm, vector.username, vector.realm, vector.password);

describe.each([...vectors, { ...erratum, id: "RFC 7616 §3.9.2, corrected" }])(
  "digest vector $id",
  (vector) => {
    const facts = factsOf(vector);

    it("H(A1)", () => {
      const secret = secretOf(vector);
      const session = `${secret}:${vector.nonce}:${vector.cnonce}`;
      expect(facts.session ? hash(facts.algorithm, session) : secret).toBe(vector.ha1);
    });

    it("response", () => {
      expect(digestResponse(hash, secretOf(vector), facts)).toBe(vector.response);
    });

    it("verifies, and nothing else does", () => {
      const secret = secretOf(vector);
      expect(verifyDigest(hash, secret, facts, vector.response)).toBe(true);
      expect(verifyDigest(hash, secret, facts, vector.response.toUpperCase())).toBe(true);
      expect(verifyDigest(hash, secret, { ...facts, method: "MESSAGE" }, vector.response)).toBe(false);
      expect(verifyDigest(hash, secret, { ...facts, uri: `${facts.uri}x` }, vector.response)).toBe(false);
      expect(verifyDigest(hash, secret, { ...facts, nonce: `${facts.nonce}x` }, vector.response)).toBe(false);
      expect(verifyDigest(hash, `${secret}0`, facts, vector.response)).toBe(false);
      expect(verifyDigest(hash, secret, facts, vector.response.slice(1))).toBe(false);
      expect(verifyDigest(hash, secret, facts, "")).toBe(false);
    });

    it("is what a client answers with", () => {
      const qop = vector.qop === undefined ? "" : `, qop="${vector.qop}"`;
      const algorithm = vector.algorithm === undefined ? "" : `, algorithm=${vector.algorithm}`;
      const challenge = `Digest realm="${vector.realm}", nonce="${vector.nonce}"${qop}${algorithm}`;
      const answer = answerChallenge(
        hash,
        [challenge],
        vector,
        { method: vector.method, requestUri: vector.uri, body: vector.body ?? "" },
        { nc: Number.parseInt(vector.nc ?? "1", 16), cnonce: vector.cnonce ?? "" },
      );
      expect(parseCredentials(answer ?? "")).toMatchObject({
        kind: "digest",
        username: vector.username,
        response: vector.response,
        nc: vector.qop === undefined ? undefined : vector.nc,
        cnonce: vector.qop === undefined ? undefined : vector.cnonce,
      });
    });
  },
);

describe("RFC 7616 §3.4.4", () => {
  it("hashes the user name by the credentials' algorithm", () => {
    expect(userhash(hash, "SHA-512-256", erratum.username, erratum.realm)).toBe(erratum.userhash_username);
  });

  it("is used by a client where the challenge asks for it", () => {
    const answer = answerChallenge(
      hash,
      [`Digest realm="${erratum.realm}", nonce="n", qop="auth", algorithm=SHA-512-256, userhash=true`],
      erratum,
      { method: "GET", requestUri: "/doe.json", body: "" },
      { nc: 1, cnonce: "c" },
    );
    expect(parseCredentials(answer ?? "")).toMatchObject({
      userhash: true,
      username: erratum.userhash_username,
    });
  });
});

describe("RFC 7616 §3.4.2, kept in place of a password", () => {
  it("makes an HA1 for each algorithm and for both user-name forms", () => {
    const set = ha1Set(hash, "alice", "example.com", "secret");
    expect(set.user).toEqual({
      MD5: hash("MD5", "alice:example.com:secret"),
      "SHA-256": hash("SHA-256", "alice:example.com:secret"),
      "SHA-512-256": hash("SHA-512-256", "alice:example.com:secret"),
    });
    expect(set.aor.MD5).toBe(hash("MD5", "alice@example.com:example.com:secret"));
    expect(Object.keys(set.aor)).toHaveLength(3);
    expect(JSON.stringify(set)).not.toContain("secret");
  });
});

describe("RFC 8760 §2.4", () => {
  const identity = { username: "alice", password: "secret" };
  const request = { method: "REGISTER", requestUri: "sip:example.com", body: "" };
  const answerTo = (...values: readonly string[]) =>
    parseCredentials(answerChallenge(hash, values, identity, request, { nc: 1, cnonce: "c" }) ?? "");

  it("answers the topmost challenge it understands", () => {
    const answer = answerTo(
      'Bearer realm="a", authz_server="https://as.example.com"',
      'Digest realm="a", nonce="n0", algorithm=SHA-3, qop="auth"',
      'Digest realm="a", nonce="n1", algorithm=SHA-256, qop="auth,auth-int"',
      'Digest realm="a", nonce="n2", algorithm=MD5, qop="auth"',
    );
    expect(answer).toMatchObject({ nonce: "n1", algorithm: "SHA-256", qop: "auth" });
  });

  it("returns opaque as it came, and answers without qop where none was offered", () => {
    expect(answerTo('Digest realm="a", nonce="n", opaque="\\"o"')).toMatchObject({
      opaque: '"o',
      qop: undefined,
      cnonce: undefined,
      algorithm: undefined,
    });
  });

  it.each([
    ["an unknown qop", 'Digest realm="a", nonce="n", qop="auth-conf"'],
    ["no nonce", 'Digest realm="a"'],
    [
      "-sess without qop, which has no cnonce (RFC 3261 §22.4 item 8)",
      'Digest realm="a", nonce="n", algorithm=MD5-sess',
    ],
    ["what does not parse", 'Digest realm="a'],
    ["Basic (RFC 8760 §2.6)", 'Basic realm="a"'],
  ])("gives up on %s", (_, value) => {
    expect(answerChallenge(hash, [value], identity, request, { nc: 1, cnonce: "c" })).toBeUndefined();
  });
});

describe("constantTimeEquals", () => {
  it.each([
    ["", "", true],
    ["abc", "abc", true],
    ["abc", "abd", false],
    ["abc", "bbc", false],
    ["abc", "ab", false],
    ["", "a", false],
  ])("%j %j: %s", (a, b, equal) => {
    expect(constantTimeEquals(a, b)).toBe(equal);
  });
});
