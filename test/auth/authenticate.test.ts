import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { answerChallenge } from "../../src/auth/answer-challenge";
import {
  type CredentialsInput,
  type CredentialsJudgement,
  challengeLines,
  judgeCredentials,
} from "../../src/auth/authenticate";
import { type DigestAlgorithm, digestAlgorithms, digestResponse, ha1Set } from "../../src/auth/digest";
import { mintNonce } from "../../src/auth/nonce";
import { epochMs, millis } from "../../src/base/brand";

const { hash, mac } = createKeyring("a secret of the tests");
const realm = "example.com";
const binding = { socketId: "s1", aor: "alice@example.com" };
const now = epochMs(1_763_800_000_000);
const nonce = mintNonce(mac, binding, now);
const account = { spelling: "Alice@example.com", ha1s: ha1Set(hash, "Alice", realm, "wonder land") };

const base: CredentialsInput = {
  values: [],
  method: "REGISTER",
  requestUri: "sip:example.com",
  realm,
  binding,
  account,
  algorithms: ["SHA-256", "MD5"],
  nonceUse: undefined,
  nonceLifetime: millis(60_000),
  now,
};

const judge = (input: Partial<CredentialsInput>): CredentialsJudgement =>
  judgeCredentials({ ...base, ...input }, hash, mac);

interface Attempt {
  readonly username?: string;
  readonly password?: string;
  readonly algorithm?: DigestAlgorithm;
  readonly method?: string;
  readonly requestUri?: string;
  readonly nonce?: string;
  readonly nc?: number;
  readonly extra?: string;
}

/** What a right client would send for this attempt. */
function answer(attempt: Attempt = {}): string {
  const { username = "Alice", password = "wonder land", algorithm = "SHA-256", nc = 1 } = attempt;
  const challenge = challengeLines({
    realm,
    nonce: attempt.nonce ?? nonce,
    stale: false,
    algorithms: [algorithm],
  }).map((line) => line + (attempt.extra ?? ""));
  const { method = "REGISTER", requestUri = "sip:example.com" } = attempt;
  const request = { method, requestUri, body: "" };
  return answerChallenge(hash, challenge, { username, password }, request, { nc, cnonce: "0a4f" }) ?? "";
}

const challenge = { kind: "challenge", stale: false };
const stale = { kind: "challenge", stale: true };

describe("RFC 3261 §22.1", () => {
  it("challenges a request without credentials", () => {
    expect(judge({})).toEqual(challenge);
  });

  it.each(["SHA-256", "MD5"] as const)(
    "takes a right answer by %s, with both forms of the name",
    (algorithm) => {
      expect(judge({ values: [answer({ algorithm })] })).toEqual({
        kind: "authenticated",
        username: "Alice",
        algorithm,
        nonceUse: { value: nonce, highest: 1 },
      });
      const aor = answer({ algorithm, username: "Alice@example.com" });
      expect(judge({ values: [aor] })).toMatchObject({
        kind: "authenticated",
        username: "Alice@example.com",
      });
    },
  );

  it("takes SHA-512-256 where it is offered", () => {
    const values = [answer({ algorithm: "SHA-512-256" })];
    expect(judge({ values, algorithms: digestAlgorithms })).toMatchObject({ kind: "authenticated" });
  });

  it("takes a hashed user name (RFC 7616 §3.4.4)", () => {
    const values = [answer({ extra: ", userhash=true" })];
    expect(values[0]).not.toContain("Alice");
    expect(judge({ values })).toMatchObject({ kind: "authenticated", username: "Alice" });
  });

  it("finds our credentials among those of other realms (RFC 3261 §22.3)", () => {
    const other = 'Digest username="x", realm="example.org", nonce="n", uri="sip:a", response="00"';
    expect(judge({ values: [other, "Bearer abc", "garbage", answer()] })).toMatchObject({
      kind: "authenticated",
    });
  });
});

describe("a wrong response on a fresh nonce is a failed login", () => {
  it.each([
    ["a wrong password", { password: "wonderland" }],
    ["another user's name", { username: "bob" }],
    ["the name in another case, of which there is no HA1", { username: "alice" }],
    ["an answer for another method", { method: "MESSAGE" }],
  ])("%s", (_, attempt) => {
    const { username = "Alice" } = attempt as Attempt;
    expect(judge({ values: [answer(attempt)] })).toEqual({ kind: "failed", username });
  });

  it("is one where there is no account, too, and no password of a decoy's opens it", () => {
    expect(judge({ account: undefined, values: [answer()] })).toEqual({ kind: "failed", username: "Alice" });
    expect(judge({ account: undefined, values: [answer({ username: "@", password: "" })] }).kind).toBe(
      "failed",
    );
  });

  it("takes as many hashes, of as many characters, for a name nobody has as for a wrong password", () => {
    const work = (input: Partial<CredentialsInput>): readonly number[] => {
      const lengths: number[] = [];
      const counting: typeof hash = (algorithm, text) => {
        lengths.push(text.length);
        return hash(algorithm, text);
      };
      judgeCredentials({ ...base, ...input }, counting, mac);
      return lengths;
    };
    const values = [answer({ password: "wrong" })];
    expect(work({ values }).length).toBeGreaterThan(1);
    expect(work({ values, account: undefined })).toEqual(work({ values }));
  });

  it("is one where the answer was made from the decoy that stands in for a missing HA1", () => {
    const facts = {
      algorithm: "SHA-256",
      session: false,
      method: "REGISTER",
      uri: "sip:example.com",
      nonce,
      protection: { qop: "auth", nc: "00000001", cnonce: "c", body: "" },
    } as const;
    const response = digestResponse(hash, "0".repeat(64), facts);
    for (const username of ["@", "Alice"]) {
      const value = `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="sip:example.com", response="${response}", algorithm=SHA-256, qop=auth, nc=00000001, cnonce="c"`;
      expect(judge({ account: undefined, values: [value] })).toEqual({ kind: "failed", username });
    }
  });

  it("is one where the account has no HA1 for the algorithm", () => {
    const tokensOnly = { spelling: "Alice@example.com", ha1s: { user: {}, aor: {} } };
    expect(judge({ account: tokensOnly, values: [answer()] }).kind).toBe("failed");
  });

  it("one request is one guess, however many credentials it carries", () => {
    const values = [answer({ password: "guess 1" }), answer()];
    expect(judge({ values })).toEqual({ kind: "failed", username: "Alice" });
  });

  it("costs the same hashes with an account and without", () => {
    const count = (input: Partial<CredentialsInput>): number => {
      let hashes = 0;
      const counting: typeof hash = (algorithm, text) => {
        hashes++;
        return hash(algorithm, text);
      };
      judgeCredentials({ ...base, ...input }, counting, mac);
      return hashes;
    };
    for (const extra of ["", ", userhash=true"]) {
      const values = [answer({ extra, password: "wrong" })];
      expect(count({ values })).toBeGreaterThan(0);
      expect(count({ values, account: undefined })).toBe(count({ values }));
    }
  });
});

describe("stale, and no penalty", () => {
  it("an answer to another socket's nonce, or to one we never minted, even with a wrong password", () => {
    const values = [answer({ password: "wrong" })];
    expect(judge({ values, binding: { ...binding, socketId: "s2" } })).toEqual(stale);
    expect(judge({ values: [answer({ nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093" })] })).toEqual(stale);
  });

  it("an answer to an old nonce", () => {
    expect(judge({ values: [answer()], now: epochMs(now + 60_000) })).toEqual(stale);
  });

  it("SIP.js sends its last Authorization once more with a re-REGISTER", () => {
    const values = [answer()];
    const first = judge({ values });
    if (first.kind !== "authenticated") throw new Error("the first answer is right");
    expect(judge({ values, nonceUse: first.nonceUse })).toEqual(stale);
  });

  it("a higher count on the same nonce is a further answer", () => {
    const nonceUse = { value: nonce, highest: 1 };
    expect(judge({ values: [answer({ nc: 2 })], nonceUse })).toMatchObject({
      kind: "authenticated",
      nonceUse: { value: nonce, highest: 2 },
    });
  });

  it("a failed login uses up no count", () => {
    expect(judge({ values: [answer({ password: "wrong" })] })).not.toHaveProperty("nonceUse");
  });
});

describe("a client without qop (RFC 8760 §2.6 item 8)", () => {
  const legacy = () => {
    const line = `Digest realm="${realm}", nonce="${nonce}", algorithm=MD5`;
    const request = { method: "REGISTER", requestUri: "sip:example.com", body: "" };
    const identity = { username: "Alice", password: "wonder land" };
    return answerChallenge(hash, [line], identity, request, { nc: 1, cnonce: "" }) ?? "";
  };

  it("is served once for each nonce", () => {
    const values = [legacy()];
    const first = judge({ values });
    expect(first).toMatchObject({ kind: "authenticated", nonceUse: { value: nonce, highest: 1 } });
    expect(judge({ values, nonceUse: { value: nonce, highest: 1 } })).toEqual(stale);
  });
});

describe("answered like no credentials at all", () => {
  it.each([
    ["another realm", answer().replace('realm="example.com"', 'realm="example.org"')],
    ["an algorithm not offered", answer({ algorithm: "SHA-512-256" })],
    ["an algorithm not known", answer().replace("SHA-256", "SHA-3")],
    ["the -sess variant, which we never offer", answer().replace("SHA-256", "SHA-256-sess")],
    ["auth-int, which we never offer", answer().replace("qop=auth", "qop=auth-int")],
    ["qop without nc", answer().replace(", nc=00000001", "")],
    ["qop without cnonce", answer().replace(', cnonce="0a4f"', "")],
    ["no uri", answer().replace(', uri="sip:example.com"', "")],
    ["a uri of another host", answer({ requestUri: "sip:example.org" })],
    ["a uri that is none", answer({ requestUri: "/index.html" })],
    ["no username", answer().replace('username="Alice", ', "")],
    [
      "the empty answer of a first request",
      'Digest username="Alice", realm="example.com", nonce="", uri="sip:example.com", response=""',
    ],
    ["Basic", "Basic QWxpY2U6d29uZGVyIGxhbmQ="],
    ["what does not parse", answer().slice(0, -1).replace("nc=", 'nc="')],
  ])("%s", (_, value) => {
    expect(judge({ values: [value] })).toEqual(challenge);
  });

  it("MD5 by default, when MD5 is not allowed", () => {
    const value = answer({ algorithm: "MD5" }).replace(", algorithm=MD5", "");
    expect(judge({ values: [value] })).toMatchObject({ kind: "authenticated", algorithm: "MD5" });
    expect(judge({ values: [value], algorithms: ["SHA-256"] })).toEqual(challenge);
  });
});

describe("RFC 8760 §2.6 item 6", () => {
  it("the uri may name another user at the host the request is for", () => {
    const values = [answer({ method: "INVITE", requestUri: "sip:EXAMPLE.com" })];
    const input = { values, method: "INVITE", requestUri: "sip:bob@example.com;transport=ws" };
    expect(judge(input)).toMatchObject({ kind: "authenticated" });
  });

  it("any uri will do that is the Request-URI's text", () => {
    const requestUri = "tel:+49301234";
    const values = [answer({ method: "INVITE", requestUri })];
    expect(judge({ values, method: "INVITE", requestUri })).toMatchObject({ kind: "authenticated" });
    expect(judge({ values, method: "INVITE", requestUri: "tel:+49301235" })).toEqual(challenge);
  });
});

describe("judgeCredentials", () => {
  it("throws for no text and authenticates nobody by chance", () => {
    const parts = answer().slice("Digest ".length).split(", ");
    const mutated = fc
      .array(fc.tuple(fc.nat(parts.length - 1), fc.string()), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const changed = [...parts];
        for (const [index, text] of changes) changed[index] = `${changed[index]?.split("=")[0]}="${text}"`;
        return `Digest ${changed.join(", ")}`;
      })
      .filter((value) => value !== answer());
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated), (value) => {
        expect(judge({ values: [value] }).kind).not.toBe("authenticated");
      }),
      { numRuns: 500 },
    );
  });
});
