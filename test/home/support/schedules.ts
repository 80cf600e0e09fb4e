// How many schedules a property is tried on, and which: a few in the tests, thousands in `npm run chaos`, and the very
// one that failed.

import { env } from "node:process";
import fc from "fast-check";
import type { AlarmFate, VirtualNetwork } from "./virtual-network";

interface Parameters {
  readonly numRuns: number;
  readonly seed?: number;
  readonly path?: string;
  readonly interruptAfterTimeLimit?: number;
}

/** `runs` schedules, unless the environment says otherwise. */
export function schedules(runs: number): Parameters {
  const { PROPERTY_RUNS, PROPERTY_SEED, PROPERTY_PATH, PROPERTY_SECONDS } = env;
  return {
    numRuns: Number(PROPERTY_RUNS ?? runs),
    ...(PROPERTY_SEED === undefined ? {} : { seed: Number(PROPERTY_SEED) }),
    ...(PROPERTY_PATH === undefined ? {} : { path: PROPERTY_PATH }),
    ...(PROPERTY_SECONDS === undefined ? {} : { interruptAfterTimeLimit: Number(PROPERTY_SECONDS) * 1000 }),
  };
}

/** Milliseconds a test may take: so many seconds, unless it is given more schedules. */
export const timeLimit = (usual: number): number => (usual + Number(env["PROPERTY_SECONDS"] ?? 0)) * 1000;

/** What the platform does to homes, whatever they are doing. */
export type Shift =
  | { readonly kind: "alarms"; readonly alarms: AlarmFate }
  | { readonly kind: "jump"; readonly milliseconds: number };

export const shift: fc.Arbitrary<Shift> = fc.oneof(
  fc.record({
    kind: fc.constant("alarms" as const),
    alarms: fc.constantFrom("onTime" as const, "late" as const, "twice" as const),
  }),
  fc.record({
    kind: fc.constant("jump" as const),
    milliseconds: fc.constantFrom(-60_000, -3_000, 2_000, 15_000, 400_000),
  }),
);

export function change(network: VirtualNetwork, what: Shift): void {
  if (what.kind === "alarms") network.alarms = what.alarms;
  else network.jump(what.milliseconds);
}
