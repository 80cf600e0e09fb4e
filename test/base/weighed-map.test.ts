import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WeighedMap } from "../../src/base/weighed-map";

describe("a map that knows how much it holds", () => {
  it("is a map, in the order of the first setting, and weighs what its values do (property)", () => {
    const key = fc.constantFrom("a", "b", "c", "d");
    const deed = fc.oneof(
      fc.record({ kind: fc.constant("set" as const), key, value: fc.nat(100) }),
      fc.record({ kind: fc.constant("delete" as const), key }),
    );
    fc.assert(
      fc.property(fc.array(deed), (deeds) => {
        const map = new WeighedMap<number>((value) => value);
        const plain = new Map<string, number>();
        for (const each of deeds) {
          if (each.kind === "set") {
            map.set(each.key, each.value);
            plain.set(each.key, each.value);
          } else expect(map.delete(each.key)).toBe(plain.delete(each.key));
          expect([...map]).toEqual([...plain]);
          expect([...map.keys()]).toEqual([...plain.keys()]);
          expect([...map.values()]).toEqual([...plain.values()]);
          expect(map.first()).toBe([...plain.keys()][0]);
          expect(map.size).toBe(plain.size);
          expect(map.weight).toBe([...plain.values()].reduce((sum, value) => sum + value, 0));
          expect([map.has("a"), map.get("a")]).toEqual([plain.has("a"), plain.get("a")]);
        }
      }),
    );
  });
});
