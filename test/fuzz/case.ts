// What a target of the fuzzer is: cases from seeds, each of many steps, and what must hold after each of them.

import type { Random } from "./random";

/** One case under way. A throw, here or in a step, is a fault like any other. */
export interface FuzzCase {
  /** Tries one input; returns how many octets it had. */
  step(random: Random): number | Promise<number>;
  /** What must hold once all steps are done. */
  end(): void | Promise<void>;
}

export interface FuzzTarget {
  readonly name: string;
  /** Inputs of one case. */
  readonly steps: number;
  begin(): FuzzCase | Promise<FuzzCase>;
}

/** Something that must hold does not. */
export class Fault extends Error {}

export function check(holds: boolean, what: string, evidence: unknown = ""): void {
  if (!holds) throw new Fault(`${what} ${JSON.stringify(evidence).slice(0, 3000)}`);
}

/** Milliseconds of this thread's own time that no single input may take. */
const longestStep = 700;

/** The outcome of a case: nothing, or which step failed and how. */
export interface CaseFault {
  /** The step, or the number of steps for what failed at the end. */
  readonly step: number;
  readonly why: string;
}

export interface CaseOutcome {
  readonly inputs: number;
  readonly octets: number;
  /** The longest step, in milliseconds. */
  readonly longest: number;
  /** Which step that was. */
  readonly longestAt: number;
  readonly fault: CaseFault | undefined;
}

export type RandomOf = (step: number) => Random;

/** Runs the steps of a case that `isKept` names: each draws from its own seed, whichever others are left out. */
export async function runCase(
  target: FuzzTarget,
  randomOf: RandomOf,
  isKept: (step: number) => boolean,
): Promise<CaseOutcome> {
  const run = await target.begin();
  const done = { inputs: 0, octets: 0, longest: 0, longestAt: 0 };
  let step = 0;
  try {
    for (; step < target.steps; step++) {
      if (!isKept(step)) continue;
      const before = process.threadCpuUsage();
      done.octets += await run.step(randomOf(step));
      done.inputs++;
      const { user, system } = process.threadCpuUsage(before);
      const took = (user + system) / 1000;
      if (took > done.longest) Object.assign(done, { longest: took, longestAt: step });
      check(took < longestStep, "a step takes too long, in ms:", took);
    }
    await run.end();
    return { ...done, fault: undefined };
  } catch (thrown) {
    const why =
      thrown instanceof Fault
        ? thrown.message
        : thrown instanceof Error
          ? (thrown.stack ?? "")
          : String(thrown);
    return { ...done, fault: { step, why } };
  }
}

/** The steps that are needed for the same fault, as far as leaving one out at a time finds them. */
export async function shrink(
  target: FuzzTarget,
  randomOf: RandomOf,
  fault: CaseFault,
): Promise<readonly number[]> {
  let kept = Array.from({ length: Math.min(fault.step + 1, target.steps) }, (_, step) => step);
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const fewer = [...kept.slice(0, at), ...kept.slice(at + size)];
      const found = await runCase(target, randomOf, (step) => fewer.includes(step));
      if (found.fault !== undefined && kindOf(found.fault) === kindOf(fault)) kept = fewer;
      else at += size;
    }
  }
  return kept;
}

/** The first words: the rest is evidence, which differs. */
const kindOf = ({ why }: CaseFault): string => why.split("\n", 1)[0]?.slice(0, 24) ?? "";
