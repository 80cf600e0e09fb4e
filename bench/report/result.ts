// What a measurement says, as data: one file of JSON holds all of them, `bench/results.json` those that are kept.

export interface Table {
  /** By which pages name it. */
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** At least, or at most, so much. */
export type Aim = { readonly least: number } | { readonly most: number };

/** One line of the summary. */
export interface Figure {
  readonly operation: string;
  readonly value: number;
  /** What follows the number: " ms", " × sip". */
  readonly unit: string;
  readonly aim?: Aim;
  /** Whether the README shows it. */
  readonly headline?: boolean;
}

/** What one part has to say. */
export interface Said {
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
  /** Checks that failed; none in a correct run. */
  readonly problems: readonly string[];
  /** What is missing here, and where to get it; there are no tables then. */
  readonly notMeasured?: string;
}

/** The same with when and where. */
export interface PartResult extends Said {
  /** UTC, to the minute. */
  readonly at: string;
  readonly seconds: number;
  /** Of the machine, over a minute, when it began and when it ended: what others did shows in the first. */
  readonly load: readonly [before: number, after: number];
  readonly isQuick: boolean;
  readonly commit: string;
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly workerd: string;
  /** Where the objects' state is: a file system in memory, or a disk. */
  readonly state: string;
}

export interface Results {
  readonly machine: Machine;
  readonly parts: Readonly<Record<string, PartResult>>;
}

export type Verdict = "met" | "missed" | "";

export function verdictOn({ value, aim }: Figure): Verdict {
  if (aim === undefined) return "";
  return ("least" in aim ? value >= aim.least : value <= aim.most) ? "met" : "missed";
}

/** Two or three digits that count: 0.42, 7.3, 210, 12,300. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const digits = Math.abs(value) >= 100 ? 3 : 2;
  return Number(value.toPrecision(digits)).toLocaleString("en", { maximumFractionDigits: 20 });
}

export function aimOf({ aim, unit }: Figure): string {
  if (aim === undefined) return "";
  const [word, bound] = "least" in aim ? ["at least", aim.least] : ["at most", aim.most];
  return `${word} ${shortNumber(bound)}${unit}`;
}
