// What holds for every order of responses, closed sockets and timers.

import fc from "fast-check";
import { expect, test } from "vitest";
import { epochMs, millis } from "../../src/base/brand";
import { nextDeadline } from "../../src/base/timer-table";
import type { Treatment } from "../../src/messaging/classify-message";
import { type DeliveryOpening, openDelivery, stepDelivery } from "../../src/messaging/delivery";
import type {
  DeliveryEffect,
  DeliveryInput,
  DeliveryState,
  DeliveryStep,
} from "../../src/messaging/delivery-state";

const settings = { pendingAfter: millis(1_000), storeAfter: millis(4_000) };
const timers = ["pending", "store", "forget"] as const;
const retryable = [408, 430, 480, 486, 491, 500, 503, 504];

const opening: fc.Arbitrary<DeliveryOpening> = fc.record({
  key: fc.constant("key"),
  treatment: fc.constantFrom<Treatment>("storable", "storable", "transient", "composing"),
  recorded: fc.boolean(),
  targets: fc
    .array(fc.constantFrom("live" as const, "live" as const, "behind" as const), { maxLength: 4 })
    .map((standings) =>
      standings.map((standing, index) => ({ device: `d${index}`, socket: `s${index % 3}`, standing })),
    ),
});

const input: fc.Arbitrary<DeliveryInput> = fc.oneof(
  fc.record({
    kind: fc.constant("responded" as const),
    branch: fc.integer({ min: 0, max: 4 }),
    status: fc.constantFrom(100, 200, 200, 202, 302, 401, 404, 415, 482, 603, ...retryable),
  }),
  fc.record({ kind: fc.constant("flowClosed" as const), socket: fc.constantFrom("s0", "s1", "s2") }),
  fc.constant({ kind: "overtaken" as const }),
  fc.record({ kind: fc.constant("timerFired" as const), timer: fc.constantFrom(...timers) }),
);

const run = fc.record({
  opening,
  inputs: fc.array(fc.record({ input, wait: fc.constantFrom(0, 10, 990, 3_000, 28_000) }), { maxLength: 14 }),
});

interface Trace {
  readonly effects: readonly DeliveryEffect[];
  readonly state: DeliveryState;
  /** Statuses a branch was told while the delivery lived. */
  readonly told: ReadonlyMap<number, readonly number[]>;
}

/** Plays the inputs, then lets only timers fire; `between` is what happens to the state between two steps. */
function play(
  {
    opening,
    inputs,
  }: { opening: DeliveryOpening; inputs: readonly { input: DeliveryInput; wait: number }[] },
  between: (state: DeliveryState) => DeliveryState,
): Trace {
  const effects: DeliveryEffect[] = [];
  const told = new Map<number, number[]>();
  let now = 0;
  let state: DeliveryState;
  const take = (step: DeliveryStep): void => {
    state = between(step.state);
    effects.push(...step.effects);
  };
  state = openDelivery(opening, settings, epochMs(0)).state;
  take(openDelivery(opening, settings, epochMs(0)));
  for (const { input, wait } of inputs) {
    now += wait;
    if (input.kind === "responded" && state.phase !== "finished") {
      told.set(input.branch, [...(told.get(input.branch) ?? []), input.status]);
    }
    take(stepDelivery(state, input, epochMs(now)));
  }
  for (let steps = 0; state.phase !== "finished"; steps++) {
    expect(steps).toBeLessThan(10);
    const deadline = nextDeadline(state.timers);
    if (deadline === undefined) throw new Error("neither finished nor waiting for a timer");
    now = Math.max(now, deadline);
    for (const timer of timers) take(stepDelivery(state, { kind: "timerFired", timer }, epochMs(now)));
  }
  return { effects, state, told };
}

const kept = (state: DeliveryState): DeliveryState => state;
const of = <Kind extends DeliveryEffect["kind"]>(trace: Trace, kind: Kind) =>
  trace.effects.filter((effect): effect is Extract<DeliveryEffect, { kind: Kind }> => effect.kind === kind);

test("every delivery ends when only timers fire, with one answer or none at all, and finished last", () => {
  fc.assert(
    fc.property(run, (script) => {
      const trace = play(script, kept);
      expect(of(trace, "answer").length + of(trace, "abandon").length).toBe(1);
      expect(of(trace, "pending").length).toBeLessThanOrEqual(1);
      expect(of(trace, "finished")).toHaveLength(1);
      expect(trace.effects.at(-1)).toEqual({ kind: "finished" });
      expect(nextDeadline(trace.state.timers)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test("eviction twin: a state that went through JSON between any two steps does the same", () => {
  fc.assert(
    fc.property(run, (script) => {
      const twin = play(script, (state) => JSON.parse(JSON.stringify(state)));
      expect(twin.effects).toEqual(play(script, kept).effects);
    }),
    { numRuns: 500 },
  );
});

test("nothing acknowledged is lost: each device took it, refused it, or is owed it before the answer", () => {
  fc.assert(
    fc.property(run, (script) => {
      fc.pre(script.opening.treatment === "storable");
      const trace = play(script, kept);
      const [answer] = of(trace, "answer");
      const [stored, ...more] = of(trace, "store");
      expect(more).toEqual([]);
      if (answer === undefined) throw new Error("a message that can be stored is always answered");
      const known = script.opening.targets.map(({ device }) => device);
      if (stored !== undefined) {
        expect(trace.effects.indexOf(stored)).toBeLessThan(trace.effects.indexOf(answer));
        expect([...stored.owedTo, ...stored.takenBy, ...stored.passedBy].sort()).toEqual([...known].sort());
        return;
      }
      // Nothing stored: every device was live and said something final of its own.
      trace.state.branches.forEach((branch) => {
        expect(["taken", "refused"]).toContain(branch.phase);
      });
      const taken = trace.state.branches.some(({ phase }) => phase === "taken");
      expect(answer.status < 300).toBe(taken);
    }),
    { numRuns: 1_000 },
  );
});

test("a branch is taken or refused only by what its device said", () => {
  fc.assert(
    fc.property(run, (script) => {
      const trace = play(script, kept);
      trace.state.branches.forEach((branch, index) => {
        const told = trace.told.get(index) ?? [];
        if (branch.phase === "taken") expect(told.some((status) => status >= 200 && status < 300)).toBe(true);
        if (branch.phase === "refused") {
          expect(told.some((status) => status >= 300 && !retryable.includes(status))).toBe(true);
        }
      });
    }),
    { numRuns: 500 },
  );
});

test("a row is passed only by a device it is owed to, once, and every other one is handed to its redelivery", () => {
  fc.assert(
    fc.property(run, (script) => {
      const trace = play(script, kept);
      const owedTo = of(trace, "store")[0]?.owedTo ?? [];
      const passed = of(trace, "pass").map(({ device }) => device);
      expect(new Set(passed).size).toBe(passed.length);
      for (const device of passed) expect(owedTo).toContain(device);
      const released = new Set(of(trace, "release").map(({ device }) => device));
      expect([...released].sort()).toEqual([...owedTo].sort());
    }),
    { numRuns: 500 },
  );
});

test("what is not storable touches no log, and no status that must not be told is", () => {
  fc.assert(
    fc.property(run, (script) => {
      const trace = play(script, kept);
      for (const { status } of of(trace, "answer")) expect([401, 407, 408, 430, 503]).not.toContain(status);
      if (script.opening.treatment === "storable") return;
      for (const kind of ["store", "pass", "release"] as const) expect(of(trace, kind)).toEqual([]);
      if (script.opening.treatment === "composing") {
        expect(of(trace, "answer").every(({ status }) => status < 300)).toBe(true);
        expect(of(trace, "pending")).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});
