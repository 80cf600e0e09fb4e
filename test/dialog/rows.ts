// A home's dialog table under test: the functions' changes applied as the home applies them, each one stored.

import { type EpochMs, epochMs, millis } from "../../src/base/brand";
import type { Result } from "../../src/base/result";
import {
  applyDialogChanges,
  type DialogChange,
  type DialogRow,
  DialogTable,
} from "../../src/dialog/dialog-table";
import type { Forming, Opening } from "../../src/dialog/form-dialog";
import type { Usage } from "../../src/dialog/usage";

export const begin: EpochMs = epochMs(1_700_000_000_000);
export const at = (offset: number): EpochMs => epochMs(begin + offset);
export const hour = 3_600_000;

export const page = "sip:k3j5h2@9f2kd7.invalid;transport=ws";
export const otherPage = "sip:p8s1xz@c44mq0.invalid;transport=ws";
export const presence: Usage = { kind: "subscription", event: "presence" };
export const call: Usage = { kind: "invite" };

/** SUBSCRIBE sip:bob@example.com, From: <sip:alice@example.com>;tag=alice, Call-ID: call-1, Event: presence */
export const subscribe: Opening = {
  id: "row-1",
  callId: "call-1",
  openedBy: "local",
  tag: "alice",
  page,
  device: "urn:uuid:1",
  usage: presence,
};
/** What answers it: To: …;tag=alice and From: …;tag=bob in a NOTIFY, the other way round in the 200. */
export const answered: Forming = {
  id: "row-2",
  callId: "call-1",
  localTag: "alice",
  remoteTag: "bob",
  usage: presence,
  state: "confirmed",
  lifetime: millis(900_000),
};

export class Table {
  rows = new DialogTable();
  /** How many rows were written. */
  written = 0;

  apply(changes: readonly DialogChange[]): this {
    applyDialogChanges(this.rows, changes);
    this.written += changes.length;
    // What is not in the rows is lost between any two steps.
    this.rows = new DialogTable(JSON.parse(JSON.stringify([...this.rows.values()])) as DialogRow[]);
    return this;
  }

  take(result: Result<readonly DialogChange[], unknown>): this {
    if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
    return this.apply(result.value);
  }

  row(id: string): DialogRow {
    const row = this.rows.get(id);
    if (row === undefined) throw new Error(`no row ${id}`);
    return row;
  }
}
