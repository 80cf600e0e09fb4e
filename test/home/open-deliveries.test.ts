// What is kept beside the open deliveries is what a look at all of them would find.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs, millis } from "../../src/base/brand";
import { nextDeadline } from "../../src/base/timer-table";
import type { Parcel } from "../../src/contracts/parcel";
import { OpenDeliveries, type OpenDelivery } from "../../src/home/messages/open-deliveries";
import { openDelivery, stepDelivery } from "../../src/messaging/delivery";
import { type DeliveryInput, holdsDevice, willOweDevice } from "../../src/messaging/delivery-state";
import { type AddressOfRecord, parseAddressOfRecord } from "../../src/sip/uri/address-of-record";

const start = epochMs(1_790_000_000_000);
const settings = { pendingAfter: millis(1000), storeAfter: millis(4000) };
const devices = ["phone", "desk", "tablet"] as const;
const keys = ["1", "2", "3", "4", "5"] as const;
const from = parseAddressOfRecord("alice@example.com") as AddressOfRecord;
const parcelOf = (key: string): Parcel => ({
  key,
  frame: "x".repeat(10),
  from,
  authenticated: true,
  hops: 1,
});

const input: fc.Arbitrary<DeliveryInput> = fc.oneof(
  fc.record({
    kind: fc.constant("responded" as const),
    branch: fc.nat(2),
    status: fc.constantFrom(200, 404, 480, 503),
  }),
  fc.record({ kind: fc.constant("flowClosed" as const), socket: fc.constantFrom(...devices) }),
  fc.constant({ kind: "overtaken" as const }),
  fc.record({
    kind: fc.constant("timerFired" as const),
    timer: fc.constantFrom("pending", "store", "forget"),
  }),
);
const deed = fc.oneof(
  fc.record({
    kind: fc.constant("open" as const),
    key: fc.constantFrom(...keys),
    treatment: fc.constantFrom("storable" as const, "transient" as const),
    standings: fc.tuple(...devices.map(() => fc.constantFrom("live" as const, "behind" as const))),
  }),
  fc.record({ kind: fc.constant("step" as const), key: fc.constantFrom(...keys), input }),
  fc.record({ kind: fc.constant("delete" as const), key: fc.constantFrom(...keys) }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 5000 }) }),
);

describe("the open deliveries", () => {
  it("know what all of them together would say (property)", () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const open = new OpenDeliveries<OpenDelivery>();
        const all = new Map<string, OpenDelivery>();
        let now = start;
        let sequence = 0;
        const put = (key: string, delivery: OpenDelivery): void => {
          open.set(key, delivery);
          all.set(key, delivery);
        };
        for (const each of deeds) {
          if (each.kind === "wait") now = epochMs(now + each.ms);
          else if (each.kind === "delete") {
            open.delete(each.key);
            all.delete(each.key);
          } else if (each.kind === "open" && !all.has(each.key)) {
            const { key, treatment } = each;
            const targets = devices.map((device, at) => ({
              device,
              socket: device,
              standing: each.standings[at] ?? ("live" as const),
            }));
            const { state } = openDelivery({ key, treatment, targets, recorded: false }, settings, now);
            put(key, {
              machine: state,
              parcel: parcelOf(key),
              sequence: state.stored ? ++sequence : undefined,
            });
          } else if (each.kind === "step") {
            const known = all.get(each.key);
            if (known === undefined) continue;
            const machine = stepDelivery(known.machine, each.input, now).state;
            const isNew = machine.stored && known.sequence === undefined;
            put(each.key, { ...known, machine, sequence: isNew ? ++sequence : known.sequence });
          }
          check(open, all);
          if (each.kind !== "wait") continue;
          const late = [...all].filter(([, { machine }]) => (nextDeadline(machine.timers) ?? now + 1) <= now);
          const due = open.due(now);
          expect(due.map(([key]) => key)).toEqual(late.map(([key]) => key));
          for (const [key, delivery] of due) {
            for (const timer of ["pending", "store", "forget"] as const) {
              const known = all.get(key) ?? delivery;
              const { state } = stepDelivery(known.machine, { kind: "timerFired", timer }, now);
              put(key, { ...known, machine: state });
            }
          }
          check(open, all);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function check(open: OpenDeliveries<OpenDelivery>, all: ReadonlyMap<string, OpenDelivery>): void {
  const machines = [...all.values()].map(({ machine }) => machine);
  expect([open.size, open.octets, open.keys()]).toEqual([all.size, 10 * all.size, [...all.keys()]]);
  for (const device of devices) {
    expect(open.willOwe(device)).toBe(machines.some((machine) => willOweDevice(machine, device)));
    for (const { machine, sequence } of all.values()) {
      if (sequence !== undefined) expect(open.holds(sequence, device)).toBe(holdsDevice(machine, device));
    }
  }
  expect(open.holds(999, "phone")).toBe(false);
  const unstored = [...all].filter(
    ([, { machine }]) =>
      machine.treatment === "storable" && !machine.stored && machine.phase === "unanswered",
  );
  expect(open.unstoredBefore("")).toEqual(unstored.map(([key]) => key));
  const [first] = unstored;
  if (first !== undefined) expect(open.unstoredBefore(first[0])).toEqual([]);
  const deadlines = machines.flatMap(({ timers }) => nextDeadline(timers) ?? []);
  if (deadlines.length > 0) expect(open.dueAt ?? Infinity).toBeLessThanOrEqual(Math.min(...deadlines));
  if (all.size === 0) expect(open.dueAt).toBeUndefined();
}
