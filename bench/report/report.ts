// What a part of the measurements says while it runs: printed at once, and at its end, also an early one, written to the
// file that BENCH_RESULT names (bench/all.ts).

import { writeFileSync } from "node:fs";
import type { Figure, Said, Table } from "./result.ts";

export class Report {
  /** A few minutes for all parts together: fewer rounds, smaller sizes, the same checks. */
  readonly isQuick = process.argv.includes("--quick");
  /** What was given in its place on the command line, options aside. */
  readonly given: readonly string[] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
  readonly #tables: { name: string; head: readonly string[]; rows: string[][] }[] = [];
  readonly #figures: Figure[] = [];
  readonly #problems: string[] = [];
  #notMeasured: string | undefined;

  constructor() {
    const file = process.env["BENCH_RESULT"];
    if (file === undefined) return;
    // Beyond its time it is told to end, and what it had is kept.
    process.once("SIGTERM", () => process.exit(1));
    process.once("exit", () => writeFileSync(file, JSON.stringify(this.said())));
  }

  /** So many, or in the quick form a fifth of it. */
  times(whole: number): number {
    return this.isQuick ? Math.max(1, Math.round(whole / 5)) : whole;
  }

  /** Begins a table; gives what adds a row to it. */
  table(name: string, ...head: readonly string[]): (...cells: readonly (string | number)[]) => void {
    const table = { name, head, rows: [] as string[][] };
    this.#tables.push(table);
    console.log(`\n| ${head.join(" | ")} |\n| ${head.map(() => "---").join(" | ")} |`);
    return (...cells) => {
      const row = cells.map(String);
      table.rows.push(row);
      console.log(`| ${row.join(" | ")} |`);
    };
  }

  figure(figure: Figure): void {
    this.#figures.push(figure);
  }

  /** A check failed: the part goes on, and its exit status tells. */
  problem(text: string): void {
    console.error(`PROBLEM: ${text}`);
    this.#problems.push(text);
    process.exitCode = 1;
  }

  notMeasured(why: string): void {
    console.log(`Not measured: ${why}`);
    this.#notMeasured = why;
  }

  said(): Said {
    const tables: readonly Table[] = this.#tables;
    return {
      tables,
      figures: this.#figures,
      problems: this.#problems,
      ...(this.#notMeasured !== undefined && { notMeasured: this.#notMeasured }),
    };
  }
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Of those values the one that so great a part of them is below; NaN of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
