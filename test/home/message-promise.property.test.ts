import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Action, MessageWorld, type Reaction } from "./support/message-world";
import { schedules, shift, timeLimit } from "./support/schedules";

const device = fc.nat({ max: 5 });
const user = fc.nat({ max: 2 });

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 1, arbitrary: shift },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("message" as const),
      device,
      to: user,
      fate: fc.constantFrom("arrives", "arrives", "arrives", "twice", "late", "lost", "unanswered"),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("connect" as const), device }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("register", "close", "unregister"), device }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      device,
      status: fc.constantFrom(200, 200, 202, 404, 415, 480, 500, 603),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      milliseconds: fc.constantFrom(10, 500, 1_100, 4_100, 11_000, 33_000, 160_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("fateOfNews" as const),
      fate: fc.constantFrom("arrives", "twice", "late", "lost"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("kill" as const), user, keepingSockets: fc.boolean() }),
  },
);

const reaction: fc.Arbitrary<Reaction> = fc.constantFrom(
  200,
  200,
  200,
  202,
  404,
  415,
  480,
  503,
  undefined,
  undefined,
);

function play(actions: readonly Action[], reactions: readonly Reaction[], evicts: boolean): MessageWorld {
  const world = new MessageWorld(reactions, evicts);
  for (const each of actions) world.run(each);
  world.comeToRest();
  return world;
}

const anything = [
  fc.array(action, { maxLength: 40, size: "max" }),
  fc.array(reaction, { maxLength: 30, size: "max" }),
  fc.boolean(),
] as const;
const parameters = schedules(100);

describe("design MESSAGE, the promise, whatever happens in whatever order", {
  timeout: timeLimit(60),
}, () => {
  it("at least once: what was acknowledged is taken, refused or tried five times by each device it is for", () => {
    fc.assert(
      fc.property(...anything, (actions, reactions, evicts) => {
        const world = play(actions, reactions, evicts);
        for (const message of world.messages) {
          if (!world.answersTo(message).some((status) => status === 200 || status === 202)) continue;
          const undecided = message.devices.filter((page) => {
            const { taken, refused, copies } = world.outcomeOf(message, page);
            return !taken && !refused && copies < 5;
          });
          expect(undecided, message.name).toEqual([]);
          const pages = world.clients
            .filter(({ user: owner }) => owner === message.to)
            .map(({ page }) => page);
          const isWithSomebody = pages.some((page) => world.outcomeOf(message, page).copies > 0);
          expect(isWithSomebody || message.devices.length > 0, message.name).toBe(true);
        }
      }),
      parameters,
    );
  });

  it("twice only if the device's answer never reached its home, and then with the same Call-ID", () => {
    fc.assert(
      fc.property(...anything, (actions, reactions, evicts) => {
        const world = play(actions, reactions, evicts);
        for (const message of world.messages.filter(({ disturbed }) => !disturbed)) {
          for (const { page } of world.clients) {
            const { afterwards, derived } = world.outcomeOf(message, page);
            expect(afterwards, `${message.name} ${page}`).toBe(0);
            expect(derived.size, `${message.name} ${page}: Call-IDs`).toBeLessThanOrEqual(1);
          }
        }
      }),
      parameters,
    );
  });

  it("and nothing is left behind in memory, and nobody to be woken", () => {
    fc.assert(
      fc.property(...anything, (actions, reactions, evicts) => {
        const world = play(actions, reactions, evicts);
        expect(world.leftovers()).toEqual([]);
        expect(world.clocksWhenAllHaveLeft()).toEqual([]);
      }),
      parameters,
    );
  });
});
