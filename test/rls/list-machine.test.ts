import { describe, expect, it } from "vitest";
import { nextRetryAt, owes } from "../../src/rls/list-state";
import { contents, ListWorld, pidf } from "./list-world";

const [bob, dave, ed] = [
  "sip:bob@vancouver.example.com",
  "sip:dave@vancouver.example.com",
  "sip:ed@dallas.example.net",
];
const all = [bob, dave, ed];

/** Started, and its first NOTIFY sent. */
function started(uris: readonly string[] = all, maxOctets?: number): ListWorld {
  const world = new ListWorld(maxOctets);
  world.step({ kind: "started", list: contents(uris) });
  world.fire();
  return world;
}

const instanceOf = (world: ListWorld, uri: string) => world.subscriber.table.get(uri)?.instance;

describe("RFC 4662 §6: the example's course", () => {
  const world = new ListWorld();

  it("message 1: every entry's back end is asked", () => {
    expect(world.urisOf("subscribe", { kind: "started", list: contents(all) })).toEqual(all);
    expect(owes(world.state)).toBe("full");
  });

  it("message 3: full state, with what is known already; the others without an instance", () => {
    world.active(bob, "<bob/>");
    world.active(dave, "<dave/>");
    world.fire();
    const { subscriber } = world;
    expect([subscriber.version, subscriber.fullState, subscriber.told]).toEqual([0, true, all]);
    expect(subscriber.names).toEqual([{ text: "Friends" }]);
    expect(instanceOf(world, bob)).toEqual({ id: "1", state: "active", document: pidf("<bob/>") });
    expect(instanceOf(world, ed)).toBeUndefined();
    expect(owes(world.state)).toBe("nothing");
  });

  it("message 13: partial state, with what has changed alone", () => {
    world.step({ kind: "backEndNotified", uri: ed, subscription: { state: "pending" } });
    expect(owes(world.state)).toBe("partial");
    world.fire();
    expect([world.subscriber.version, world.subscriber.fullState, world.subscriber.told]).toEqual([
      1,
      false,
      [ed],
    ]);
    expect(instanceOf(world, ed)).toEqual({ id: "1", state: "pending" });
  });
});

describe("RFC 4662 §4.5", () => {
  it("nothing is sent without need", () => {
    const world = started();
    expect(world.fire()).toEqual([]);
    world.active(bob, "<a/>");
    world.fire();
    world.active(bob, "<a/>");
    world.active(bob);
    expect(world.fire()).toEqual([]);
    expect(world.subscriber.versions).toEqual([0, 1]);
  });

  it("states that were overtaken are skipped", () => {
    const world = started();
    world.active(bob, "<a/>");
    world.active(dave, "<b/>");
    world.active(bob, "<c/>");
    world.fire();
    expect(world.subscriber.told).toEqual([bob, dave]);
    expect(instanceOf(world, bob)?.document).toEqual(pidf("<c/>"));
  });

  it.each(["refreshed", "notifyLost"] as const)("%s: the next NOTIFY has full state", (kind) => {
    const world = started();
    world.active(bob, "<a/>");
    world.step({ kind });
    world.fire();
    expect([world.subscriber.version, world.subscriber.fullState, world.subscriber.told]).toEqual([
      1,
      true,
      all,
    ]);
    expect(instanceOf(world, bob)?.document).toEqual(pidf("<a/>"));
    expect(world.fire()).toEqual([]);
  });

  it("an instance that is over is told once, and its document is gone", () => {
    const world = started();
    world.active(bob, "<a/>");
    world.fire();
    world.terminated(bob, "noresource");
    expect(world.documents.has(bob)).toBe(false);
    world.fire();
    expect(instanceOf(world, bob)).toEqual({ id: "1", state: "terminated", reason: "noresource" });
    expect(world.fire()).toEqual([]);
    expect(nextRetryAt(world.state)).toBeUndefined();
  });

  it("one that is tried again stays until there is another", () => {
    const world = started();
    world.terminated(bob, "probation", 100);
    world.fire();
    expect(nextRetryAt(world.state)).toBe(world.now + 100_000);
    world.now += 99_999;
    expect(world.urisOf("subscribe", { kind: "timerFired" })).toEqual([]);
    world.now += 1;
    expect(world.urisOf("subscribe", { kind: "timerFired" })).toEqual([bob]);
    // Late and repeated deadlines are normal.
    expect(world.urisOf("subscribe", { kind: "timerFired" })).toEqual([]);
    world.step({ kind: "refreshed" });
    world.fire();
    expect(instanceOf(world, bob)).toEqual({ id: "1", state: "terminated", reason: "probation" });
    world.active(bob, "<b/>");
    world.fire();
    expect(instanceOf(world, bob)).toEqual({ id: "2", state: "active", document: pidf("<b/>") });
  });

  it("the last NOTIFY has RLMI, too", () => {
    const world = started();
    world.active(bob, "<a/>");
    const effects = world.step({ kind: "ended", tell: true });
    expect(effects.map(({ kind }) => kind)).toEqual([
      ...["sendList", "unsubscribe", "deleteDocument", "unsubscribe", "unsubscribe"],
    ]);
    expect(world.subscriber.told).toEqual([bob]);
    expect(world.documents.size).toBe(0);
    expect(world.step({ kind: "refreshed" })).toEqual([]);
    expect(world.state).toEqual({ kind: "over" });
  });

  it("a poll: the only NOTIFY has full state", () => {
    const world = new ListWorld();
    world.step({ kind: "started", list: contents(all) });
    world.step({ kind: "ended", tell: true });
    expect([world.subscriber.versions, world.subscriber.fullState]).toEqual([[0], true]);
  });

  it("a subscriber who is gone is told nothing", () => {
    const world = started();
    const effects = world.step({ kind: "ended", tell: false });
    expect(effects.map(({ kind }) => kind)).toEqual(["unsubscribe", "unsubscribe", "unsubscribe"]);
  });

  it("an empty list is a list", () => {
    const world = started([]);
    expect([world.subscriber.version, world.subscriber.fullState, world.subscriber.told]).toEqual([
      0,
      true,
      [],
    ]);
  });
});

describe("RFC 4662 §5.5", () => {
  it("active without a document has no instance, for there is no cid", () => {
    const world = started();
    world.active(bob);
    world.step({ kind: "refreshed" });
    world.fire();
    expect(instanceOf(world, bob)).toBeUndefined();
  });

  it("what an active watcher was shown is not shown to a pending one", () => {
    const world = started();
    world.active(bob, "<a/>");
    world.step({ kind: "backEndNotified", uri: bob, subscription: { state: "pending" } });
    world.fire();
    expect(instanceOf(world, bob)).toEqual({ id: "1", state: "pending" });
    expect(world.documents.has(bob)).toBe(false);
  });

  it("a pending one's document is shown (RFC 3856 §6.6.2 lets it be invented)", () => {
    const world = started();
    const subscription = { state: "pending" };
    world.step({ kind: "backEndNotified", uri: bob, subscription, document: pidf("<closed/>") });
    world.fire();
    expect(instanceOf(world, bob)).toEqual({ id: "1", state: "pending", document: pidf("<closed/>") });
  });

  it("RFC 6665 §4.1.3 invariant: over, and the state stays", () => {
    const world = started();
    world.active(bob, "<a/>");
    world.terminated(bob, "invariant", 31_536_000);
    world.fire();
    expect(instanceOf(world, bob)).toEqual({
      id: "1",
      state: "terminated",
      reason: "invariant",
      document: pidf("<a/>"),
    });
    expect(nextRetryAt(world.state)).toBeUndefined();
  });
});

describe("a back end that fails", () => {
  it.each([
    [403, "rejected", undefined],
    [407, "rejected", undefined],
    [603, "rejected", undefined],
    [404, "noresource", undefined],
    [410, "noresource", undefined],
    [421, "noresource", undefined],
    [489, "noresource", undefined],
    [480, "probation", 30_000],
    [481, "probation", 30_000],
    [503, "probation", 30_000],
  ])("refused with %i: %s, and the list goes on", (status, reason, wait) => {
    const world = started();
    world.step({ kind: "backEndRefused", uri: ed, status });
    world.active(bob, "<a/>");
    world.fire();
    expect(instanceOf(world, ed)).toEqual({ id: "1", state: "terminated", reason });
    expect(instanceOf(world, bob)?.state).toBe("active");
    const at = nextRetryAt(world.state);
    expect(at === undefined ? undefined : at - world.now).toBe(wait);
  });

  it("silent: tried again, ever more rarely, at least once an hour", () => {
    const world = started([ed]);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) {
      expect(world.urisOf("retry", { kind: "backEndSilent", uri: ed })).toEqual([ed]);
      const wait = (nextRetryAt(world.state) ?? 0) - world.now;
      waits.push(wait / 1000);
      world.now += wait;
      world.step({ kind: "timerFired" });
    }
    expect(waits.slice(0, 8)).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600]);
    expect(new Set(waits.slice(8))).toEqual(new Set([3600]));
  });

  it("a subscription that lasted is tried again as if for the first time", () => {
    const world = started([ed]);
    for (let attempt = 0; attempt < 3; attempt++) {
      world.step({ kind: "backEndSilent", uri: ed });
      world.now = nextRetryAt(world.state) ?? 0;
      world.step({ kind: "timerFired" });
    }
    world.active(ed, "<a/>");
    world.now += 600_000;
    world.terminated(ed, "deactivated");
    expect((nextRetryAt(world.state) ?? 0) - world.now).toBe(2000);
  });

  it.each([
    ["deactivated", 99, 2],
    ["timeout", 99, 2],
    ["giveup", 99, 99],
    ["probation", 1, 30],
    ["probation", 1e9, 86_400],
    ["no such reason", 99, 99],
    [undefined, undefined, 30],
  ])("RFC 6665 §4.1.3: %s, Retry-After %s: again after %i s", (reason, retryAfter, wait) => {
    const world = started([ed]);
    world.terminated(ed, reason, retryAfter);
    expect((nextRetryAt(world.state) ?? 0) - world.now).toBe(wait * 1000);
  });

  it("an accepting and terminating circle is slowed down", () => {
    const world = started([ed]);
    const waits: number[] = [];
    for (let round = 0; round < 5; round++) {
      world.active(ed, "<a/>");
      world.terminated(ed, "deactivated");
      const wait = (nextRetryAt(world.state) ?? 0) - world.now;
      waits.push(wait);
      world.now += wait;
      world.step({ kind: "timerFired" });
    }
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000]);
  });

  it("a terminated state that comes twice puts nothing off; one that is final ends the trying", () => {
    const world = started([ed]);
    world.step({ kind: "backEndSilent", uri: ed });
    const at = nextRetryAt(world.state);
    world.now += 1000;
    world.terminated(ed, "timeout");
    expect(nextRetryAt(world.state)).toBe(at);
    world.terminated(ed, "rejected");
    expect(nextRetryAt(world.state)).toBeUndefined();
    world.terminated(ed, "timeout");
    expect(nextRetryAt(world.state)).toBeUndefined();
    world.fire();
    expect(instanceOf(world, ed)?.reason).toBe("rejected");
  });

  it("late word of what is over already changes nothing", () => {
    const world = started([ed]);
    world.terminated(ed, "rejected");
    world.fire();
    const before = world.state;
    world.step({ kind: "backEndRefused", uri: ed, status: 503 });
    world.step({ kind: "backEndSilent", uri: ed });
    world.step({ kind: "backEndNotified", uri: "sip:nobody@x", subscription: { state: "active" } });
    world.step({ kind: "started", list: contents([bob]) });
    expect(world.state).toEqual(before);
  });
});

describe("the list changes", () => {
  it("who is gone is shown by full state (§5.6); who stays is not asked anew", () => {
    const world = started();
    world.active(bob, "<a/>");
    world.active(dave, "<b/>");
    world.fire();
    const effects = world.step({ kind: "listChanged", list: contents(["sip:new@x", bob]) });
    expect(effects).toEqual([
      { kind: "unsubscribe", uri: dave },
      { kind: "deleteDocument", uri: dave },
      { kind: "unsubscribe", uri: ed },
      { kind: "subscribe", uri: "sip:new@x" },
    ]);
    world.fire();
    expect(world.subscriber.fullState).toBe(true);
    expect([...world.subscriber.table.keys()]).toEqual(["sip:new@x", bob]);
    expect(instanceOf(world, bob)?.document).toEqual(pidf("<a/>"));
  });

  it("the same list is no change, another name of it is", () => {
    const world = started();
    world.step({ kind: "listChanged", list: contents(all) });
    expect(owes(world.state)).toBe("nothing");
    world.step({ kind: "listChanged", list: contents(all, "Colleagues") });
    world.fire();
    expect(world.subscriber.names).toEqual([{ text: "Colleagues" }]);
  });
});

describe("the size of things", () => {
  const many = Array.from({ length: 200 }, (_, n) => `sip:user-${n}@example.com`);
  const settle = (world: ListWorld): void => {
    while (owes(world.state) !== "nothing") world.fire();
  };

  it("the state of a list of 200 is a small row", () => {
    const world = started(many);
    for (const uri of many) world.active(uri, "x".repeat(4000));
    expect(JSON.stringify(world.state).length).toBeLessThan(200 * 220);
  });

  it("full state that is too large for a frame goes in several, all resources in the first", () => {
    const world = started(many, 250_000);
    for (const uri of many) world.active(uri, "x".repeat(4000));
    world.step({ kind: "refreshed" });
    world.fire();
    expect([world.subscriber.fullState, world.subscriber.told.length]).toEqual([true, 200]);
    expect([...world.subscriber.table.values()].filter(({ instance }) => instance).length).toBeGreaterThan(
      20,
    );
    settle(world);
    expect(world.subscriber.versions).toEqual([0, 1, 2, 3, 4, 5]);
    expect(Math.max(...world.sizes)).toBeLessThanOrEqual(250_000);
    expect([...world.subscriber.table.values()].every(({ instance }) => instance?.state === "active")).toBe(
      true,
    );
  });

  it("who changes with each NOTIFY keeps nobody back", () => {
    const world = started([bob, dave, ed], 4000);
    world.active(bob, "b".repeat(1500));
    world.active(dave, "d".repeat(1500));
    world.active(ed, "e".repeat(1500));
    for (let round = 0; round < 4; round++) {
      world.fire();
      world.active(bob, `${round}`.repeat(1500));
      world.active(dave, `${round}`.repeat(1500));
      world.active(ed, `${round}`.repeat(1500));
    }
    expect(instanceOf(world, ed)?.state).toBe("active");
  });

  it("a document that fits into no NOTIFY is as if there were none, and nobody waits for it", () => {
    const world = started([bob, dave], 4000);
    world.active(bob, "b".repeat(9000));
    world.active(dave, "d".repeat(100));
    settle(world);
    expect(instanceOf(world, bob)).toBeUndefined();
    expect(instanceOf(world, dave)?.state).toBe("active");
    world.active(bob, "b");
    settle(world);
    expect(instanceOf(world, bob)?.state).toBe("active");
  });
});
