// The rows of calls: those that go on, which a home needs, and those that are over, which are the user's log.
//
// A row goes from the one to the other by its `until` alone, so that the end of a call is one row written.

import type { EpochMs } from "../../src/base/brand";
import type { CallRecord } from "../../src/contracts/call-record";
import { type CallRow, callIsOpen } from "../../src/home/calls/call-row";
import type { RowEffect } from "../../src/home/effect";

/** Makes the table; a step of the schema (sql-store.ts). */
export const createCallTable =
  "CREATE TABLE call (id TEXT PRIMARY KEY, until INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID";

/** Ids begin with a digit or a letter. */
const afterEveryId = "~";

type CallEffect = Extract<RowEffect, { kind: "putCall" | "trimCalls" | "clearCalls" }>;

/** Runs a statement, and counts what it writes. */
export type Execute = (
  statement: string,
  ...values: readonly SqlStorageValue[]
) => readonly Record<string, SqlStorageValue>[];

export class CallTable {
  readonly #execute: Execute;

  constructor(execute: Execute) {
    this.#execute = execute;
  }

  /** What a home still needs at `now`. */
  current(now: EpochMs): readonly CallRow[] {
    return this.#execute("SELECT data FROM call WHERE until > ?", now).map(rowOf);
  }

  write(effect: CallEffect): void {
    switch (effect.kind) {
      case "putCall": {
        const { row } = effect;
        this.#execute(
          "INSERT OR REPLACE INTO call (id, until, data) VALUES (?, ?, ?)",
          row.id,
          row.until,
          JSON.stringify(row),
        );
        return;
      }
      case "trimCalls":
        return this.#trim(effect.keep, effect.before);
      case "clearCalls":
        this.#execute("DELETE FROM call WHERE until < ?", callIsOpen);
        return;
    }
  }

  /** A page of the log, newest first; `before` excludes itself. */
  before(id: string | undefined, limit: number): readonly CallRecord[] {
    const query = "SELECT data FROM call WHERE id < ? ORDER BY id DESC LIMIT ?";
    return this.#execute(query, id ?? afterEveryId, limit).map((row) => rowOf(row).record);
  }

  /** How many are over. */
  count(): number {
    const [row] = this.#execute("SELECT count(*) AS n FROM call WHERE until < ?", callIsOpen);
    return Number(row?.["n"]);
  }

  /** Only what is over goes: an open call has no end yet. */
  #trim(keep: number, before: string): void {
    const [count] = this.#execute("SELECT count(*) AS n FROM call");
    this.#execute(
      `DELETE FROM call WHERE until < ?1 AND (id < ?2 OR
        id IN (SELECT id FROM call WHERE until < ?1 ORDER BY id LIMIT ?3))`,
      callIsOpen,
      before,
      Math.max(0, Number(count?.["n"]) - keep),
    );
  }
}

const rowOf = (row: Record<string, SqlStorageValue>): CallRow => JSON.parse(String(row["data"])) as CallRow;
