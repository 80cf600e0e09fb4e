// What holds of a call whatever happens to its pages and homes: it ends, for both sides, and nothing of it stays.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CallAction, CallWorld } from "./support/call-world";
import { schedules, shift, timeLimit } from "./support/schedules";

const action: fc.Arbitrary<CallAction> = fc.oneof(
  { weight: 1, arbitrary: shift },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("call", "call", "cancel", "hangUp") }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      device: fc.nat({ max: 1 }),
      status: fc.constantFrom(200, 200, 200, 302, 404, 480, 486, 500, 603),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("leave" as const), device: fc.nat({ max: 1 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("cut", "comeBack"), client: fc.nat({ max: 2 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      milliseconds: fc.constantFrom(10, 600, 4_900, 5_100, 9_900, 11_000, 33_000, 61_000, 130_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("fate" as const),
      fate: fc.constantFrom("arrives", "twice", "late", "slow", "lost", "unanswered"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const), after: fc.nat({ max: 12 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("fateOfNews" as const),
      fate: fc.constantFrom("arrives", "twice", "late", "lost"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("kill" as const),
      user: fc.nat({ max: 1 }),
      keepingSockets: fc.boolean(),
    }),
  },
);

function play(actions: readonly CallAction[], evicts: boolean): CallWorld {
  const world = new CallWorld(evicts);
  for (const each of actions) world.run(each);
  world.comeToRest();
  return world;
}

const holdsFor = (actions: fc.Arbitrary<readonly CallAction[]>, holds: (world: CallWorld) => void): void =>
  fc.assert(
    fc.property(actions, fc.boolean(), (all, evicts) => {
      holds(play(all, evicts));
    }),
    schedules(150),
  );

/** The last word of a call meets a crash somewhere on its way, which schedules of anything seldom hit. */
const endsInCrash = fc
  .record({
    before: fc.array(action, { maxLength: 3 }),
    status: fc.constantFrom(200, 200, 486),
    crash: fc.record({ kind: fc.constant("crash" as const), after: fc.nat({ max: 8 }) }),
    end: fc.constantFrom<CallAction>({ kind: "hangUp" }, { kind: "leave", device: 0 }, { kind: "cancel" }),
    isEarly: fc.boolean(),
    after: fc.array(action, { maxLength: 5 }),
  })
  .map(({ before, status, crash, end, isEarly, after }): readonly CallAction[] => {
    const answer: CallAction = { kind: "answer", device: 0, status };
    const talk = isEarly ? [crash, answer] : [answer, crash];
    return [...before, { kind: "call" }, ...talk, end, ...after];
  });

const anything = fc.oneof(
  { weight: 2, arbitrary: fc.array(action, { maxLength: 14 }) },
  { weight: 1, arbitrary: endsInCrash },
);

describe("a call, whatever happens to it", { timeout: timeLimit(60) }, () => {
  it("leaves nothing behind at either home", () => {
    holdsFor(anything, (world) => {
      if (!world.hasLostBye) expect(world.leftovers()).toEqual([]);
    });
  });

  it("wakes nobody once it is over and everybody has left", () => {
    holdsFor(anything, (world) => expect(world.clocksWhenAllHaveLeft()).toEqual([]));
  });

  it("rings no device for ever", () => {
    holdsFor(anything, (world) => expect(world.stillRinging()).toEqual([]));
  });

  it("is over for whoever took it, once its caller has hung up or is gone", () => {
    holdsFor(anything, (world) => {
      if (!world.hasLostBye) expect(world.stillTalking()).toEqual([]);
    });
  });

  it("is over for its caller, once whoever took it has hung up", () => {
    holdsFor(anything, (world) => {
      if (!world.hasLostBye) expect(world.stillBelieved()).toEqual([]);
    });
  });

  it("rings for no caller for ever", () => {
    holdsFor(anything, (world) => expect(world.unanswered()).toEqual([]));
  });

  it("RFC 3261 §13.2.2: one that was never cut off has exactly one refusal, or an answer", () => {
    holdsFor(anything, ({ sent, isDisturbed }) => {
      if (isDisturbed) return;
      for (const { finals } of sent) {
        const refusals = finals.filter((status) => status >= 300);
        expect(refusals.length).toBe(finals.some((status) => status < 300) ? 0 : 1);
      }
    });
  });
});
