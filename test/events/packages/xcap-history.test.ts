import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../../src/base/brand";
import {
  changesSince,
  NO_HISTORY,
  recordChanges,
  type XcapHistory,
  type XcapResources,
} from "../../../src/events/packages/xcap-history";

const at = epochMs(1_000);
const of = (resources: Readonly<Record<string, string>>): XcapResources => new Map(Object.entries(resources));

/** A history of states, nobody being told in between. */
function through(...states: readonly Readonly<Record<string, string>>[]): XcapHistory {
  let history = NO_HISTORY;
  states.slice(1).forEach((state, index) => {
    history = recordChanges(history, false, of(states[index] ?? {}), of(state), { version: index + 2, at });
  });
  return history;
}

describe("RFC 5875 §4.7: only the latest state of each resource", () => {
  it("is told from the tag on that the watcher knows", () => {
    const history = through({ a: "1" }, { a: "2" }, { a: "3", b: "1" });
    expect(changesSince(history, 1)).toEqual([
      { key: "a", version: 3, previous: "1", now: "3" },
      { key: "b", version: 3, now: "1" },
    ]);
    expect(changesSince(history, 2)[0]).toEqual({ key: "a", version: 3, previous: "2", now: "3" });
    expect(changesSince(history, 3)).toEqual([]);
  });

  it("what came and went is nothing, what went and came is a change", () => {
    expect(changesSince(through({}, { a: "1" }, {}), 1)).toEqual([]);
    expect(changesSince(through({ a: "1" }, {}, { a: "2" }), 1)).toEqual([
      { key: "a", version: 3, previous: "1", now: "2" },
    ]);
  });

  it("in the order of the last changes", () => {
    const history = through({}, { a: "1" }, { a: "1", b: "1" }, { a: "2", b: "1" });
    expect(changesSince(history, 1).map(({ key }) => key)).toEqual(["b", "a"]);
  });
});

describe("what is remembered", () => {
  it("begins anew when everybody has been told; removals are remembered until the resource is back", () => {
    const gone = recordChanges(NO_HISTORY, true, of({ a: "1" }), of({}), { version: 2, at });
    const later = recordChanges(gone, true, of({}), of({ b: "1" }), { version: 3, at });
    expect(later.changes).toEqual([{ key: "b", version: 3, now: "1" }]);
    expect(later.removals).toEqual([{ key: "a", previous: "1", at }]);
    const back = recordChanges(later, true, of({ b: "1" }), of({ a: "2", b: "1" }), { version: 4, at });
    expect(back.removals).toEqual([]);
  });

  it("is bounded, and then a watcher in the middle is told more than he needs, never less", () => {
    let history = NO_HISTORY;
    let before = of({});
    for (let version = 1; version <= 1_000; version++) {
      const now = of(version % 2 === 0 ? { a: `${version}` } : { a: `${version}`, [`gone${version}`]: "1" });
      history = recordChanges(history, false, before, now, { version, at });
      before = now;
    }
    expect(history.changes.length).toBeLessThanOrEqual(130);
    expect(history.removals.length).toBe(64);
    expect(changesSince(history, 999).map(({ key }) => key)).toContain("a");
  });

  it("applied to what a watcher knew, gives what is there (property)", () => {
    const state = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2", "3"), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(fc.array(state, { minLength: 2, maxLength: 8 }), fc.nat(), (states, seed) => {
        const known = seed % states.length;
        const have = new Map<string, string>(Object.entries(states[known] ?? {}));
        for (const { key, previous, now } of changesSince(through(...states), known + 1)) {
          expect(have.get(key)).toBe(previous);
          if (now === undefined) have.delete(key);
          else have.set(key, now);
        }
        expect(Object.fromEntries(have)).toEqual({ ...states.at(-1) });
      }),
    );
  });
});
