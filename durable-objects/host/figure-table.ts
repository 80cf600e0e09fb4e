// What a realm was told of its homes' figures: a row for each minute of a day, the totals of all time, and the last
// calls. Written for many reports at once: a commit is one row for the minute and one for the totals.

import { type EpochMs, epochMs } from "../../src/base/brand";
import type { CallOutcome } from "../../src/contracts/call-record";
import type {
  Counts,
  EndedCall,
  EndedCallPage,
  FigureReport,
  MinuteCounts,
} from "../../src/contracts/figures";
import { minuteOf, type Tally, tallyUp } from "../../src/home/figures";
import type { Migrations } from "./migrations";

export const createFigureTables: Migrations[number] = [
  "CREATE TABLE minute (at INTEGER PRIMARY KEY, data TEXT NOT NULL)",
  "CREATE TABLE figure (name TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID",
  "CREATE TABLE recent_call (id TEXT PRIMARY KEY, outcome TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID",
];

const minute = 60_000;
const day = 24 * 60 * minute;
/** Calls kept; and how many more there may be before the oldest go. */
const recentCalls = 1000;
const trimmedBy = 100;
const longestPage = 200;
const afterEveryId = "~";

type Row = Record<string, SqlStorageValue>;
type Execute = (statement: string, ...values: readonly SqlStorageValue[]) => readonly Row[];

export interface Totals {
  readonly since: EpochMs;
  readonly counts: Counts;
}

export class FigureTable {
  readonly #execute: Execute;
  #untrimmed = trimmedBy;

  constructor(execute: Execute) {
    this.#execute = execute;
  }

  /** Adds what reports say that were not told before, and gives their sum. The calls of the platform that brought them count as requests. */
  add(reports: readonly FigureReport[], now: EpochMs): Counts {
    const minutes = new Map<EpochMs, Tally>();
    const sum: Tally = {};
    for (const report of reports) {
      for (const { at, counts } of [...report.minutes, { at: now, counts: { requests: 1 } }]) {
        const within = minuteOf(epochMs(Math.min(now, Math.max(at, now - day))));
        const tally = minutes.get(within) ?? {};
        minutes.set(within, tally);
        tallyUp(tally, counts);
        tallyUp(sum, counts);
      }
      for (const call of report.calls) this.#addCall(call);
    }
    for (const [at, counts] of minutes) this.#addMinute(at, counts);
    const totals = this.totals() ?? { since: now, counts: {} };
    const all = { ...totals.counts };
    tallyUp(all, sum);
    const kept: Totals = { since: totals.since, counts: all };
    this.#execute("INSERT OR REPLACE INTO figure (name, data) VALUES ('totals', ?)", JSON.stringify(kept));
    return sum;
  }

  #addMinute(at: EpochMs, counts: Counts): void {
    const [known] = this.#execute("SELECT data FROM minute WHERE at = ?", at);
    const tally = known === undefined ? {} : (JSON.parse(String(known["data"])) as Tally);
    tallyUp(tally, counts);
    this.#execute("INSERT OR REPLACE INTO minute (at, data) VALUES (?, ?)", at, JSON.stringify(tally));
    if (known === undefined) this.#execute("DELETE FROM minute WHERE at < ?", at - day);
  }

  #addCall(call: EndedCall): void {
    const kept = "INSERT OR IGNORE INTO recent_call (id, outcome, data) VALUES (?, ?, ?)";
    this.#execute(kept, call.id, call.outcome, JSON.stringify(call));
    if (++this.#untrimmed < trimmedBy) return;
    this.#untrimmed = 0;
    this.#execute(
      "DELETE FROM recent_call WHERE id <= (SELECT id FROM recent_call ORDER BY id DESC LIMIT 1 OFFSET ?)",
      recentCalls,
    );
  }

  totals(): Totals | undefined {
    const [row] = this.#execute("SELECT data FROM figure WHERE name = 'totals'");
    return row === undefined ? undefined : (JSON.parse(String(row["data"])) as Totals);
  }

  minutesAfter(at: EpochMs): readonly MinuteCounts[] {
    return this.#execute("SELECT * FROM minute WHERE at > ? ORDER BY at", at).map((row) => {
      return { at: epochMs(Number(row["at"])), counts: JSON.parse(String(row["data"])) as Counts };
    });
  }

  /** Of any of these outcomes, or of all. */
  calls(
    before: string | undefined,
    limit: number,
    outcomes: readonly CallOutcome[] | undefined,
  ): EndedCallPage {
    const size = Math.min(Math.max(1, Math.trunc(limit)), longestPage);
    const rows = this.#execute(
      "SELECT data FROM recent_call WHERE id < ?1 AND (?2 IS NULL OR outcome IN (SELECT value FROM json_each(?2))) ORDER BY id DESC LIMIT ?3",
      before ?? afterEveryId,
      outcomes === undefined ? null : JSON.stringify(outcomes),
      size + 1,
    );
    const calls = rows.slice(0, size).map((row) => JSON.parse(String(row["data"])) as EndedCall);
    const next = rows.length > size ? calls.at(-1)?.id : undefined;
    return next === undefined ? { calls } : { calls, next };
  }
}
