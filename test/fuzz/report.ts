// What a run of the fuzzer is asked, and what it tells.

export interface CampaignOptions {
  /** The project's folder, where the corpus is. */
  readonly root: string;
  /** Of the first case; the next has the next. */
  readonly seed: number;
  readonly milliseconds: number;
  /** Of each target. */
  readonly cases: number;
  /** The one target; all of them when it is undefined. */
  readonly target: string | undefined;
  /** The only steps of a case to run, as a failure names them. */
  readonly steps: readonly number[] | undefined;
  readonly now: () => number;
  /** Told before each case, so that one which never ends has a name. */
  readonly begun?: (target: number, seed: number) => void;
}

export interface Tally {
  readonly target: string;
  cases: number;
  inputs: number;
  octets: number;
  /** Milliseconds of the processor that the longest step took. */
  longest: number;
  /** Where that was: the seed of its case, and the step. */
  longestAt: string;
  milliseconds: number;
}

export interface Failure {
  readonly target: string;
  readonly seed: number;
  readonly steps: readonly number[];
  readonly why: string;
}

export interface CampaignReport {
  readonly tallies: readonly Tally[];
  readonly failure: Failure | undefined;
}
