// What is kept of the last that came (src/base/recent-map.ts).

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecentMap } from "../../src/base/recent-map";

const limits = { entries: 4, weight: 100 };
const map = () => new RecentMap<number>(limits, (value) => value);

describe("what came last", () => {
  it("is found, the newest under a key that comes twice", () => {
    const recent = map();
    for (const [key, value] of [
      ["a", 1],
      ["b", 2],
      ["a", 3],
    ] as const)
      recent.set(key, value);
    expect([recent.get("a"), recent.get("b"), recent.get("c")]).toEqual([3, 2, undefined]);
  });

  it("counts once, however often it comes", () => {
    const recent = map();
    recent.set("first", 10);
    for (let time = 0; time < 50; time++) recent.set("again", 40);
    expect([...recent.values()]).toEqual([10, 40]);
  });

  it("is kept, and what came long before it is not", () => {
    const keys = fc.array(fc.nat(20), { minLength: 10, maxLength: 60 });
    fc.assert(
      fc.property(keys, (light) => {
        const recent = map();
        light.forEach((value, at) => {
          recent.set(`${at}`, value);
        });
        const last = light.length - 1;
        for (let at = 0; at < limits.entries; at++) expect(recent.get(`${last - at}`)).toBe(light[last - at]);
        expect(recent.get(`${last - 2 * limits.entries}`)).toBeUndefined();
        expect([...recent.values()]).toEqual(light.slice(-[...recent.values()].length));
      }),
    );
  });

  it("weighs no more than two halves, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(150), { maxLength: 60 }), (values) => {
        const recent = map();
        values.forEach((value, at) => {
          recent.set(`${at}`, value);
          const sum = [...recent.values()].reduce((all, each) => all + each, 0);
          expect(sum).toBeLessThanOrEqual(2 * limits.weight);
          expect(recent.get(`${at}`)).toBe(value > limits.weight ? undefined : value);
        });
      }),
    );
  });
});
