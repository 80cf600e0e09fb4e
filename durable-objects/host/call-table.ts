// The rows of calls: those that go on, which a home needs, and those that are over, which are the user's log.
//
// A row goes from the one to the other by its `until` alone, so that the end of a call is one row written. How long the
// log is and where it begins is counted once in a memory: every call asks whether there is room.

import type { EpochMs } from "../../src/base/brand";
import type { CallRecord } from "../../src/contracts/call-record";
import { type CallRow, callIsOpen } from "../../src/home/calls/call-row";
import type { RowEffect } from "../../src/home/effect";
import type { Statements } from "./statements";

/** Makes the table; a step of the schema (sql-store.ts). */
export const createCallTable =
  "CREATE TABLE call (id TEXT PRIMARY KEY, until INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID";

/** Ids begin with a digit or a letter. */
const afterEveryId = "~";

type CallEffect = Extract<RowEffect, { kind: "putCall" | "trimCalls" | "clearCalls" }>;
type Trim = Extract<CallEffect, { kind: "trimCalls" }>;

/** Of the whole table; kept in step with what is written. */
interface Extent {
  /** Rows, open ones too. */
  rows: number;
  /** The first call that is over; undefined for none. */
  oldest: string | undefined;
  /** Calls that go on, whose rows are there already. */
  readonly open: Set<string>;
}

/** By so much the log may grow before it is cut: a statement at each call would remove no more rows. */
const slackOf = (keep: number): number => Math.floor(keep / 16);

export class CallTable {
  readonly #statements: Statements;
  #extent: Extent | undefined;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** What a home still needs at `now`. */
  current(now: EpochMs): readonly CallRow[] {
    return this.#statements.rows("SELECT data FROM call WHERE until > ?", now).map(rowOf);
  }

  write(effect: CallEffect): void {
    switch (effect.kind) {
      case "putCall":
        return this.#put(effect.row);
      case "trimCalls":
        if (this.needsTrim(effect)) this.#trim(effect);
        return;
      case "clearCalls":
        this.#statements.run("DELETE FROM call WHERE until < ?", callIsOpen);
        this.#extent = undefined;
        return;
    }
  }

  /** Whether anything is to make room. */
  needsTrim({ keep, before }: Trim): boolean {
    const { rows, oldest } = this.#known();
    return oldest !== undefined && (oldest < before || rows > keep + slackOf(keep));
  }

  /** The table is gone. */
  forget(): void {
    this.#extent = undefined;
  }

  /** A page of the log, newest first; `before` excludes itself. */
  before(id: string | undefined, limit: number): readonly CallRecord[] {
    const query = "SELECT data FROM call WHERE id < ? ORDER BY id DESC LIMIT ?";
    return this.#statements.rows(query, id ?? afterEveryId, limit).map((row) => rowOf(row).record);
  }

  /** How many are over. */
  count(): number {
    const [row] = this.#statements.rows("SELECT count(*) AS n FROM call WHERE until < ?", callIsOpen);
    return Number(row?.["n"]);
  }

  #put(row: CallRow): void {
    this.#statements.run(
      "INSERT OR REPLACE INTO call (id, until, data) VALUES (?, ?, ?)",
      row.id,
      row.until,
      JSON.stringify(row),
    );
    // Its row was there already, as one that is over.
    if (row.state?.isReopened === true && this.#extent?.open.has(row.id) === false) this.#extent = undefined;
    const extent = this.#extent;
    if (extent === undefined) return;
    if (!extent.open.has(row.id)) extent.rows++;
    if (row.until === callIsOpen) extent.open.add(row.id);
    else {
      extent.open.delete(row.id);
      if (extent.oldest === undefined || row.id < extent.oldest) extent.oldest = row.id;
    }
  }

  /** Only what is over goes: an open call has no end yet. */
  #trim({ keep, before }: Trim): void {
    const extent = this.#known();
    const removed = this.#statements.rows(
      `DELETE FROM call WHERE until < ?1 AND (id < ?2 OR
        id IN (SELECT id FROM call WHERE until < ?1 ORDER BY id LIMIT ?3)) RETURNING id`,
      callIsOpen,
      before,
      Math.max(0, extent.rows - keep),
    );
    extent.rows -= removed.length;
    extent.oldest = this.#oldest();
  }

  #known(): Extent {
    this.#extent ??= this.#measure();
    return this.#extent;
  }

  #measure(): Extent {
    const [count] = this.#statements.rows("SELECT count(*) AS n FROM call");
    const open = this.#statements.rows("SELECT id FROM call WHERE until = ?", callIsOpen);
    return {
      rows: Number(count?.["n"]),
      oldest: this.#oldest(),
      open: new Set(open.map(({ id }) => String(id))),
    };
  }

  #oldest(): string | undefined {
    const [first] = this.#statements.rows(
      "SELECT id FROM call WHERE until < ? ORDER BY id LIMIT 1",
      callIsOpen,
    );
    return first === undefined ? undefined : String(first["id"]);
  }
}

const rowOf = (row: Record<string, SqlStorageValue>): CallRow => JSON.parse(String(row["data"])) as CallRow;
