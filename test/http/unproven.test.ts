// What a stranger can ask over HTTP without a guess at a password: it costs no home anything. The homes of this gateway
// fail, and count who asks for one.

import { expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { challengeLines } from "../../src/auth/authenticate";
import { mintHttpNonce } from "../../src/auth/http-nonce";
import { mintNonce } from "../../src/auth/nonce";
import { epochMs } from "../../src/base/brand";
import { mintSession } from "../../src/flow/session-token";
import type { Gateway } from "../../src/http/app-env";
import { sessionCookieNames } from "../../src/http/session-cookie";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { ask, gatewayWith } from "./gateway";

const alice = "alice@example.com" as AddressOfRecord;
const keyring = createKeyring("a secret of the tests");
const now = () => epochMs(Date.now());
const ways = [
  `/v1/turn-credentials?aor=${alice}`,
  `/v1/me/calls?aor=${alice}`,
  `/v1/me/presence?aor=${alice}`,
  `/xcap/resource-lists/users/sip:${alice}/index`,
];

function countingGateway(variables: Record<string, string> = {}) {
  const gateway = gatewayWith(variables);
  const asked: string[] = [];
  const home: Gateway["objects"]["home"] = (aor) => {
    asked.push(aor);
    return gateway.objects.home(aor);
  };
  return { asked, gateway: { ...gateway, objects: { ...gateway.objects, home } } };
}

const digest = (nonce: string, realm = "example.com"): string =>
  `Digest username="alice", realm="${realm}", nonce="${nonce}", uri="/", response="${"0".repeat(32)}", ` +
  "algorithm=MD5, qop=auth, nc=00000001, cnonce=c";

const minute = 60_000;
const none: Record<string, string> = {};
const ofSocket = () => mintNonce(keyring.mac, { socketId: "socket", aor: alice }, now());
const session = (aor: AddressOfRecord, expiresIn: number) =>
  mintSession(keyring.seal("session"), {
    aor,
    issuedAt: now(),
    expiresAt: epochMs(Date.now() + expiresIn),
    notAfter: undefined,
    tag: "t",
  });
const cookie = (value: string) => ({ Cookie: `${sessionCookieNames(alice)[0]}=${value}` });

const unproven: readonly (readonly [string, () => Record<string, string>, "stale" | "fresh"])[] = [
  ["nothing", () => none, "fresh"],
  ["Basic", () => ({ Authorization: "Basic YWxpY2U6c2VjcmV0" }), "fresh"],
  ["what cannot be read", () => ({ Authorization: "Digest nonce=" }), "fresh"],
  ["an invented nonce", () => ({ Authorization: digest("mx1521bp.AAAAAAAAAAAAAAAAAAAAAA") }), "stale"],
  ["the nonce of a socket", () => ({ Authorization: digest(ofSocket()) }), "stale"],
  [
    "the nonce of another name",
    () => ({ Authorization: digest(mintHttpNonce(keyring.mac, "bob@example.com", now())) }),
    "stale",
  ],
  [
    "the nonce of an hour ago",
    () => ({
      Authorization: digest(mintHttpNonce(keyring.mac, alice, epochMs(Date.now() - 60 * minute))),
    }),
    "stale",
  ],
];

it.each(unproven)("%s is challenged, and no home is asked", async (_what, headers, kind) => {
  for (const way of ways) {
    const { asked, gateway } = countingGateway();
    const response = await ask(way, { gateway, token: "", headers: headers() });
    const challenges = response.headers.get("www-authenticate") ?? "";
    const [nonce = ""] = /(?<=nonce=")[^"]*/.exec(challenges) ?? [];
    const algorithms = ["SHA-256", "MD5"] as const;
    const offer = { realm: "example.com", nonce, stale: kind === "stale", algorithms };
    expect([response.status, challenges]).toEqual([401, challengeLines(offer).join(", ")]);
    expect(asked).toEqual([]);
  }
});

it.each([
  ["that is invented", () => "A".repeat(120)],
  ["of another user", () => session("bob@example.com" as AddressOfRecord, minute)],
  ["that is over", () => session(alice, -1)],
])("a session %s is as good as none, and no home is asked", async (_what, value) => {
  const { asked, gateway } = countingGateway();
  const response = await ask(ways[0] ?? "", { gateway, token: "", headers: cookie(value()) });
  // A browser is asked for no password over a page that has logged in.
  expect([response.status, response.headers.get("www-authenticate"), asked]).toEqual([401, null, []]);
});

it("what may be right is judged by the user's home", async () => {
  const answer = { Authorization: digest(mintHttpNonce(keyring.mac, alice, now())) };
  for (const headers of [answer, cookie(session(alice, minute))]) {
    const { asked, gateway } = countingGateway();
    await ask(ways[0] ?? "", { gateway, token: "", headers });
    expect(asked).toEqual([alice]);
  }
});

it("a Bearer challenge stands before the others where tokens are taken", async () => {
  const { gateway } = countingGateway({ TOKEN_SECRET: "0123456789abcdef" });
  const response = await ask(ways[0] ?? "", { gateway, token: "" });
  expect(response.headers.get("www-authenticate")).toMatch(/^Bearer realm="example.com", Digest /);
});
