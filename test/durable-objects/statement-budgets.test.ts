// SQL statements of each operation, and what a home reads when it wakes, counted at the platform's own class: statements are
// time, and rows that are read are money (design "Budgets").

import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { CallSide, place, respond } from "../support/call";
import type { Phone } from "../support/phone";
import { hibernate, homeOf, makeAccount, online } from "./support/homes";

let exec: MockInstance<SqlStorage["exec"]>;
let accounts = 0;
const open: Phone[] = [];

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

beforeEach(async () => {
  const aor = await account();
  const sql = await runInDurableObject(homeOf(aor), (_home, { storage }) =>
    Object.getPrototypeOf(storage.sql),
  );
  exec = vi.spyOn(sql as SqlStorage, "exec");
});

afterEach(() => {
  exec.mockRestore();
  for (const phone of open.splice(0)) phone.hangUp();
});

const account = (): Promise<string> => makeAccount(`states${++accounts}@example.com`);

async function phoneOf(aor: string, instance?: string): Promise<Phone> {
  const phone = await online(aor, "named", instance === undefined ? {} : { instance });
  open.push(phone);
  return phone;
}

/** Statements of all homes while `work` is done. */
async function statements(work: () => Promise<unknown>): Promise<number> {
  exec.mockClear();
  await work();
  return exec.mock.calls.length;
}

const rowsRead = (): number =>
  exec.mock.results.reduce((sum, { value }) => sum + (value as SqlStorageCursor<never>).rowsRead, 0);

describe("statements", () => {
  it("a REGISTER refresh has none", async () => {
    const alice = await phoneOf(await account());
    expect(await statements(() => alice.register())).toBe(0);
  });

  it("a MESSAGE to a user who is there has none", async () => {
    const [alice, bob] = [await phoneOf(await account()), await phoneOf(await account())];
    const exchange = async (): Promise<void> => {
      const sent = alice.message(bob.aor, "hello");
      await bob.take("MESSAGE");
      expect((await sent).status).toBe(200);
    };
    await exchange();
    expect(await statements(exchange)).toBe(0);
  });

  it("a MESSAGE that is stored has one", async () => {
    const [alice, bob] = [await phoneOf(await account()), await account()];
    await alice.message(bob, "the first makes its row");
    expect(await statements(async () => expect((await alice.message(bob, "hello")).status).toBe(202))).toBe(
      1,
    );
  });

  it("a call has one for each row that it writes", async () => {
    const [alice, bob] = [await phoneOf(await account()), await phoneOf(await account())];
    const call = async (): Promise<void> => {
      const placed = place(alice, bob.aor);
      const invite = await bob.receive("INVITE");
      respond(bob, invite, 180);
      await alice.hears(placed.callId, placed.cseq, 180);
      respond(bob, invite, 200);
      const caller = CallSide.ofCaller(alice, await alice.responseTo(placed.callId, placed.cseq));
      caller.ack();
      await bob.receive("ACK");
      const bye = caller.request("BYE");
      await bob.take("BYE");
      expect((await bye).status).toBe(200);
    };
    // The log of calls is counted at the first.
    await call();
    expect(await statements(call)).toBe(6);
  });
});

describe("a home that wakes", () => {
  async function wake(phone: Phone): Promise<number> {
    await hibernate(phone.aor);
    return statements(async () => expect((await phone.register()).status).toBe(200));
  }

  it("reads each table once, whatever is in it", async () => {
    const bare = await phoneOf(await account());
    const ofBare = await wake(bare);
    const full = await phoneOf(await account(), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    const away = await online(full.aor, "named", { instance: "6f85d4e3-e8aa-46aa-b768-bf39d5912143" });
    away.hangUp();
    for (let sent = 0; sent < 5; sent++) {
      void bare.message(full.aor, "kept for the device that is away");
      await full.take("MESSAGE");
    }
    expect(await wake(full)).toBe(ofBare);
    expect(ofBare).toBeLessThanOrEqual(19);
  });

  it("reads a few rows, and of a device one more", async () => {
    const aor = await account();
    const phone = await phoneOf(aor, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    await wake(phone);
    const ofOne = rowsRead();
    await phoneOf(aor, "6f85d4e3-e8aa-46aa-b768-bf39d5912143");
    await wake(phone);
    expect(rowsRead() - ofOne).toBe(1);
    expect(ofOne).toBeLessThanOrEqual(45);
  });
});
