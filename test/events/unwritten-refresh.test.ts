import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seconds } from "../../src/base/brand";
import type { Subscription } from "../../src/events/subscription";
import { agreedUntil, nextVersion, numberOf, writtenRefresh } from "../../src/events/unwritten-refresh";
import { at, row, start } from "./rows";
import { first, inDialog, minute, outcomeOf, subscribeText } from "./subscribe-facts";
import { World } from "./world";

const hour = 3_600_000;
/** As SIP.js refreshes: when nine tenths of what was granted are over. */
const inTime = 0.9;

/** A world with one watcher who has refreshed once, and been told all. */
function refreshing(): World {
  const world = new World(1);
  refresh(world);
  world.wait(inTime * hour);
  refresh(world);
  world.writes = { subscription: 0, document: 0 };
  return world;
}

const watcherOf = (world: World) => world.watchers[0] as (typeof world.watchers)[number];

function refresh(world: World, expires = 3600): void {
  expect(world.subscribe(watcherOf(world), expires)).toBe(200);
  world.calm();
}

/** What is left of what was granted. */
const left = (world: World): number => (watcherOf(world).usage?.agreed ?? 0) - world.now;

describe("RFC 6665 §4.2.1.4: rows of refreshes", () => {
  it.each([false, true])("one in four, whether memory is lost between them or not: %s", (isLost) => {
    const world = refreshing();
    for (let count = 0; count < 40; count++) {
      if (isLost) world.restart(() => true);
      world.wait(inTime * left(world));
      refresh(world);
    }
    expect(world.writes.subscription).toBe(10);
  });

  it.each([
    ["when half the time is over", 0.5, 40],
    ["at once, by which the watcher comes sooner once more", 0.01, 80],
  ])("news between them costs none more: %s", (_, part, refreshes) => {
    const world = refreshing();
    const begun = world.now;
    let count = 0;
    for (let told = false; world.now < begun + 40 * inTime * hour; count++) {
      if (!told) {
        world.wait(part * left(world));
        world.restart(() => true);
        world.publish();
        world.calm();
        world.restart(() => true);
      }
      told = !told && part < 0.1;
      world.wait(inTime * left(world));
      refresh(world);
    }
    expect(count).toBeLessThanOrEqual(refreshes + 3);
    expect(world.writes.subscription).toBeLessThanOrEqual(12);
  });

  it("each while there is anything else for the row to say", () => {
    const kept = { ...first(), ...writtenRefresh(1, seconds(900), start), owed: "nothing" as const };
    const changesOf = (text: string, before: Subscription, more = {}) =>
      outcomeOf(text, { existing: [before], ...more }, minute(14)).changes[0]?.kind;
    const text = subscribeText(inDialog);
    expect(changesOf(text, kept)).toBe("rememberSubscription");
    expect(changesOf(text, { ...kept, owed: "later", retryAt: minute(20) })).toBe("putSubscription");
    expect(changesOf(text, { ...kept, failures: 1 })).toBe("putSubscription");
    expect(changesOf(text, kept, { judge: () => "polite-block" })).toBe("putSubscription");
    expect(changesOf(text, kept, { isAgain: true })).toBe("putSubscription");
    expect(changesOf(text, kept, { xcap: { root: "https://example.com/xcap/", selections: [] } })).toBe(
      "putSubscription",
    );
    const moved = { ...inDialog, Contact: "<sip:new@y.invalid;transport=ws>" };
    expect(changesOf(subscribeText(moved), kept)).toBe("putSubscription");
    expect(changesOf(subscribeText({ ...inDialog, Expires: "0" }), kept)).toBe("deleteSubscription");
  });

  it.each([
    ["the same CSeq once more", { CSeq: "8113 SUBSCRIBE" }],
    ["more numbers than are set aside", { CSeq: "8129 SUBSCRIBE" }],
    ["much less time than it asks for", { Expires: "3600" }],
  ])("each where there is no room: %s", (_, lines) => {
    const kept = { ...first(), ...writtenRefresh(1, seconds(900), start), owed: "nothing" as const };
    const text = subscribeText({ ...inDialog, ...lines });
    const [change] = outcomeOf(text, { existing: [kept] }, minute(14)).changes;
    expect(change).toMatchObject({ kind: "putSubscription", subscription: { sent: 18 } });
  });

  it("a list's own each, as before", () => {
    const list = { uri: "sip:friends@example.com", from: "service", displayNames: [], entries: [] } as const;
    const [change] = outcomeOf(subscribeText(inDialog), { existing: [{ ...first(), list }] }, start).changes;
    expect(change).toMatchObject({ subscription: { counter: 2, expiresAt: minute(15) } });
    expect(change).not.toHaveProperty("subscription.agreed");
  });
});

describe("how long a subscription is kept", () => {
  it("as long as was agreed until it was refreshed once", () => {
    expect(first()).toMatchObject({ expiresAt: minute(15) });
    expect(first().agreed).toBeUndefined();
  });

  it.each([
    [60, 3 * 52.5],
    [3600, 3 * 3150],
    [7200, 6300],
    [86_400, 0],
  ])("of %i s granted %i s more, and never three hours", (granted, more) => {
    const { expiresAt } = writtenRefresh(1, seconds(granted), start);
    expect(expiresAt - at(granted)).toBe(more * 1000);
  });

  it("ends with a NOTIFY that says so when the watcher is silent", () => {
    const world = refreshing();
    world.wait(4 * hour);
    expect(world.underWay.map(({ text }) => /Subscription-State: (.*)\r/.exec(text)?.[1])).toEqual([
      "terminated;reason=timeout",
    ]);
    expect(world.subscriptions).toEqual([]);
  });
});

describe("RFC 6665 §4.2.2: the time that a NOTIFY says is left", () => {
  const kept = row({ ...writtenRefresh(3, seconds(3600), start) });

  it.each([
    ["what was agreed", 3599, 3600],
    ["one step more where that is over: who is there has refreshed", 3600, 3600 + 3150],
    ["two", 3600 + 3150, 3600 + 6300],
    ["no more than the row is kept", 3600 + 9449, 3600 + 9450],
  ])("is %s", (_, now, until) => {
    expect(agreedUntil(kept, at(now))).toBe(at(until));
  });
});

describe("a version of this program that knows no unwritten refreshes", () => {
  it("counts on behind every number that was used, and what it has counted is counted on from here", () => {
    const before = row({ ...writtenRefresh(3, seconds(3600), start) });
    expect([numberOf(before), before.counter]).toEqual([4, 19]);
    // Its next row and its next version are each one more than it finds.
    expect(numberOf({ ...before, counter: before.counter + 1 })).toBe(20);
    expect(1 + before.counter).toBeGreaterThan(before.counter);
    expect(nextVersion(8) + numberOf(before)).toBeGreaterThan(8 + before.counter);
  });
});

type Happening =
  | { readonly kind: "refresh"; readonly part: number; readonly expires: number }
  | { readonly kind: "publish" | "repeat" | "take" | "loseAnswer" | "lose" | "block" | "allow" }
  | { readonly kind: "restart"; readonly isDelivered: boolean }
  | { readonly kind: "jump" | "wait"; readonly milliseconds: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("refresh" as const),
      part: fc.constantFrom(0, 0.2, 0.5, 0.88, 0.9, 0.9, 0.9, 0.97),
      expires: fc.constantFrom(3600, 3600, 3600, 3600, 600),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: "publish" } as const) },
  { weight: 6, arbitrary: fc.constant({ kind: "take" } as const) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("repeat", "loseAnswer", "lose", "block", "allow") }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("restart" as const), isDelivered: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("jump" as const, "wait" as const),
      milliseconds: fc.constantFrom(-hour, -60_000, 0, 15_000, 60_000, hour),
    }),
  },
);

function happen(world: World, each: Happening): void {
  const watcher = watcherOf(world);
  const [sent] = world.underWay;
  switch (each.kind) {
    case "refresh":
      world.wait(Math.max(0, each.part * left(world)));
      world.subscribe(watcher, each.expires);
      break;
    case "repeat":
      if (watcher.usage !== undefined) world.subscribe(watcher, 3600, true);
      break;
    case "publish":
      world.publish();
      break;
    case "take":
      if (sent !== undefined) world.take(sent);
      break;
    case "lose":
    case "loseAnswer":
      if (sent !== undefined) world.finish(sent, each.kind === "loseAnswer", { kind: "timeout" });
      break;
    case "block":
    case "allow":
      world.judge(each.kind === "block" ? "polite-block" : "allow");
      break;
    case "restart":
      world.restart(() => each.isDelivered);
      break;
    case "jump":
      world.jump(each.milliseconds);
      break;
    case "wait":
      world.wait(Math.max(0, each.milliseconds));
      break;
  }
}

describe("refreshes, whatever happens between them", () => {
  // World throws when a CSeq does not rise, or a NOTIFY tells more time than was agreed.
  it("the watcher ends with the last state, and every NOTIFY was in order", () => {
    let unwritten = 0;
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
        const world = refreshing();
        for (const each of happenings) {
          const before = world.writes.subscription;
          const { cseq } = watcherOf(world).usage ?? {};
          happen(world, each);
          const isRefresh = cseq !== undefined && watcherOf(world).usage?.cseq === cseq + 1;
          if (isRefresh && world.writes.subscription === before) unwritten++;
        }
        world.calm();
        const subscription = world.rowOf(watcherOf(world));
        if (subscription === undefined || subscription.politelyBlocked) return;
        expect(watcherOf(world).usage?.knows).toBe(world.document.version);
      }),
      { numRuns: 1500 },
    );
    expect(unwritten).toBeGreaterThan(500);
  });
});
