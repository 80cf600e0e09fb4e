import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/events/verdict";
import { World } from "./world";

const watchers = 3;
const who = fc.nat(watchers - 1);
const which = fc.nat(20);

/** One thing that happens to the home, to a watcher or between them. */
type Happening =
  | { readonly kind: "publish" }
  | { readonly kind: "subscribe"; readonly who: number; readonly expires: number }
  | { readonly kind: "forget" | "leave" | "comeBack" | "repeat"; readonly who: number }
  | { readonly kind: "take" | "loseAnswer" | "lose" | "absent" | "gone"; readonly which: number }
  | { readonly kind: "refuse"; readonly which: number; readonly status: number }
  | { readonly kind: "judge"; readonly verdict: Verdict }
  | { readonly kind: "wait" | "jump"; readonly milliseconds: number }
  | { readonly kind: "restart"; readonly delivered: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: "publish" } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("subscribe" as const),
      who,
      expires: fc.constantFrom(0, 30, 60, 600, 3600),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("forget", "leave", "comeBack", "repeat"), who }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("take" as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("loseAnswer", "lose", "absent", "gone"), which }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("refuse" as const),
      which,
      status: fc.constantFrom(302, 401, 404, 408, 480, 481, 489, 500, 503, 603),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("judge" as const),
      verdict: fc.constantFrom("allow", "allow", "pending", "reject", "polite-block"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      milliseconds: fc.constantFrom(0, 1, 999, 30_000, 60_000, 700_000, 3_240_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("jump" as const),
      milliseconds: fc.constantFrom(-4_000_000, -60_000, -3_000, 15_000, 3_000_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const), delivered: fc.nat(7) }) },
);

function happen(world: World, happening: Happening): void {
  if ("who" in happening) happenTo(world, happening);
  else if ("which" in happening) happenBetween(world, happening);
  else if (happening.kind === "publish") world.publish();
  else if (happening.kind === "judge") world.judge(happening.verdict);
  else if (happening.kind === "jump") world.jump(happening.milliseconds);
  else if (happening.kind === "wait") world.wait(happening.milliseconds);
  else if (happening.kind === "restart") world.restart((index) => ((happening.delivered >> index) & 1) === 1);
}

function happenTo(world: World, happening: Extract<Happening, { readonly who: number }>): void {
  const watcher = world.watchers[happening.who];
  if (watcher === undefined) throw new Error("no such watcher");
  if (happening.kind === "subscribe") world.subscribe(watcher, happening.expires);
  // The call that brought its SUBSCRIBE has failed, and is made once more.
  else if (happening.kind === "repeat") {
    if (watcher.usage !== undefined) world.subscribe(watcher, 3600, true);
  }
  // A page that was loaded anew knows nothing of its old subscription.
  else if (happening.kind === "forget") watcher.usage = undefined;
  else if (happening.kind === "leave") world.leave(watcher);
  else world.comeBack(watcher);
}

function happenBetween(world: World, happening: Extract<Happening, { readonly which: number }>): void {
  const sent = world.underWay[happening.which % Math.max(1, world.underWay.length)];
  if (sent === undefined) return;
  const { kind } = happening;
  if (kind === "absent") world.leave(sent.watcher);
  if (kind === "take" && sent.watcher.isHere) world.take(sent);
  else if (kind === "take" || kind === "absent") world.finish(sent, false, { kind: "absent" });
  else if (kind === "refuse") world.finish(sent, false, { kind: "answered", status: happening.status });
  else if (kind === "gone") world.finish(sent, false, { kind: "gone" });
  else world.finish(sent, kind === "loseAnswer", { kind: "timeout" });
}

const history = fc.array(happening, { maxLength: 60 });

describe("any history of SUBSCRIBEs, changes, failures, absences, verdicts and restarts", () => {
  // World throws when a CSeq does not rise, two NOTIFYs of a subscription are under way, or a row comes back.
  it("ends with every watcher that is subscribed knowing the last state", () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const world = new World(watchers);
        for (const each of happenings) happen(world, each);
        world.calm();
        for (const watcher of world.watchers) {
          const row = world.rowOf(watcher);
          if (row === undefined || watcher.usage === undefined) continue;
          expect(watcher.usage.state).toBe(row.state);
          expect(row).toMatchObject({ owed: "nothing", failures: 0 });
          if (row.state === "active" && !row.politelyBlocked) {
            expect(watcher.usage.knows).toBe(world.document.version);
          }
        }
        expect(world.document.told).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("loses nothing but repeats when the memory is lost after every single step", () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const world = new World(watchers);
        happenings.forEach((each, index) => {
          happen(world, each);
          world.restart((sent) => ((index >> sent) & 1) === 1);
        });
        world.calm();
        for (const watcher of world.watchers) {
          const row = world.rowOf(watcher);
          if (row === undefined || watcher.usage === undefined || row.politelyBlocked) continue;
          if (row.state === "active") expect(watcher.usage.knows).toBe(world.document.version);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("kamailio#4118: one dead watcher", () => {
  it("delays nobody else: the others have each state as soon as it is there", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(30_000), { maxLength: 12 }),
        (count, gaps) => {
          const world = new World(count + 1);
          const [dead, ...living] = world.watchers;
          for (const watcher of world.watchers) world.subscribe(watcher, 3600);
          const answerLiving = () => {
            for (const sent of [...world.underWay]) if (sent.watcher !== dead) world.take(sent);
          };
          answerLiving();
          for (const gap of gaps) {
            world.wait(gap);
            world.publish();
            answerLiving();
            for (const { usage } of living) expect(usage?.knows).toBe(world.document.version);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("rows written", () => {
  const subscribed = (count: number): World => {
    const world = new World(count);
    for (const watcher of world.watchers) world.subscribe(watcher, 3600);
    world.calm();
    world.writes = { subscription: 0, document: 0 };
    return world;
  };

  it.each([1, 10, 200])("a change costs two of the document and none of %i watchers", (count) => {
    const world = subscribed(count);
    world.publish();
    expect(world.underWay).toHaveLength(count);
    world.calm();
    expect(world.writes).toEqual({ subscription: 0, document: 2 });
  });

  it("ten changes while a watcher is slow cost eleven, and it gets two NOTIFYs", () => {
    const world = subscribed(1);
    for (let change = 0; change < 10; change++) world.publish();
    let notifies = 0;
    for (let [sent] = world.underWay; sent !== undefined; [sent] = world.underWay) {
      world.take(sent);
      notifies++;
    }
    expect(notifies).toBe(2);
    expect(world.writes).toEqual({ subscription: 0, document: 11 });
  });

  it("a refresh costs one, a new subscription two, its end one", () => {
    const world = subscribed(1);
    const [watcher] = world.watchers;
    if (watcher === undefined) throw new Error("no watcher");
    world.subscribe(watcher, 3600);
    world.calm();
    expect(world.writes.subscription).toBe(1);
    world.subscribe(watcher, 0);
    world.calm();
    expect(world.writes.subscription).toBe(2);
    world.subscribe(watcher, 3600);
    world.calm();
    expect(world.writes.subscription).toBe(4);
  });
});
