import { describe, expect, it } from "vitest";
import { createKeyring } from "../../../durable-objects/host/keyring";
import { epochMs } from "../../../src/base/brand";
import { mintLadderToken, readLadderToken } from "../../../src/flow/ladder-token";
import type { AddressOfRecord } from "../../../src/sip/uri/address-of-record";
import { ask } from "../gateway";

const path = "/v1/accounts/alice@example.com";
const json = (body: unknown): RequestInit => ({
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json" },
});

describe("the bounds of an order", () => {
  it.each([
    { seconds: 59 },
    { seconds: 86_401 },
    { seconds: 1.5 },
    {},
    { seconds: 600, bodies: "yes" },
    { seconds: 600, other: 1 },
  ])("PUT recording %j is refused before a home is asked", async (order) => {
    expect((await ask(`${path}/recording`, { method: "PUT", ...json(order) })).status).toBe(400);
  });

  it.each([{ seconds: 299 }, { seconds: 604_801 }, {}])("POST share %j is refused", async (order) => {
    expect((await ask(`${path}/ladders/x/share`, { method: "POST", ...json(order) })).status).toBe(400);
  });

  it.each(["?limit=0", "?limit=201", "?before=x", "?other=1"])(
    "GET exchanges%s is refused",
    async (query) => {
      expect((await ask(`${path}/recording/exchanges${query}`)).status).toBe(400);
    },
  );

  it.each(["", "?format=pcap"])("GET export%s is refused", async (query) => {
    expect((await ask(`${path}/ladders/x/export${query}`)).status).toBe(400);
  });
});

describe("who may not", () => {
  it.each([
    ["GET", `${path}/recording`],
    ["GET", `${path}/recording/exchanges`],
    ["GET", `${path}/ladders/x`],
    ["GET", `${path}/ladders/x/export?format=text`],
  ])("%s %s needs the admin token; no share token does", async (method, target) => {
    const token = mintLadderToken(createKeyring("a secret of the tests").seal("ladder"), {
      aor: "alice@example.com" as AddressOfRecord,
      callId: "x",
      expiresAt: epochMs(Date.now() + 60_000),
    });
    expect((await ask(target, { method, token })).status).toBe(401);
    expect((await ask(target, { method, token: "" })).status).toBe(401);
  });
});

describe("a share token", () => {
  const seal = createKeyring("a secret of the tests").seal("ladder");
  const shared = { aor: "alice@example.com" as AddressOfRecord, callId: "a/b c", expiresAt: epochMs(2_000) };

  it("opens until it expires, and not with another deployment's keys or for another purpose", () => {
    const token = mintLadderToken(seal, shared);
    expect(readLadderToken(seal, token, epochMs(1_999))).toEqual(shared);
    expect(readLadderToken(seal, token, epochMs(2_000))).toBeUndefined();
    expect(
      readLadderToken(createKeyring("another secret of them").seal("ladder"), token, epochMs(0)),
    ).toBeUndefined();
    expect(
      readLadderToken(createKeyring("a secret of the tests").seal("route"), token, epochMs(0)),
    ).toBeUndefined();
    expect(token).not.toContain("alice");
  });
});
