// What a call costs, counted where the platform bills it (design "Budgets": at most 12 rows over both homes, alarms and
// index rows counted, 2 more for each further device, and not growing with the call's length).

import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import counts from "../../bench/cost/counts.json";
import { AddressOfRecord } from "../../durable-objects/address-of-record";
import type { SipRequest } from "../../src/sip/message";
import { CallSide, place, respond } from "../support/call";
import type { Phone } from "../support/phone";
import { alarmOf, homeOf, makeAccount, online, rowsWritten } from "./support/homes";

const instances = [
  "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
  "6f85d4e3-e8aa-46aa-b768-bf39d5912143",
  "0c67446e-f1a1-11d9-94d3-000a95a0e128",
] as const;
const open: Phone[] = [];
let pairs = 0;
let receiveOne: MockInstance;
let replied: MockInstance;

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});
beforeEach(() => {
  receiveOne = vi.spyOn(AddressOfRecord.prototype, "receiveOne");
  replied = vi.spyOn(AddressOfRecord.prototype, "replied");
});
afterEach(() => {
  vi.useRealTimers();
  receiveOne.mockRestore();
  replied.mockRestore();
  for (const phone of open.splice(0)) phone.hangUp();
});

/** Alice with one phone, Bob with as many as asked for, and the rows of both homes from here on. */
async function world(devices: number) {
  const suffix = `${++pairs}@example.com`;
  const [alice, bob] = [await makeAccount(`spends${suffix}`), await makeAccount(`saves${suffix}`)];
  const a = await online(alice, "named", { instance: instances[0] });
  const phones: Phone[] = [];
  for (let at = 0; at < devices; at++)
    phones.push(await online(bob, "named", { instance: instances[at] ?? "" }));
  open.push(a, ...phones);
  const [b] = phones;
  if (b === undefined) throw new Error("Bob has a phone");
  const count = async (): Promise<number> => (await rowsWritten(alice)) + (await rowsWritten(bob));
  const before = await count();
  receiveOne.mockClear();
  replied.mockClear();
  return { alice, bob, a, b, phones, rows: async () => (await count()) - before };
}

type World = Awaited<ReturnType<typeof world>>;

async function answered({ a, b, bob }: World): Promise<{ caller: CallSide; callee: CallSide }> {
  const placed = place(a, bob);
  const invite = await b.receive("INVITE");
  respond(b, invite, 180);
  await a.hears(placed.callId, placed.cseq, 180);
  respond(b, invite, 200);
  const answer = await a.responseTo(placed.callId, placed.cseq);
  const caller = CallSide.ofCaller(a, answer);
  caller.ack();
  await b.receive("ACK");
  return { caller, callee: CallSide.ofCallee(b, invite) };
}

async function hangUp({ b }: World, caller: CallSide): Promise<void> {
  const bye = caller.request("BYE");
  await b.take("BYE");
  expect((await bye).status).toBe(200);
}

/** Time goes on, and the alarm rings where one is due; how many rang, each a row that the database has to clear. */
async function talk({ alice, bob }: World, milliseconds: number): Promise<number> {
  vi.setSystemTime(Date.now() + milliseconds);
  let rang = 0;
  for (const aor of [alice, bob]) {
    const at = await alarmOf(aor);
    if (at === null || at > Date.now()) continue;
    await runDurableObjectAlarm(homeOf(aor));
    rang++;
  }
  return rang;
}

describe("a call with one device", () => {
  it("costs 6 rows and 3 alarms, and 4 calls between the homes with 2 answers", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const all = await world(1);
    const { caller } = await answered(all);
    // The end of ringing, which finds it answered and looks for sockets five minutes later.
    const rang = await talk(all, 121_000);
    await hangUp(all, caller);
    expect(rang).toBe(1);
    expect((await all.rows()) - rang).toBe(9);
    expect([receiveOne.mock.calls.length, replied.mock.calls.length]).toEqual([3, 1]);
    // What bills are made of, measured with four refreshes and a 180 that is no longer waited for, each a call of its own.
    const { rows, alarmsSet, alarmsFired, calls } = counts.operations.call;
    expect([rows + alarmsSet, alarmsFired, calls]).toEqual([9, rang, 3 + 2 + 4]);
  });

  it("session refreshes, INFO and hold write nothing (RFC 4028)", async () => {
    const all = await world(1);
    const { caller, callee } = await answered(all);
    const before = await all.rows();
    for (let count = 0; count < 5; count++) {
      const update = caller.request("UPDATE", [`Contact: <${all.a.contact};ob>`, "Session-Expires: 90"]);
      await all.b.take("UPDATE");
      expect((await update).status).toBe(200);
      const info = callee.request("INFO");
      await all.a.take("INFO");
      expect((await info).status).toBe(200);
    }
    expect(await all.rows()).toBe(before);
    await hangUp(all, caller);
  });

  it("an hour of talk costs what three minutes do, but for the alarm of each home in five minutes", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const all = await world(1);
    const { caller } = await answered(all);
    const before = await all.rows();
    let rang = 0;
    for (let minutes = 0; minutes < 60; minutes += 2) {
      rang += await talk(all, 2 * 60_000);
      // As they must, or their devices would be away by then.
      for (const phone of [all.a, all.b]) expect((await phone.register()).status).toBe(200);
    }
    expect(rang).toBeLessThanOrEqual(2 * 12);
    // Each alarm that rings is cleared, and set anew.
    expect((await all.rows()) - before).toBe(2 * rang);
    const talked = await all.rows();
    await hangUp(all, caller);
    expect((await all.rows()) - talked).toBe(2);
  });

  it("one that nobody answers costs no more", async () => {
    const all = await world(1);
    const placed = place(all.a, all.bob);
    const invite = await all.b.receive("INVITE");
    respond(all.b, invite, 486);
    await all.b.receive("ACK");
    expect((await all.a.responseTo(placed.callId, placed.cseq)).status).toBe(486);
    expect(await all.rows()).toBeLessThanOrEqual(6);
  });
});

describe("a call with three devices", () => {
  it("costs at most two rows more for each that refuses", async () => {
    const all = await world(3);
    const placed = place(all.a, all.bob);
    const invites = [];
    for (const phone of all.phones) invites.push(await phone.receive("INVITE"));
    for (const at of [1, 2] as const) {
      respond(all.phones[at] as Phone, invites[at] as SipRequest, 486);
      await all.phones[at]?.receive("ACK");
    }
    respond(all.b, invites[0] as SipRequest, 200);
    const caller = CallSide.ofCaller(all.a, await all.a.responseTo(placed.callId, placed.cseq));
    caller.ack();
    await all.b.receive("ACK");
    await hangUp(all, caller);
    // Of a call with one device: 6 rows and 2 alarms until it is hung up.
    expect(await all.rows()).toBeLessThanOrEqual(8 + 2 * 2);
  });

  it("costs nothing more for those that ring in vain", async () => {
    const all = await world(3);
    const { caller } = await answered(all);
    for (const phone of all.phones.slice(1)) {
      const invite = await phone.receive("INVITE");
      // RFC 3261 §9.1: until it is heard of, its CANCEL waits.
      respond(phone, invite, 180);
      await phone.take("CANCEL");
      respond(phone, invite, 487);
      await phone.receive("ACK");
    }
    await hangUp(all, caller);
    expect(await all.rows()).toBe(8);
  });
});
