// What a realm keeps of its homes' reports: minutes, totals and the calls of late; together, once, and bounded.

import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { FigureTable } from "../../durable-objects/host/figure-table";
import { epochMs } from "../../src/base/brand";
import type { RealmAdministration } from "../../src/contracts/administration";
import type { EndedCall, FigureReport } from "../../src/contracts/figures";

const stubOf = (name: string) => env.REALM.getByName(name);
type Stub = ReturnType<typeof stubOf>;

const minute = 60_000;

let reports = 0;
const reportOf = (aor: string, over: Partial<FigureReport> = {}): FigureReport => ({
  id: `report${++reports}`,
  aor,
  at: epochMs(Date.now()),
  account: { enabled: true, live: 1, calls: 0, placed: 0 },
  minutes: [],
  calls: [],
  ...over,
});

const callAt = (index: number, outcome: EndedCall["outcome"] = "answered"): EndedCall => ({
  id: String(index).padStart(9, "0"),
  callId: `call${index}`,
  caller: "alice@example.com",
  callee: "bob@example.com",
  startedAt: epochMs(index),
  endedAt: epochMs(index + 1),
  outcome,
});

describe.each([
  ["in memory", async () => undefined],
  ["evicted between any two steps", (stub: Stub) => evictDurableObject(stub)],
] as const)("figures at the realm, %s", (kind, between) => {
  const fresh = async (name: string, ...users: readonly string[]) => {
    const domain = `${name}.${kind.length}.example`;
    const stub = stubOf(domain);
    const realm = stub as unknown as RealmAdministration;
    const aors = users.map((user) => `${user}@${domain}`);
    for (const aor of aors) await realm.accountAdded({ aor, createdAt: "2026-11-28T00:00:00.000Z" });
    return { stub, realm, aors, step: () => between(stub) };
  };

  it("add up by minute and in all, each report once", async () => {
    const { realm, aors, step } = await fresh("sum", "alice", "bob");
    const now = Date.now();
    const [alice = "", bob = ""] = aors;
    const [at, before] = [epochMs(now), epochMs(now - 5 * minute)];
    const first = reportOf(alice, { minutes: [{ at, counts: { messages: 2, registers: 1 } }] });
    const others = [
      reportOf(bob, { minutes: [{ at: before, counts: { messages: 3 } }] }),
      reportOf("nobody@sum.example", { minutes: [{ at, counts: { messages: 100 } }] }),
    ];
    await Promise.all([realm.report(first), ...others.map((one) => realm.report(one))]);
    await step();
    await realm.report(first);
    await step();
    const { now: gauges, minutes, totals, since } = await realm.readFigures(60);
    expect(gauges).toEqual({ accounts: 2, online: 2, devices: 2, calls: 0, inCall: 0, disabled: 0 });
    // A report is a request itself.
    expect(totals).toEqual({ messages: 5, registers: 1, requests: 2 });
    expect(since).toBeGreaterThanOrEqual(now);
    expect(minutes.map(({ counts }) => counts.messages)).toEqual([3, 2]);
    expect((await realm.readFigures(2)).minutes.length).toBeLessThan(minutes.length);
  });

  it("are never of a minute to come, nor of one before yesterday", async () => {
    const { realm, aors, step } = await fresh("clamped", "alice");
    const now = Date.now();
    const minutes = [now + 3_600_000, 0].map((at) => ({ at: epochMs(at), counts: { errors: 1 } }));
    await realm.report(reportOf(aors[0] ?? "", { minutes }));
    await step();
    const kept = (await realm.readFigures(1440)).minutes.filter(({ counts }) => counts.errors !== undefined);
    expect(kept.every(({ at }) => at <= Date.now() && at >= now - 25 * 3_600_000)).toBe(true);
    expect((await realm.readFigures(1440)).totals.errors).toBe(2);
  });

  it("list the calls of late newest first, by page and by outcome, and a repeated one once", async () => {
    const { realm, aors, step } = await fresh("calls", "alice");
    const calls = [callAt(1), callAt(3, "busy"), callAt(2, "failed"), callAt(3, "busy")];
    await realm.report(reportOf(aors[0] ?? "", { calls }));
    await step();
    const page = await realm.readRecentCalls(undefined, 2);
    expect(page.calls.map(({ callId }) => callId)).toEqual(["call3", "call2"]);
    await step();
    expect((await realm.readRecentCalls(page.next, 2)).calls).toEqual([callAt(1)]);
    expect(await realm.readRecentCalls(undefined, 2, ["busy"])).toEqual({ calls: [callAt(3, "busy")] });
    const either = await realm.readRecentCalls(undefined, 9, ["failed", "busy"]);
    expect(either.calls).toEqual([callAt(3, "busy"), callAt(2, "failed")]);
    expect((await realm.readRecentCalls(undefined, 9, ["declined", "cancelled"])).calls).toEqual([]);
  });
});

it("the rows of figures are one for the minute and one for the totals, however many report at once", async () => {
  await runInDurableObject(stubOf("rows.example"), (realm, { storage: { sql } }) => {
    void realm;
    let written = 0;
    const table = new FigureTable((statement, ...values) => {
      const cursor = sql.exec(statement, ...values);
      const rows = cursor.toArray();
      written += cursor.rowsWritten;
      return rows;
    });
    sql.exec("CREATE TABLE minute (at INTEGER PRIMARY KEY, data TEXT NOT NULL)");
    sql.exec("CREATE TABLE figure (name TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID");
    sql.exec(
      "CREATE TABLE recent_call (id TEXT PRIMARY KEY, outcome TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID",
    );
    const now = epochMs(Date.now());
    const minutes = [{ at: now, counts: { messages: 1 } }];
    table.add(
      Array.from({ length: 50 }, (_, index) => reportOf(`user${index}@rows.example`, { minutes })),
      now,
    );
    expect(written).toBe(2);
    expect(table.totals()?.counts).toEqual({ messages: 50, requests: 50 });
    // Of calls no more than a thousand and the hundred that make it worth a look, of minutes a day.
    for (let index = 0; index < 30; index++) {
      const calls = Array.from({ length: 50 }, (_, at) => callAt(index * 50 + at));
      table.add([reportOf("user@rows.example", { calls })], epochMs(now + index * 3_600_000));
    }
    const count = (name: string) => Number(sql.exec(`SELECT count(*) AS n FROM ${name}`).one()["n"]);
    expect(count("recent_call")).toBeLessThanOrEqual(1100);
    expect(table.calls(undefined, 1, undefined).calls).toEqual([callAt(1499)]);
    expect(count("minute")).toBeLessThanOrEqual(25);
  });
});
