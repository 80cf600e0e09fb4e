import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const realmOf = (name: string) => env.REALM.getByName(name);

const at = "2026-10-01T12:00:00.000Z";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Each step's object may be evicted before the next: what a test then still sees was stored. */
describe.each([
  ["in memory", async () => undefined],
  ["evicted between any two steps", (stub: ReturnType<typeof realmOf>) => evictDurableObject(stub)],
] as const)("the realm's object, %s", (kind, between) => {
  const fresh = (name: string) => {
    const stub = realmOf(`${name}.${kind.length}.example`);
    return { stub, realm: stub, step: () => between(stub) };
  };

  it("makes the deployment's secret once, of 32 random octets", async () => {
    const { realm, step } = fresh("secret");
    const secret = await realm.deploymentSecret();
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    await step();
    expect(await realm.deploymentSecret()).toBe(secret);
    expect(await fresh("another").realm.deploymentSecret()).not.toBe(secret);
  });

  it("lists accounts by name, page by page, whatever the order they came in", async () => {
    const { realm, step } = fresh("pages");
    const names = ["mallory", "bob", "alice", "zoë%20z", "carol"].map((user) => `${user}@example.com`);
    for (const aor of names) {
      await realm.accountAdded({ aor, createdAt: at });
      await step();
    }
    const listed: string[] = [];
    let after: string | undefined;
    do {
      const page = await realm.listAccounts(after, 2);
      expect(page.accounts.length).toBeLessThanOrEqual(2);
      listed.push(...page.accounts.map(({ aor }) => aor));
      after = page.next;
      await step();
    } while (after !== undefined);
    expect(listed).toEqual([...names].sort());
  });

  it("has no next page after the last account", async () => {
    const { realm, step } = fresh("end");
    expect(await realm.listAccounts(undefined, 10)).toEqual({ accounts: [], next: undefined });
    for (const aor of ["a@example.com", "b@example.com"]) await realm.accountAdded({ aor, createdAt: at });
    await step();
    expect(await realm.listAccounts(undefined, 2)).toMatchObject({ next: undefined });
    expect(await realm.listAccounts("b@example.com", 2)).toEqual({ accounts: [], next: undefined });
  });

  it("takes every call twice", async () => {
    const { realm, step } = fresh("twice");
    for (const createdAt of [at, at, "2026-10-02T12:00:00.000Z"]) {
      await realm.accountAdded({ aor: "alice@example.com", createdAt });
      await step();
    }
    expect(await realm.listAccounts(undefined, 10)).toEqual({
      accounts: [
        { aor: "alice@example.com", createdAt: "2026-10-02T12:00:00.000Z", enabled: true, live: 0, calls: 0 },
      ],
      next: undefined,
    });
    for (let time = 0; time < 2; time++) {
      await realm.accountRemoved("alice@example.com");
      await step();
    }
    expect((await realm.listAccounts(undefined, 10)).accounts).toEqual([]);
  });

  it("answers sixty guesses from one address, and no more of them until a minute has passed", async () => {
    const { realm, step } = fresh("guesses");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const guess = async (network: string, isRight = false): Promise<number> => {
      const wait = await realm.guess({ door: "account", network, isRight });
      await step();
      return wait;
    };
    for (let count = 0; count < 60; count++) expect(await guess("198.51.100.7")).toBe(0);
    for (const isRight of [false, true]) {
      const wait = await guess("198.51.100.7", isRight);
      expect(wait).toBeGreaterThan(30_000);
      expect(wait).toBeLessThanOrEqual(60_000);
    }
    expect(await guess("198.51.100.8")).toBe(0);
    vi.setSystemTime(Date.now() + 60_000);
    for (const isRight of [true, false]) expect(await guess("198.51.100.7", isRight)).toBe(0);
    expect(await guess("198.51.100.7")).toBeGreaterThan(0);
  });

  it("bounds a page, whatever is asked for", async () => {
    const { realm, step } = fresh("bounds");
    for (const aor of ["a@example.com", "b@example.com"]) await realm.accountAdded({ aor, createdAt: at });
    await step();
    for (const limit of [0, -5, 1.9])
      expect((await realm.listAccounts(undefined, limit)).accounts).toHaveLength(1);
    expect((await realm.listAccounts(undefined, 1e9)).accounts).toHaveLength(2);
  });
});

describe("the realm's database", () => {
  it("is migrated once, and nothing is written that is there already", async () => {
    const stub = realmOf("migrated.example");
    await stub.accountAdded({ aor: "alice@example.com", createdAt: at });
    await stub.deploymentSecret();
    await evictDurableObject(stub);
    await runInDurableObject(stub, async (realm, { storage: { sql } }) => {
      const changes = () => sql.exec("SELECT total_changes() AS n").one()["n"];
      const before = changes();
      await realm.listAccounts(undefined, 10);
      await realm.deploymentSecret();
      await realm.accountAdded({ aor: "alice@example.com", createdAt: at });
      await realm.accountRemoved("nobody@example.com");
      expect(changes()).toBe(before);
      expect(sql.exec("SELECT step FROM migration").toArray()).toEqual([
        { step: 1 },
        { step: 2 },
        { step: 3 },
      ]);
    });
  });
});

describe("guesses in the realm's database", () => {
  it("are a row for each network while they count, of which a right one and one that is held write none", async () => {
    const stub = realmOf("guesses.example");
    const networks = Array.from({ length: 40 }, (_, index) => `192.0.2.${index}`);
    for (const network of networks) await stub.guess({ door: "account", network, isRight: false });
    await runInDurableObject(stub, async (realm, { storage: { sql } }) => {
      const count = () => sql.exec("SELECT count(*) AS n FROM guess").one()["n"];
      const changes = () => sql.exec("SELECT total_changes() AS n").one()["n"];
      expect(count()).toBe(networks.length);
      for (let time = 0; time < 60; time++)
        await realm.guess({ door: "account", network: "192.0.2.1", isRight: false });
      const before = changes();
      await realm.guess({ door: "account", network: "192.0.2.1", isRight: false });
      await realm.guess({ door: "account", network: "203.0.113.1", isRight: true });
      expect(changes()).toBe(before);
    });
    await evictDurableObject(stub);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    await stub.guess({ door: "account", network: "203.0.113.2", isRight: false });
    await runInDurableObject(stub, (_realm, { storage: { sql } }) =>
      expect(sql.exec("SELECT network FROM guess").toArray()).toEqual([{ network: "203.0.113.2" }]),
    );
  });

  it("make room for those that count for longer when there are too many networks", async () => {
    const stub = realmOf("crowded-guesses.example");
    await stub.guess({ door: "account", network: "192.0.2.1", isRight: false });
    await runInDurableObject(stub, (_realm, { storage: { sql } }) => {
      sql.exec(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
          INSERT INTO guess SELECT 'of ' || i, ${Date.now()} + 3000000 + i FROM n`,
      );
    });
    await evictDurableObject(stub);
    await stub.guess({ door: "account", network: "192.0.2.2", isRight: false });
    await runInDurableObject(stub, (_realm, { storage: { sql } }) => {
      const kept = sql.exec("SELECT network FROM guess ORDER BY forgotten_at").toArray();
      expect(kept).toHaveLength(10_000);
      expect(kept[0]).toEqual({ network: "of 2" });
    });
  });
});
