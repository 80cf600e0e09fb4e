// What holds of presence whatever happens to pages, homes and the calls between them: who watches ends with what is true,
// is never told an older state after a newer one, and nothing stays behind.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PresenceAction, PresenceWorld } from "./support/presence-world";
import { schedules, shift, timeLimit } from "./support/schedules";

const pick = <const Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const two = fc.nat({ max: 1 });

const action: fc.Arbitrary<PresenceAction> = fc.oneof(
  { weight: 1, arbitrary: shift },
  {
    weight: 6,
    arbitrary: fc.record({ kind: pick("publish", "say"), device: two, note: pick("a", "b", "c") }),
  },
  { weight: 3, arbitrary: fc.record({ kind: pick("unpublish", "register", "unregister"), device: two }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: pick("subscribe", "subscribe", "refresh", "unsubscribe"), watcher: two }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("refreshInTime" as const), watcher: two, times: pick(1, 1, 3) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("block" as const), watcher: two, isBlocked: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: pick("cut", "comeBack"), client: fc.nat({ max: 4 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("blink" as const),
      watcher: two,
      device: two,
      note: pick("a", "b", "c"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      milliseconds: pick(3, 100, 600, 4_000, 11_000, 31_000, 70_000, 400_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fate" as const),
      fate: pick("arrives", "twice", "late", "slow", "lost", "unanswered"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fateOfNews" as const),
      fate: pick("arrives", "twice", "late", "lost", "lost"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("kill" as const),
      home: fc.nat({ max: 3 }),
      keepingSockets: fc.boolean(),
    }),
  },
);

function play(actions: readonly PresenceAction[], evicts: boolean): PresenceWorld {
  const world = new PresenceWorld(evicts);
  for (const each of actions) world.run(each);
  world.comeToRest();
  return world;
}

describe("presence, whatever happens to it", { timeout: timeLimit(60) }, () => {
  const holds = (judge: (world: PresenceWorld) => void): void =>
    fc.assert(
      fc.property(fc.array(action, { maxLength: 16 }), fc.boolean(), (actions, evicts) => {
        judge(play(actions, evicts));
      }),
      schedules(60),
    );

  it("every watcher ends with the last state, and was never told an older one after a newer", () => {
    holds((world) => {
      for (const { who, knows, is } of world.beliefs()) expect(knows, who).toBe(is);
      expect(world.faults).toEqual([]);
    });
  });

  it("a list ends with it too", () => {
    holds((world) => {
      const belief = world.listBelief();
      if (belief !== undefined) expect(belief.knows).toBe(belief.is);
      expect(world.faults).toEqual([]);
    });
  });

  it("leaves nothing under way when all is told, and nothing at all when everybody is gone", () => {
    holds((world) => {
      expect(world.leftovers()).toEqual([]);
      world.leave();
      expect(world.remains()).toEqual([]);
      expect(world.network.clocks()).toEqual([]);
    });
  });
});
