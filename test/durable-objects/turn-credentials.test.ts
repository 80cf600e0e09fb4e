// A user's login over HTTP at a real home, through the Worker. What is judged is in test/home/http-authentication.test.ts;
// here it crosses the object's border, and outlives its memory.

import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { answerChallenge } from "../../src/auth/answer-challenge";
import { credentialFor } from "../../src/http/turn/rest-credentials";
import worker from "../../src/index";
import { alarmOf, hibernate, makeAccount, password, rowsWritten, tablesOf } from "./support/homes";
import { administer, tokenFor } from "./support/worker";

const { hash } = createKeyring("the hash function alone");
const secret = "shared with the coturn";

/** The deployment of the other tests, with a relay. */
const environment = {
  ...env,
  TOKEN_SECRET: "0123456789abcdef0123456789abcdef",
  TURN_URLS: "turn:turn.example.com:3478",
  TURN_SECRET: secret,
};

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

const pathOf = (aor: string): string => `/v1/turn-credentials?aor=${aor}`;

async function read(target: string, authorization?: string): Promise<Response> {
  const headers = authorization === undefined ? {} : { Authorization: authorization };
  const request = new Request(new URL(target, "https://sip.example.com"), { headers });
  return worker.fetch(
    request as Request<unknown, IncomingRequestCfProperties>,
    environment,
    createExecutionContext(),
  );
}

/** The challenge lines, joined as HTTP lets them be. */
const challengeIn = (response: Response): string => response.headers.get("www-authenticate") ?? "";

function answerTo(challenge: string, aor: string, given = password): string | undefined {
  const identity = { username: aor.slice(0, aor.indexOf("@")), password: given };
  const request = { method: "GET", requestUri: pathOf(aor), body: "" };
  return answerChallenge(hash, [challenge], identity, request, { nc: 1, cnonce: "0a4f113b" });
}

interface Answer {
  readonly iceServers: readonly { readonly username: string; readonly credential: string }[];
}

const usernameIn = async (response: Response): Promise<string> => {
  expect(response.status).toBe(200);
  const [turn] = ((await response.json()) as Answer).iceServers;
  expect(turn?.credential).toBe(credentialFor(secret, turn?.username ?? ""));
  return turn?.username ?? "";
};

const pseudonymIn = async (response: Response): Promise<string> => (await usernameIn(response)).slice(11);

const kept = (_aor: string): Promise<void> => Promise.resolve();

describe.each([
  ["in memory", kept],
  ["evicted between any two steps", hibernate],
])("turn credentials, homes %s", (kind, evict) => {
  const name = (user: string): string => `${user}${kind.length}@example.com`;

  /** Asks as that user, after what may happen to the home between two requests. */
  async function byDigest(aor: string, given = password): Promise<Response> {
    const challenge = challengeIn(await read(pathOf(aor)));
    await evict(aor);
    return read(pathOf(aor), answerTo(challenge, aor, given));
  }

  it("are given to a user by digest, whose nonce outlives the home's memory", async () => {
    const aor = await makeAccount(name("t1"));
    expect(await usernameIn(await byDigest(aor))).toMatch(/^\d{10}:[0-9a-f]{24}$/);
  });

  it("are given by token, under the same name for the relay as by digest", async () => {
    const aor = await makeAccount(name("t2"));
    const byPassword = await pseudonymIn(await byDigest(aor));
    await evict(aor);
    const bearer = `Bearer ${await tokenFor(aor)}`;
    expect(await pseudonymIn(await read(pathOf(aor), bearer))).toBe(byPassword);
    expect(await pseudonymIn(await read("/v1/turn-credentials", bearer))).toBe(byPassword);
    const other = await makeAccount(name("t3"));
    expect(await pseudonymIn(await byDigest(other))).not.toBe(byPassword);
  });

  it("are refused alike to a wrong password and to a name nobody has", async () => {
    const [aor, nobody] = [await makeAccount(name("t4")), name("t5")];
    const masked = (response: Response) => [
      response.status,
      challengeIn(response).replaceAll(/nonce="[^"]*"/g, 'nonce=""'),
    ];
    const refused = masked(await byDigest(aor, "guess"));
    expect(refused).toEqual([
      401,
      'Digest realm="example.com", nonce="", qop="auth", algorithm=SHA-256, Digest realm="example.com", nonce="", qop="auth", algorithm=MD5',
    ]);
    expect(masked(await byDigest(nobody, "guess"))).toEqual(refused);
    expect([await tablesOf(nobody), await alarmOf(nobody)]).toEqual([[], null]);
  });

  it("cost no row and no alarm", async () => {
    const aor = await makeAccount(name("t6"));
    await usernameIn(await byDigest(aor));
    await evict(aor);
    const before = await rowsWritten(aor);
    await usernameIn(await byDigest(aor));
    await usernameIn(await read(pathOf(aor), `Bearer ${await tokenFor(aor)}`));
    // An eviction starts the count anew.
    expect(await rowsWritten(aor)).toBeLessThanOrEqual(before);
    expect(await alarmOf(aor)).toBeNull();
  });

  it("end with the account", async () => {
    const aor = await makeAccount(name("t7"));
    const bearer = `Bearer ${await tokenFor(aor)}`;
    const disabled = await administer("PATCH", `/v1/accounts/${aor}`, { enabled: false });
    expect(disabled.status).toBe(200);
    await evict(aor);
    expect((await byDigest(aor)).status).toBe(401);
    expect((await read(pathOf(aor), bearer)).status).toBe(403);
    await administer("DELETE", `/v1/accounts/${aor}`);
    await evict(aor);
    expect((await byDigest(aor)).status).toBe(401);
    expect((await read(pathOf(aor), bearer)).status).toBe(403);
  });
});

describe("the challenge on the wire", () => {
  it("is good for one user's home alone", async () => {
    const [aor, other] = [await makeAccount("t8@example.com"), await makeAccount("t9@example.com")];
    const response = await read(pathOf(aor), answerTo(challengeIn(await read(pathOf(other))), aor));
    expect([response.status, challengeIn(response)]).toEqual([401, expect.stringContaining("stale=true")]);
  });
});
