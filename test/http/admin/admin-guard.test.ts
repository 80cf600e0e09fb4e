import { beforeEach, describe, expect, it, vi } from "vitest";
import { epochMs } from "../../../src/base/brand";
import { AdminGuard, type AdminRequest } from "../../../src/http/admin/admin-guard";
import { adminToken, ask, gatewayWith } from "../gateway";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  return () => vi.restoreAllMocks();
});

const start = 1_790_000_000_000;
const asked = (token: string, address: string | undefined, seconds = 0): AdminRequest => ({
  authorization: `Bearer ${token}`,
  expected: adminToken,
  address,
  tries: 3,
  now: epochMs(start + seconds * 1000),
});

describe("guessing the admin token", () => {
  it("is 401 a few times, then 429 for ever longer, without a look at the token", () => {
    const guard = new AdminGuard();
    const guess = (seconds: number, token = "wrong") =>
      guard.refuse(asked(token, "192.0.2.1", seconds))?.status;
    expect([guess(0), guess(0), guess(0), guess(0)]).toEqual([401, 401, 401, 401]);
    expect([guess(0), guess(0, adminToken), guess(0.9)]).toEqual([429, 429, 429]);
    expect([guess(1), guess(1), guess(2.9), guess(3), guess(6.9)]).toEqual([401, 429, 429, 401, 429]);
    expect(guard.refuse(asked(adminToken, "192.0.2.1", 6))?.headers).toEqual({ "Retry-After": "1" });
    expect(guess(7, adminToken)).toBeUndefined();
  });

  it("from one address holds off neither another, nor who has none", () => {
    const guard = new AdminGuard();
    for (let count = 0; count < 50; count++) {
      guard.refuse(asked("wrong", "192.0.2.1"));
      expect(guard.refuse(asked("wrong", undefined))?.status).toBe(401);
    }
    expect(guard.refuse(asked(adminToken, "192.0.2.2"))).toBeUndefined();
    expect(guard.refuse(asked(adminToken, undefined))).toBeUndefined();
    expect(guard.refuse(asked(adminToken, "192.0.2.1"))?.status).toBe(429);
  });

  it("is forgiven with the right one, and costs who shows none nothing", () => {
    const guard = new AdminGuard();
    for (let round = 0; round < 5; round++) {
      for (let count = 0; count < 3; count++) guard.refuse(asked("wrong", "192.0.2.1"));
      expect(guard.refuse({ ...asked("", "192.0.2.1"), authorization: undefined })?.status).toBe(401);
      expect(guard.refuse(asked(adminToken, "192.0.2.1"))).toBeUndefined();
    }
  });

  it("is answered so over HTTP, by the address that the operator's proxy states", async () => {
    const gateway = gatewayWith({ CLIENT_ADDRESS_HEADER: "X-Real-IP", ADMIN_TRIES: "2" });
    const guess = async (token: string, address: string) =>
      (await ask("/v1/nothing", { gateway, token, headers: { "X-Real-IP": address } })).status;
    const statuses = [];
    for (let count = 0; count < 5; count++) statuses.push(await guess("wrong", "192.0.2.77"));
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect(await guess(adminToken, "192.0.2.77")).toBe(429);
    expect(await guess(adminToken, "192.0.2.78")).toBe(404);
  });
});
