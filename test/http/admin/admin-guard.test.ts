import { beforeEach, describe, expect, it, vi } from "vitest";
import { judgeGuess } from "../../../src/auth/guess-rate";
import { type EpochMs, epochMs } from "../../../src/base/brand";
import type { Guess, GuessKeeping } from "../../../src/contracts/guesses";
import { AdminGuard } from "../../../src/http/admin/admin-guard";
import { heldUntil } from "../../../src/http/guess-guard";
import { adminToken, ask, gatewayWith } from "../gateway";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.useFakeTimers({ toFake: ["Date"], now: 1_790_000_000_000 });
  return () => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  };
});

let realms = 0;

/** A realm that counts as its object does (host/guess-table.ts), and isolates that ask it. */
function deployment(tries: number) {
  const forgottenAt = new Map<string, EpochMs>();
  const asked: Guess[] = [];
  const realm: GuessKeeping = {
    guess: async (guess) => {
      asked.push(guess);
      const judged = judgeGuess(forgottenAt.get(guess.network), tries, epochMs(Date.now()));
      if (judged.wait === 0 && !guess.isRight) forgottenAt.set(guess.network, judged.forgottenAt);
      return judged.wait;
    },
  };
  const name = `realm${++realms}.example`;
  const isolate = () => {
    const guard = new AdminGuard();
    return (token: string | undefined, address: string | undefined) =>
      guard.refuse({
        authorization: token === undefined ? undefined : `Bearer ${token}`,
        expected: adminToken,
        address,
        now: epochMs(Date.now()),
        heldUntil: (guess) => heldUntil(name, () => realm, guess),
      });
  };
  return { isolate, asked };
}

const pass = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1000);

describe("guessing the admin token", () => {
  it("is 401 a few times, then 429 whatever the token, and one more each time as many would be in an hour", async () => {
    const ask = deployment(3).isolate();
    const guess = async (token = "wrong") => (await ask(token, "192.0.2.1"))?.status;
    for (let count = 0; count < 3; count++) expect(await guess()).toBe(401);
    expect([await guess(), await guess(adminToken)]).toEqual([429, 429]);
    pass(1199);
    expect((await ask(adminToken, "192.0.2.1"))?.headers).toEqual({ "Retry-After": "1" });
    pass(1);
    expect([await guess(), await guess(), await guess(adminToken)]).toEqual([401, 429, 429]);
    pass(1200);
    expect(await guess(adminToken)).toBeUndefined();
  });

  it("is counted over all isolates together", async () => {
    const { isolate } = deployment(10);
    const statuses = [];
    for (let count = 0; count < 30; count++) statuses.push((await isolate()("wrong", "192.0.2.1"))?.status);
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(20).fill(429)]);
    expect((await isolate()(adminToken, "192.0.2.1"))?.status).toBe(429);
  });

  it("from one address holds off neither another, nor who has none, nor an operator who was let in there", async () => {
    const { isolate } = deployment(3);
    const ask = isolate();
    expect(await ask(adminToken, "192.0.2.1")).toBeUndefined();
    const stranger = isolate();
    for (let count = 0; count < 50; count++) {
      await stranger("wrong", "192.0.2.1");
      expect((await stranger("wrong", undefined))?.status).toBe(401);
    }
    expect((await stranger(adminToken, "192.0.2.1"))?.status).toBe(429);
    expect(await stranger(adminToken, "192.0.2.2")).toBeUndefined();
    expect(await stranger(adminToken, undefined)).toBeUndefined();
    expect(await ask(adminToken, "192.0.2.1")).toBeUndefined();
  });

  it("is asked about; the operator once from each address, who shows no token never", async () => {
    const { isolate, asked } = deployment(3);
    const ask = isolate();
    for (let count = 0; count < 20; count++) {
      expect(await ask(adminToken, "2001:db8::1")).toBeUndefined();
      expect((await ask(undefined, "2001:db8::1"))?.status).toBe(401);
    }
    expect(asked).toEqual([{ door: "administration", network: "2001:db8:0:0::/64", isRight: true }]);
  });

  it("is answered so over HTTP, by the address that the operator's proxy states", async () => {
    const gateway = gatewayWith({ CLIENT_ADDRESS_HEADER: "X-Real-IP" });
    const realm = gateway.objects.realm("example.com");
    const guess = vi.spyOn(realm, "guess");
    const status = async (token: string) =>
      (await ask("/v1/nothing", { gateway, token, headers: { "X-Real-IP": "192.0.2.77" } })).status;
    guess.mockResolvedValue(0 as never);
    expect([await status("wrong"), await status(adminToken)]).toEqual([401, 404]);
    guess.mockResolvedValue(5000 as never);
    expect([await status("wrong"), await status("wrong")]).toEqual([429, 429]);
    expect(guess.mock.calls.map(([{ isRight }]) => isRight)).toEqual([false, true, false]);
  });
});
