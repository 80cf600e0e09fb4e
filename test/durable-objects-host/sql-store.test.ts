import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SqlStore } from "../../durable-objects/host/sql-store";
import { epochMs } from "../../src/base/brand";
import type { RowEffect } from "../../src/home/effect";
import { appendToLog } from "../../src/home/messages/message-log";
import type { Device, HomeState, StoredMessage } from "../../src/home/state";
import type { Turn } from "../../src/home/turn";
import { type AddressOfRecord, parseAddressOfRecord } from "../../src/sip/uri/address-of-record";
import { sqliteStorage } from "../home/support/sqlite-storage";

const aor = parseAddressOfRecord("bob@example.com") as AddressOfRecord;
const start = epochMs(1_790_000_000_000);

const device = (id: string, cursor: number): Device => ({
  id,
  contact: "sip:x@x.invalid",
  state: "live",
  since: start,
  graceUntil: undefined,
  inbox: { cursor, ahead: [], tries: 0 },
  carbons: false,
  gruuCallId: undefined,
  userAgent: undefined,
  address: undefined,
});

const message = (sequence: number): StoredMessage => ({
  sequence,
  key: `key${sequence}`,
  device: undefined,
  direction: "received",
  at: start,
  expiresAt: epochMs(start + 1000),
  frame: "MESSAGE",
  octets: 7,
  taken: false,
  owed: true,
});

function storeAlone() {
  const storage = sqliteStorage();
  const store = new SqlStore(storage);
  return {
    storage,
    store,
    state: store.load(aor, start),
    wake: () => new SqlStore(storage).load(aor, start),
  };
}

describe("the rows of one step", () => {
  it("are written all or none: a throw half-way leaves those before it unwritten", () => {
    const { store, state, wake } = storeAlone();
    store.commit(state, [{ kind: "appendMessage", message: message(1) }]);
    const failing: readonly RowEffect[] = [
      { kind: "putDevice", device: device("phone", 1) },
      { kind: "deleteMessages", through: 1, taken: 1 },
      { kind: "appendMessage", message: message(2) },
      { kind: "appendMessage", message: message(2) },
    ];
    expect(() => store.commit(state, failing)).toThrow(/UNIQUE/);
    const { devices, log } = wake();
    expect([devices.size, log.messages, log.last]).toEqual([0, 1, 1]);
  });

  it("are none for a name that nobody has", () => {
    const { storage, store, state } = storeAlone();
    store.commit(state, []);
    expect(storage.sql.exec("SELECT name FROM sqlite_master").toArray()).toEqual([]);
  });
});

type Deed =
  | {
      readonly kind: "append";
      readonly sent: boolean;
      readonly taken: boolean;
      readonly owed: boolean;
      readonly sender: string | undefined;
      readonly octets: number;
      readonly ttl: number;
    }
  | { readonly kind: "effect"; readonly effect: RowEffect };

const upTo = fc.integer({ min: 0, max: 30 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      sent: fc.boolean(),
      taken: fc.boolean(),
      owed: fc.boolean(),
      sender: fc.constantFrom(undefined, "alice@example.com", "bob@example.com"),
      octets: fc.integer({ min: 1, max: 50 }),
      ttl: fc.integer({ min: 1, max: 30 }),
    }),
  },
  fc
    .oneof<fc.Arbitrary<RowEffect>[]>(
      fc.record({ kind: fc.constant("markTaken" as const), sequence: upTo }),
      fc.record({ kind: fc.constant("deleteMessages" as const), through: upTo, taken: upTo }),
      fc.record({
        kind: fc.constant("expireMessages" as const),
        before: upTo.map((ms) => epochMs(start + ms)),
      }),
      fc.record({ kind: fc.constant("evictMessages" as const), messages: fc.nat(3), octets: fc.nat(99) }),
      fc.constant({ kind: "clearMessages" as const }),
      upTo.map((cursor) => ({ kind: "putDevice" as const, device: device("phone", cursor) })),
      fc.constant({ kind: "deleteDevice" as const, id: "phone" }),
    )
    .map((effect) => ({ kind: "effect" as const, effect })),
);

/** Does one deed as a step would: memory first, then the row. */
function effectOf(state: HomeState, each: Deed): readonly RowEffect[] {
  if (each.kind === "append") {
    const turn = { state, now: start, effects: [] } as unknown as Turn;
    appendToLog(turn, {
      key: each.sent ? undefined : `key${state.log.last}`,
      device: undefined,
      direction: each.sent ? "sent" : "received",
      sender: each.sent ? undefined : (each.sender as AddressOfRecord | undefined),
      expiresAt: epochMs(start + each.ttl),
      frame: "x".repeat(each.octets),
      taken: each.sent || each.taken,
      owed: !each.sent && each.owed,
    });
    return turn.effects as readonly RowEffect[];
  }
  if (each.effect.kind === "putDevice") {
    const { inbox, id } = each.effect.device;
    // No device has passed what never was, and a cursor only rises.
    const passed = state.devices.get(id)?.inbox.cursor ?? 0;
    const known = device(id, Math.max(passed, Math.min(inbox.cursor, state.log.last)));
    state.devices.set(id, known);
    return [{ kind: "putDevice", device: known }];
  }
  if (each.effect.kind === "deleteDevice") state.devices.delete(each.effect.id);
  return [each.effect];
}

describe("the log in numbers", () => {
  it("is in step with its rows without reading them all again (property)", () => {
    const steps = fc.array(fc.array(deed, { minLength: 1, maxLength: 4 }), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (deeds) => {
        const { store, state, wake } = storeAlone();
        let highest = 0;
        for (const step of deeds) {
          store.commit(
            state,
            step.flatMap((each) => effectOf(state, each)),
          );
          const read = wake();
          highest = Math.max(highest, state.log.last);
          // The next expiry may be said too early, which costs a look; never too late.
          const { nextExpiry, ...numbers } = state.log;
          const { nextExpiry: exact, ...expected } = read.log;
          expect(numbers).toEqual(expected);
          expect((nextExpiry === undefined) === (exact === undefined)).toBe(true);
          expect(nextExpiry ?? 0).toBeLessThanOrEqual(exact ?? 0);
          expect(read.log.last).toBeGreaterThanOrEqual(highest);
          expect(state.storedKeys).toEqual(read.storedKeys);
          expect(state.storedBy).toEqual(read.storedBy);
        }
      }),
      { numRuns: 150 },
    );
  });
});
