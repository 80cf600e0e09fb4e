// Whatever happens to a list, its subscriber can follow: who applies the NOTIFYs in their order (RFC 4662 §5.6) sees
// what the machine has, but for what the machine knows it still owes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seconds } from "../../src/base/brand";
import type { ListInput } from "../../src/rls/list-machine";
import { instanceOf } from "../../src/rls/list-notification";
import { nextRetryAt, owes } from "../../src/rls/list-state";
import { octetLength } from "../../src/sip/frame";
import { contents, ListWorld, pidf } from "./list-world";

const MAX_OCTETS = 8000;
/** Octets of a document that fit beside the whole listing, only alone, or not at all. */
const sizes = [0, 10, 1500, 4000, 20_000];

const uri = fc.integer({ min: 0, max: 5 }).map((n) => `sip:u${n}&"<@example.com`);
const list = fc
  .tuple(fc.uniqueArray(uri), fc.constantFrom("Friends", "<Freunde>"))
  .map(([uris, name]) => contents(uris, name));
const document = fc
  .tuple(fc.constantFrom(...sizes), fc.constantFrom("a", "é", "--zpNctbZq-00000\r\n"))
  .map(([size, unit]) => pidf(unit.repeat(Math.ceil(size / octetLength(unit)))));
const subscription = fc.record({
  state: fc.constantFrom("active", "active", "pending", "terminated", "probing"),
  reason: fc.constantFrom(undefined, "rejected", "deactivated", "probation", "invariant", "?"),
  retryAfter: fc.constantFrom(undefined, 0, 10, 1e9),
});
const status = fc.constantFrom(400, 403, 404, 408, 421, 481, 489, 500, 503, 603, 699);

const input: fc.Arbitrary<ListInput> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("backEndNotified" as const), uri, subscription, document }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("backEndNotified" as const), uri, subscription }) },
  { weight: 5, arbitrary: fc.constant<ListInput>({ kind: "throttleFired" }) },
  fc.record({
    kind: fc.constant("backEndRefused" as const),
    uri,
    status,
    retryAfter: fc.constant(seconds(5)),
  }),
  fc.record({ kind: fc.constant("backEndSilent" as const), uri }),
  fc.record({ kind: fc.constant("listChanged" as const), list }),
  fc.constantFrom<ListInput>({ kind: "refreshed" }, { kind: "notifyLost" }, { kind: "timerFired" }),
);

/** The table that the subscriber should have, but for the resources whose state is owed. */
function compareTables(world: ListWorld): void {
  const { state, subscriber, documents } = world;
  if (state.kind !== "open" || state.owesFull) return;
  expect([...subscriber.table.keys()].sort()).toEqual(state.resources.map((resource) => resource.uri).sort());
  for (const resource of state.resources) {
    if (resource.owedSince !== undefined) continue;
    const row = subscriber.table.get(resource.uri);
    expect(row?.names).toEqual(resource.displayNames);
    const stored = documents.get(resource.uri);
    const isTooLarge = octetLength(stored?.body ?? "") > 6000;
    expect(row?.instance).toEqual(isTooLarge ? undefined : instanceOf(resource, stored));
  }
}

describe("RFC 4662 §5.2, §5.6: for any course of events", () => {
  const course = fc.array(fc.tuple(input, fc.constantFrom(0, 1000, 60_000)), { maxLength: 60 });

  it("the subscriber's table is the machine's, versions have no gap, and a body keeps to its size", () => {
    fc.assert(
      fc.property(list, course, (first, inputs) => {
        const world = new ListWorld(MAX_OCTETS);
        world.step({ kind: "started", list: first });
        for (const [each, passed] of inputs) {
          world.now += passed;
          world.step(each);
          compareTables(world);
        }
        for (let left = 40; left > 0 && owes(world.state) !== "nothing"; left--) world.fire();
        expect(owes(world.state)).toBe("nothing");
        compareTables(world);
        expect(world.subscriber.versions).toEqual(world.subscriber.versions.map((_, index) => index));
        expect(Math.max(0, ...world.sizes)).toBeLessThanOrEqual(MAX_OCTETS);
      }),
      { numRuns: 300 },
    );
  });

  it("each resource is subscribed to when it should be, and no other", () => {
    fc.assert(
      fc.property(list, course, (first, inputs) => {
        const world = new ListWorld(MAX_OCTETS);
        const live = new Set<string>();
        const run = (each: ListInput): void => {
          if ((each.kind === "backEndRefused" || each.kind === "backEndSilent") && live.has(each.uri)) {
            live.delete(each.uri);
          }
          if (each.kind === "backEndNotified" && world.state.kind === "open") {
            const isListed = world.state.resources.some((resource) => resource.uri === each.uri);
            if (each.subscription.state === "terminated") live.delete(each.uri);
            else if (isListed) live.add(each.uri);
          }
          for (const effect of world.step(each)) {
            if (effect.kind === "subscribe") {
              expect(live.has(effect.uri)).toBe(false);
              live.add(effect.uri);
            }
            if (effect.kind === "unsubscribe") expect(live.delete(effect.uri)).toBe(true);
          }
        };
        run({ kind: "started", list: first });
        for (const [each, passed] of inputs) {
          world.now += passed;
          run(each);
        }
        for (const uriLeft of live)
          expect(first.entries.concat(listed(world)).map((e) => e.uri)).toContain(uriLeft);
        run({ kind: "ended", tell: false });
        expect(live.size).toBe(0);
        expect(world.documents.size).toBe(0);
        expect(nextRetryAt(world.state)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

const listed = ({ state }: ListWorld) => (state.kind === "open" ? state.resources : []);
