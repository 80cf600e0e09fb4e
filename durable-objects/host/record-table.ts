// The ring of the flight recorder: rows of the records that one step made, oldest out first.
//
// The table is made at the first record, not by a step of the schema: a home whose recorder was never on has no row of
// it, and pays for none.

import { type EpochMs, epochMs } from "../../src/base/brand";
import type { FlightRecord, NumberedRecord } from "../../src/contracts/flight-record";
import type { RecorderSettings } from "../../src/contracts/settings";

export const createRecordTable = `CREATE TABLE IF NOT EXISTS record (
  number INTEGER PRIMARY KEY, at INTEGER NOT NULL, messages INTEGER NOT NULL, octets INTEGER NOT NULL, data TEXT NOT NULL)`;

/** A row holds at most 2 MB (platform), and JSON makes six octets of some characters: one is begun anew beyond this. */
const rowCharacters = 128 * 1024;

export interface Kept {
  readonly messages: number;
  readonly octets: number;
  readonly oldestAt: EpochMs | undefined;
}

const nothing: Kept = { messages: 0, octets: 0, oldestAt: undefined };

export class RecordTable {
  readonly #sql: SqlStorage;
  #exists: boolean;
  #next = 0;
  kept: Kept = nothing;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'record'").toArray().length > 0;
    if (this.#exists) this.#count();
  }

  /** Adds the records of one step, and makes room for them. */
  append(records: readonly FlightRecord[], at: EpochMs, { messages, octets }: RecorderSettings): void {
    if (records.length === 0) return;
    if (!this.#exists) this.#sql.exec(createRecordTable);
    this.#exists = true;
    for (let from = 0; from < records.length; ) {
      const to = endOfRow(records, from);
      this.#insert(records.slice(from, to), at);
      from = to;
    }
    if (this.kept.messages > messages || this.kept.octets > octets) this.#trim(messages, octets);
  }

  #insert(records: readonly FlightRecord[], at: EpochMs): void {
    // Numbers begin with the time, so that they rise though all rows are gone.
    const number = Math.max(this.#next, at);
    const data = JSON.stringify(records);
    const messages = records.length;
    this.#sql.exec(
      "INSERT INTO record (number, at, messages, octets, data) VALUES (?, ?, ?, ?, ?)",
      number,
      at,
      messages,
      data.length,
      data,
    );
    this.#next = number + records.length;
    const { kept } = this;
    this.kept = {
      messages: kept.messages + messages,
      octets: kept.octets + data.length,
      oldestAt: kept.oldestAt ?? at,
    };
  }

  /** Removes what was recorded until then. */
  expire(until: number): void {
    if (!this.#exists || (this.kept.oldestAt ?? Number.POSITIVE_INFINITY) > until) return;
    this.#sql.exec("DELETE FROM record WHERE at <= ?", until);
    this.#count();
  }

  clear(): void {
    if (!this.#exists) return;
    this.#sql.exec("DELETE FROM record");
    this.kept = nothing;
  }

  /** After `deleteAll` there is no table. */
  forget(): void {
    this.#exists = false;
    this.kept = nothing;
  }

  /**
   * What is kept, oldest first: all, or of the rows that speak of that call and those of no call what is in them. Looking into
   * the text of a row costs a tenth of reading it as JSON, and a ladder is asked for once a second while its call goes on.
   */
  *all(callId?: string): Iterable<NumberedRecord> {
    if (!this.#exists) return;
    const rows =
      callId === undefined
        ? this.#sql.exec("SELECT number, data FROM record ORDER BY number")
        : this.#sql.exec(
            "SELECT number, data FROM record WHERE instr(data, ?) > 0 OR instr(data, ?) > 0 ORDER BY number",
            memberOf(callId),
            memberOf(""),
          );
    for (const row of rows.toArray()) {
      let number = Number(row["number"]);
      for (const record of JSON.parse(String(row["data"])) as readonly FlightRecord[])
        yield { ...record, number: number++ };
    }
  }

  #count(): void {
    const query =
      "SELECT coalesce(sum(messages), 0) AS messages, coalesce(sum(octets), 0) AS octets, min(at) AS oldest FROM record";
    const row = this.#sql.exec(query).one();
    const oldest = row["oldest"];
    this.kept = {
      messages: Number(row["messages"]),
      octets: Number(row["octets"]),
      oldestAt: typeof oldest === "number" ? epochMs(oldest) : undefined,
    };
    const [last] = this.#sql
      .exec("SELECT number + messages AS n FROM record ORDER BY number DESC LIMIT 1")
      .toArray();
    this.#next = Math.max(this.#next, Number(last?.["n"] ?? 0));
  }

  /** Oldest first, an eighth more than has to go: to look for them costs a row read for each. */
  #trim(messages: number, octets: number): void {
    let { messages: left, octets: leftOctets } = this.kept;
    let through = 0;
    let oldestAt: EpochMs | undefined;
    for (const row of this.#sql.exec("SELECT number, at, messages, octets FROM record ORDER BY number")) {
      if (left <= (messages * 7) / 8 && leftOctets <= (octets * 7) / 8) {
        oldestAt = epochMs(Number(row["at"]));
        break;
      }
      through = Number(row["number"]);
      left -= Number(row["messages"]);
      leftOctets -= Number(row["octets"]);
    }
    this.#sql.exec("DELETE FROM record WHERE number <= ?", through);
    this.kept = { messages: left, octets: leftOctets, oldestAt };
  }
}

/** As JSON.stringify writes it. */
const memberOf = (callId: string): string => `"callId":${JSON.stringify(callId)}`;

/** Where a row that begins there has to end. */
function endOfRow(records: readonly FlightRecord[], from: number): number {
  let octets = 0;
  for (let at = from; at < records.length; at++) {
    const record = records[at];
    octets += record?.kind === "message" ? record.text.length : 64;
    if (octets > rowCharacters && at > from) return at;
  }
  return records.length;
}
