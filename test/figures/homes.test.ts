// Homes that tell their realm what they do (FIGURES): what arrives there, that it arrives once, and what it costs.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { figureDatasetOf } from "../../durable-objects/host/figure-dataset";
import { SocketTable } from "../../durable-objects/host/socket-table";
import { Realm } from "../../durable-objects/realm";
import { epochMs } from "../../src/base/brand";
import type { RealmAdministration } from "../../src/contracts/administration";
import type { EndedCall, FigureReport } from "../../src/contracts/figures";
import { crash, hibernate, homeOf, makeAccount, online, rowsWritten } from "../durable-objects/support/homes";
import { administer } from "../durable-objects/support/worker";
import { CallSide, place, respond } from "../support/call";

const realmStub = () => env.REALM.getByName("example.com");
const realm = () => realmStub() as unknown as RealmAdministration;

let report: MockInstance;

beforeEach(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
  report = vi.spyOn(Realm.prototype, "report");
});

afterEach(() => {
  vi.restoreAllMocks();
});

const reportsOf = (aor: string): number => report.mock.calls.filter(([told]) => told.aor === aor).length;

const lineOf = async (aor: string) => {
  const { accounts } = await realm().listAccounts(undefined, 1000);
  return accounts.find((account) => account.aor === aor);
};

/** Reports on their way have been written. */
const written = async (): Promise<void> => {
  await Promise.allSettled(report.mock.results.map(({ value }) => value));
};

const totals = async () => {
  await written();
  return (await realm().readFigures(60)).totals;
};

it("what is told goes to Analytics Engine too, where a dataset is bound: once, with the realm's gauges", async () => {
  const dataset = figureDatasetOf(env);
  if (dataset === undefined) throw new Error("there is no dataset");
  const written = vi.spyOn(Object.getPrototypeOf(dataset), "writeDataPoint");
  const aor = await makeAccount("measured@example.com");
  const phone = await online(aor);
  await vi.waitFor(() => expect(written).toHaveBeenCalled());
  const [[point] = []] = written.mock.calls as readonly (readonly AnalyticsEngineDataPoint[])[];
  expect(point?.indexes).toEqual(["example.com"]);
  expect(point?.doubles).toHaveLength(20);
  // Accounts, online, devices; and the REGISTER that was told.
  expect(point?.doubles?.slice(0, 3)).toEqual([1, 1, 1]);
  expect(point?.doubles?.[6]).toBe(1);
  phone.hangUp();
});

describe.each([
  ["in memory", async () => undefined],
  ["hibernating between any two steps", hibernate],
] as const)("an account on the realm's list, %s", (kind, between) => {
  const name = (user: string) => `${user}${kind.length}@example.com`;

  it("is online from its first REGISTER until its last device has gone", async () => {
    const aor = await makeAccount(name("online"));
    const phone = await online(aor);
    await vi.waitFor(async () =>
      expect(await lineOf(aor)).toMatchObject({ live: 1, calls: 0, enabled: true }),
    );
    expect(Date.parse((await lineOf(aor))?.lastActiveAt ?? "")).toBeGreaterThan(Date.now() - 10_000);
    await between(aor);
    const { accounts, total } = await realm().listAccounts(undefined, 10, {
      query: name("ONLINE").split("@")[0],
      state: "online",
      counted: true,
    });
    expect([accounts.map((account) => account.aor), total]).toEqual([[aor], 1]);
    await phone.unregister();
    await vi.waitFor(async () => expect(await lineOf(aor)).toMatchObject({ live: 0 }), 5000);
    phone.hangUp();
  });

  it("counts what its user is answered: a MESSAGE once, whatever was asked of it before", async () => {
    const [alice, bob] = [await makeAccount(name("counts-a")), await makeAccount(name("counts-b"))];
    const [from, to] = [await online(alice), await online(bob)];
    await vi.waitFor(async () => expect(await lineOf(bob)).toMatchObject({ live: 1 }));
    const before = await totals();
    const sent = from.message(bob, "hello");
    await to.take("MESSAGE");
    expect((await sent).status).toBe(200);
    await between(alice);
    await vi.waitFor(async () => {
      await homeOf(alice).tellFigures();
      expect((await totals()).messages ?? 0).toBe((before.messages ?? 0) + 1);
    });
    from.hangUp();
    to.hangUp();
  });

  it("is told of once more where the answer was lost, and counts once", async () => {
    const aor = await makeAccount(name("twice"));
    const phone = await online(aor);
    await vi.waitFor(async () => expect(await lineOf(aor)).toMatchObject({ live: 1 }));
    const told: FigureReport = {
      id: `lost-${kind.length}`,
      aor,
      at: epochMs(Date.now()),
      account: { enabled: true, live: 1, calls: 0, placed: 0 },
      minutes: [{ at: epochMs(Date.now()), counts: { publishes: 7 } }],
      calls: [],
    };
    const before = (await totals()).publishes ?? 0;
    await realm().report(told);
    await between(aor);
    await evictDurableObject(realmStub());
    await realm().report(told);
    expect((await totals()).publishes).toBe(before + 7);
    phone.hangUp();
  });
});

describe.each([
  ["in memory", async () => undefined],
  ["hibernating between any two steps", hibernate],
] as const)("a call that is over, %s", (kind, between) => {
  it("is with the realm's recent calls once, from the caller's home, with how it ended", async () => {
    const alice = await makeAccount(`caller${kind.length}@example.com`);
    const bob = await makeAccount(`callee${kind.length}@example.com`);
    const [from, to] = [await online(alice), await online(bob)];
    const before = await totals();
    const both = async () => {
      await between(alice);
      await between(bob);
    };
    const placed = place(from, bob);
    const invite = await to.receive("INVITE");
    respond(to, invite, 200);
    const side = CallSide.ofCaller(from, await from.responseTo(placed.callId, placed.cseq));
    side.ack();
    await to.receive("ACK");
    await vi.waitFor(async () => {
      expect(await lineOf(alice)).toMatchObject({ calls: 1 });
      expect((await realm().readFigures(60)).now).toMatchObject({ calls: 1, inCall: 2 });
    }, 5000);
    await both();
    const bye = side.request("BYE");
    await to.take("BYE");
    expect((await bye).status).toBe(200);
    await both();
    const response = () => administer("GET", "/v1/realms/example.com/calls");
    await vi.waitFor(async () => {
      const { calls } = (await (await response()).json()) as { calls: EndedCall[] };
      expect(calls.filter(({ caller }) => caller === alice)).toEqual([
        expect.objectContaining({
          callId: placed.callId,
          caller: alice,
          callee: bob,
          outcome: "answered",
          duration: expect.any(Number),
        }),
      ]);
    }, 5000);
    await vi.waitFor(async () => expect(await lineOf(bob)).toMatchObject({ calls: 0 }), 5000);
    const { calls, answered } = await totals();
    expect([calls, answered]).toEqual([(before.calls ?? 0) + 1, (before.answered ?? 0) + 1]);
    from.hangUp();
    to.hangUp();
  }, 20_000);
});

it("a user who is gone with a crash is gone from the list once an operator looks", async () => {
  const aor = await makeAccount("crashed@example.com");
  await online(aor);
  await vi.waitFor(async () => expect(await lineOf(aor)).toMatchObject({ live: 1 }));
  await written();
  await crash();
  expect(await lineOf(aor)).toMatchObject({ live: 1 });
  await realm().readFigures(60);
  await vi.waitFor(async () => expect(await lineOf(aor)).toMatchObject({ live: 0 }), 4000);
});

describe("when something breaks", () => {
  let warn: MockInstance;

  const onDisk = (stub: DurableObjectStub, statement: string): Promise<void> =>
    runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec(statement);
    });

  beforeEach(() => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  });

  it("a bug of ours counts as an error, though the memory that met it is gone", async () => {
    const aor = await makeAccount("bug@example.com");
    const phone = await online(aor);
    await vi.waitFor(async () => expect(await lineOf(aor)).toMatchObject({ live: 1 }));
    const before = (await totals()).errors ?? 0;
    const fail = "BEFORE INSERT ON publication BEGIN SELECT RAISE(ABORT, 'disk full'); END";
    await onDisk(homeOf(aor), `CREATE TRIGGER fail ${fail}`);
    expect((await phone.publish("lost")).status).toBe(500);
    expect((await phone.register()).status).toBe(200);
    await vi.waitFor(async () => {
      await homeOf(aor).tellFigures();
      expect((await totals()).errors).toBe(before + 1);
    });
    phone.hangUp();
  });

  it("a realm that could not write is told again, and has all of it once", async () => {
    const [alice, bob] = [await makeAccount("again-a@example.com"), await makeAccount("again-b@example.com")];
    const [from, to] = [await online(alice), await online(bob)];
    await vi.waitFor(async () => expect(await lineOf(alice)).toMatchObject({ live: 1 }));
    const before = (await totals()).messages ?? 0;
    await onDisk(
      realmStub(),
      "CREATE TRIGGER fail BEFORE INSERT ON figure BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    const message = async () => {
      const sent = from.message(bob, "hello");
      await to.take("MESSAGE");
      expect((await sent).status).toBe(200);
    };
    await message();
    await homeOf(alice).tellFigures();
    await vi.waitFor(() => expect(warn).toHaveBeenCalledWith(expect.stringContaining("figures not told")));
    await message();
    await hibernate(alice);
    await onDisk(realmStub(), "DROP TRIGGER fail");
    await vi.waitFor(async () => {
      await homeOf(alice).tellFigures();
      const { messages } = await realm()
        .readFigures(60)
        .then((figures) => figures.totals);
      expect(messages).toBe(before + 2);
    });
    from.hangUp();
    to.hangUp();
  });
});

describe("what figures cost", () => {
  it("an isolated MESSAGE is one report at most, and many within the minute are one together", async () => {
    const [alice, bob] = [await makeAccount("cost-a@example.com"), await makeAccount("cost-b@example.com")];
    const [from, to] = [await online(alice), await online(bob)];
    await vi.waitFor(async () => expect(await lineOf(bob)).toMatchObject({ live: 1 }));
    const [before, rows] = [reportsOf(alice) + reportsOf(bob), await rowsWritten(alice)];
    for (let count = 0; count < 5; count++) {
      const sent = from.message(bob, "hello");
      await to.take("MESSAGE");
      expect((await sent).status).toBe(200);
    }
    await written();
    expect(reportsOf(alice) + reportsOf(bob) - before).toBeLessThanOrEqual(1);
    expect(await rowsWritten(alice)).toBe(rows);
    from.hangUp();
    to.hangUp();
  });

  it("a REGISTER refresh is none, hibernating before it or not", async () => {
    const aor = await makeAccount("cost-refresh@example.com");
    const phone = await online(aor);
    await vi.waitFor(async () => expect(await lineOf(aor)).toMatchObject({ live: 1 }));
    await written();
    const before = reportsOf(aor);
    for (let count = 0; count < 3; count++) {
      expect((await phone.register()).status).toBe(200);
      await hibernate(aor);
    }
    expect((await phone.register()).status).toBe(200);
    expect(reportsOf(aor)).toBe(before);
    // They are counted all the same, and told with the next thing that is worth it.
    const registers = (await totals()).registers ?? 0;
    await homeOf(aor).tellFigures();
    await vi.waitFor(async () => expect((await totals()).registers).toBe(registers + 4));
    phone.hangUp();
  });
});

describe("the administrator's figures", () => {
  it("are what the homes have told, with an estimate of what a month of it would cost", async () => {
    const aor = await makeAccount("seen@example.com");
    const phone = await online(aor);
    await vi.waitFor(async () => expect(await lineOf(aor)).toMatchObject({ live: 1 }));
    const response = await administer("GET", "/v1/realms/example.com/figures?minutes=5");
    expect(response.status).toBe(200);
    const figures = (await response.json()) as Record<string, unknown>;
    expect(figures).toMatchObject({
      enabled: true,
      now: { accounts: expect.any(Number), devices: expect.any(Number), calls: 0 },
      totals: { since: expect.stringMatching(/Z$/), errors: expect.any(Number) },
      cost: { currency: "USD", perMonth: expect.any(Number), basis: expect.stringContaining("60 minutes") },
    });
    const [minute] = (figures["minutes"] as Record<string, unknown>[]).slice(-1);
    expect(minute).toMatchObject({
      minute: expect.stringMatching(/:00\.000Z$/),
      messages: expect.any(Number),
    });
    const metrics = await administer("GET", "/v1/metrics");
    expect(metrics.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await metrics.text()).toMatch(/^durasip_registers_total\{realm="example\.com"\} [1-9]/m);
    phone.hangUp();
  });
});

describe("figures that fail are not what a home fails of", () => {
  it("a realm that cannot be named was not told", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const aor = await makeAccount("unfigured@example.com");
    const nowhere = {
      getByName: () => {
        throw new Error("no realm");
      },
    };
    // Objects share what their variables are in.
    const named = (realm: unknown) =>
      runInDurableObject(homeOf(aor), (home) => {
        const { env: its } = home as unknown as { readonly env: Record<string, unknown> };
        const before = its["REALM"];
        its["REALM"] = realm;
        return before;
      });
    const before = await named(nowhere);
    const phone = await online(aor);
    expect((await phone.register()).status).toBe(200);
    expect(JSON.stringify(warned.mock.calls)).toContain("figures not told");
    phone.hangUp();
    await phone.closed();
    await named(before);
  });

  it("nor what cannot be kept: that is logged, and the phone is served", async () => {
    const failed = vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.spyOn(SocketTable.prototype, "isCarried").mockImplementation(() => {
      throw new Error("no place");
    });
    const aor = await makeAccount("unkept@example.com");
    const phone = await online(aor);
    expect((await phone.register()).status).toBe(200);
    expect(JSON.stringify(failed.mock.calls)).toContain("figures failed");
    phone.hangUp();
  });
});
