// The digest code of the clients that most users run, against ours: challenge out, answer in.
import { createRequire } from "node:module";
import { DigestAuthentication } from "sip.js/lib/core/messages/digest-authentication.js";
import { Parser } from "sip.js/lib/core/messages/parser.js";
import { describe, expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { type CredentialsInput, challengeLines, judgeCredentials } from "../../src/auth/authenticate";
import { ha1Set } from "../../src/auth/digest";
import { mintNonce } from "../../src/auth/nonce";
import { epochMs, millis } from "../../src/base/brand";

interface ChallengeOfClient {
  readonly algorithm?: string;
  readonly realm: string;
  readonly nonce: string;
  readonly qop?: readonly string[];
}

interface ClientDigest {
  authenticate(request: { method: string; ruri: string }, challenge: ChallengeOfClient): boolean;
  toString(): string;
}

const require = createRequire(import.meta.url);
const JsSipDigest = require("jssip/lib/DigestAuthentication.js") as new (
  credentials: Readonly<Record<string, unknown>>,
) => ClientDigest;
const jssipGrammar = require("jssip/lib/Grammar.js") as {
  parse(input: string, rule: string): ChallengeOfClient;
};

const { hash, mac } = createKeyring("a secret of the tests");
const realm = "example.com";
const now = epochMs(1_763_800_000_000);
const binding = { socketId: "s1", aor: "alice@example.com" };
const account = { spelling: "alice@example.com", ha1s: ha1Set(hash, "alice", realm, "secret") };
const lines = challengeLines({
  realm,
  nonce: mintNonce(mac, binding, now),
  stale: false,
  algorithms: ["SHA-256", "MD5"],
  bearer: { authorizationServer: "https://as.example.com" },
});

const judge = (value: string, method: string, requestUri: string, nonceUse?: CredentialsInput["nonceUse"]) =>
  judgeCredentials(
    {
      values: [value],
      method,
      requestUri,
      realm,
      binding,
      account,
      algorithms: ["SHA-256", "MD5"],
      nonceUse,
      nonceLifetime: millis(60_000),
      now,
    },
    hash,
    mac,
  );

describe.each([
  ["REGISTER", "sip:example.com"],
  ["INVITE", "sip:bob@example.com"],
])("%s %s", (method, ruri) => {
  it.each(["alice", "alice@example.com"])("JsSIP logs in as %s", (username) => {
    // Of several lines JsSIP keeps the last.
    const challenge = jssipGrammar.parse(lines.at(-1) ?? "", "WWW_Authenticate");
    const client = new JsSipDigest({ username, password: "secret" });
    expect(client.authenticate({ method, ruri }, challenge)).toBe(true);
    expect(judge(client.toString(), method, ruri)).toMatchObject({ kind: "authenticated", username });
  });

  it("JsSIP logs in by an HA1", () => {
    const challenge = jssipGrammar.parse(lines.at(-1) ?? "", "WWW_Authenticate");
    const client = new JsSipDigest({ username: "alice", password: null, realm, ha1: account.ha1s.user.MD5 });
    expect(client.authenticate({ method, ruri }, challenge)).toBe(true);
    expect(judge(client.toString(), method, ruri)).toMatchObject({ kind: "authenticated" });
  });

  it("SIP.js logs in, and its second use of the same answer is stale", () => {
    const response = [
      "SIP/2.0 401 Unauthorized",
      "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1",
      "From: <sip:alice@example.com>;tag=1",
      "To: <sip:alice@example.com>;tag=2",
      "Call-ID: 1",
      `CSeq: 1 ${method}`,
      ...lines.map((line) => `WWW-Authenticate: ${line}`),
      "Content-Length: 0",
      "",
      "",
    ].join("\r\n");
    const silent = { getLogger: () => silent, log() {}, warn() {}, error() {}, debug() {} };
    const message = Parser.parseMessage(response, silent as never) as unknown as {
      parseHeader(name: string): ChallengeOfClient;
    };
    const client = new DigestAuthentication(silent as never, undefined, "alice", "secret");
    const request = { method, ruri } as never;
    expect(client.authenticate(request, message.parseHeader("www-authenticate"), "")).toBe(true);
    const value = client.toString();
    const first = judge(value, method, ruri);
    expect(first).toMatchObject({ kind: "authenticated", algorithm: "MD5" });
    const use = first.kind === "authenticated" ? first.nonceUse : undefined;
    expect(judge(value, method, ruri, use)).toEqual({ kind: "challenge", stale: true });
  });
});
