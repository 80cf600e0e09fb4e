// The fuzzer in short, on fixed seeds, and that it finds, names and shrinks what is wrong. `npm run fuzz` is the long form.

import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { runCampaign, targetsOf } from "./campaign";
import { type FuzzTarget, runCase, shrink } from "./case";
import { Random } from "./random";
import type { CampaignOptions } from "./report";

const root = join(import.meta.dirname, "../..");

beforeEach(() => {
  for (const level of ["info", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
  return () => vi.restoreAllMocks();
});

const options = (target: string, cases: number): CampaignOptions => ({
  root,
  target,
  cases,
  seed: 20261128,
  milliseconds: Number.POSITIVE_INFINITY,
  steps: undefined,
  now: () => performance.now(),
});

describe("hostile inputs", () => {
  it.each([
    ["parser", 25],
    ["home", 18],
    ["limits", 18],
    ["http", 12],
    ["xcap", 12],
    ["recorder", 12],
  ])("of %s do no harm", { timeout: 120_000 }, async (target, cases) => {
    const { tallies, failure } = await runCampaign(options(target, cases));
    expect(failure).toBeUndefined();
    expect(tallies[0]).toMatchObject({ target, cases });
    expect(tallies[0]?.inputs).toBeGreaterThanOrEqual(cases * 100);
  });
});

describe("the fuzzer", () => {
  const drawn = (seed: number, step: number): readonly number[] => {
    const random = new Random(seed, step);
    return Array.from({ length: 5 }, () => random.below(1000));
  };

  it("draws the same from the same seed and step, and something else from another", () => {
    expect(drawn(1, 2)).toEqual(drawn(1, 2));
    expect(new Set([drawn(1, 2), drawn(2, 1), drawn(1, 3), drawn(2, 2)].map(String)).size).toBe(4);
  });

  it("has the targets that the long form runs", () => {
    expect(targetsOf(root).map(({ name }) => name)).toEqual([
      "parser",
      "home",
      "limits",
      "http",
      "xcap",
      "recorder",
    ]);
  });

  /** Fails once 3 and 7 have been drawn, in this order: whatever else comes is of no account. */
  const broken: FuzzTarget = {
    name: "broken",
    steps: 60,
    begin: () => {
      let isArmed = false;
      return {
        step: (random) => {
          const value = random.below(10);
          if (isArmed && value === 7) throw new Error("seven after three");
          isArmed ||= value === 3;
          return 1;
        },
        end: () => undefined,
      };
    },
  };

  it("names the step that fails, and finds the few that are needed for it", async () => {
    const randomOf = (step: number) => new Random(5, step);
    const { fault, inputs } = await runCase(broken, randomOf, () => true);
    expect(fault?.why).toContain("seven after three");
    expect(inputs).toBe(fault?.step);
    const needed = await shrink(broken, randomOf, fault ?? { step: 0, why: "" });
    expect(needed.map((step) => randomOf(step).below(10))).toEqual([3, 7]);
    expect((await runCase(broken, randomOf, (step) => needed.includes(step))).fault?.why).toContain("seven");
  });
});
