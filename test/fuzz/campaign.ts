// One run of the fuzzer: targets in turn, each a case at a time, until the time or the number of cases is over. A fault ends
// it, with the seed of its case and the steps that are needed.

import { type CaseFault, type FuzzTarget, type RandomOf, runCase, shrink } from "./case";
import { readCorpus } from "./corpus";
import { homeTarget } from "./home-target";
import { httpTarget } from "./http-target";
import { parserTarget } from "./parser-target";
import { Random } from "./random";
import { recorderTarget } from "./recorder-target";
import type { CampaignOptions, CampaignReport, Failure, Tally } from "./report";

export function targetsOf(root: string): readonly FuzzTarget[] {
  const corpus = readCorpus(root);
  return [
    parserTarget(corpus),
    homeTarget(corpus),
    homeTarget(corpus, "limits"),
    httpTarget(corpus),
    httpTarget(corpus, "xcap"),
    recorderTarget(corpus),
  ];
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const targets = targetsOf(options.root).filter(
    ({ name }) => options.target === undefined || options.target === name,
  );
  const tallies: Tally[] = targets.map(({ name }) => ({
    target: name,
    cases: 0,
    inputs: 0,
    octets: 0,
    longest: 0,
    longestAt: "",
    milliseconds: 0,
  }));
  const until = options.now() + options.milliseconds;
  for (let at = 0; at < options.cases && options.now() < until; at++) {
    for (const [index, target] of targets.entries()) {
      const seed = (options.seed + at) >>> 0;
      options.begun?.(index, seed);
      const failure = await runOne(target, seed, tallies[index] as Tally, options);
      if (failure !== undefined) return { tallies, failure };
    }
  }
  return { tallies, failure: undefined };
}

async function runOne(
  target: FuzzTarget,
  seed: number,
  tally: Tally,
  options: CampaignOptions,
): Promise<Failure | undefined> {
  const randomOf: RandomOf = (step) => new Random(seed, step);
  const before = options.now();
  const { inputs, octets, longest, longestAt, fault } = await runCase(target, randomOf, (step) =>
    isKept(options, step),
  );
  tally.cases++;
  tally.inputs += inputs;
  tally.octets += octets;
  if (longest > tally.longest)
    Object.assign(tally, { longest, longestAt: `seed ${seed}, step ${longestAt}` });
  tally.milliseconds += options.now() - before;
  return fault === undefined ? undefined : failureOf(target, randomOf, seed, fault, options);
}

const isKept = ({ steps }: CampaignOptions, step: number): boolean =>
  steps === undefined || steps.includes(step);

async function failureOf(
  target: FuzzTarget,
  randomOf: RandomOf,
  seed: number,
  fault: CaseFault,
  options: CampaignOptions,
): Promise<Failure> {
  const steps = options.steps ?? (await shrink(target, randomOf, fault));
  return { target: target.name, seed, steps, why: fault.why };
}
