// The rows of an address-of-record (docs/STORAGE.md): read once at a wake, written effect by effect.
//
// Relies on the platform: `sql.exec` is synchronous, writes without an `await` between them are one transaction,
// and nothing leaves the object before they are on disk (output gate). Tables have no second index and text keys
// go WITHOUT ROWID, since every index row written is billed like a row. Nothing is made for a name nobody has.

import { noFailedLogins } from "../../src/auth/back-off";
import { type EpochMs, epochMs } from "../../src/base/brand";
import type { Recording } from "../../src/contracts/flight-record";
import { type DialogRow, DialogTable } from "../../src/dialog/dialog-table";
import type { Subscription } from "../../src/events/subscription";
import { SubscriptionTable } from "../../src/events/subscription-table";
import { callsIn, dialogsIn } from "../../src/home/calls/call-row";
import { unheardIn } from "../../src/home/calls/unheard-rows";
import type { RowEffect } from "../../src/home/effect";
import { listsIn } from "../../src/home/lists/list-rows";
import { emptyMemory } from "../../src/home/memory";
import type { Device, HomeState, ListEntryRow, LogSummary, StoredMessage } from "../../src/home/state";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { CallTable } from "./call-table";
import { eventsIn } from "./event-documents";
import { homeSchema } from "./home-schema";
import { isKeyed, type KeyedTable, keyedRowOf } from "./keyed-rows";
import { messageOf } from "./message-row";
import { migrate } from "./migrations";
import { leaveShare, storedIn } from "./sender-shares";
import { Statements } from "./statements";
import { XcapTable } from "./xcap-table";

/** What of a home's memory follows from the rows of the log. */
export type LogState = Pick<HomeState, "log" | "devices" | "storedKeys" | "storedBy">;

/** A device that is forgotten takes its cursor with it. */
const mayShortenLog: ReadonlySet<RowEffect["kind"]> = new Set<RowEffect["kind"]>([
  "clearMessages",
  "deleteDevice",
  "deleteMessages",
  "evictMessages",
  "expireMessages",
  "markTaken",
]);

const emptyLog: LogSummary = {
  last: 0,
  lastOwed: 0,
  firstUntaken: undefined,
  messages: 0,
  octets: 0,
  takenMessages: 0,
  takenOctets: 0,
  nextExpiry: undefined,
};

export class SqlStore {
  readonly #storage: DurableObjectStorage;
  readonly #calls: CallTable;
  readonly #xcap: XcapTable;
  readonly #statements: Statements;
  #hasTables: boolean;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#statements = new Statements(storage);
    this.#calls = new CallTable(this.#statements);
    this.#xcap = new XcapTable(this.#statements);
    const found = storage.sql.exec("SELECT count(*) AS n FROM sqlite_master WHERE name = 'meta'").one();
    this.#hasTables = found["n"] === 1;
    if (this.#hasTables) migrate(storage.sql, homeSchema);
  }

  /** Rows written since the object woke. */
  get rowsWritten(): number {
    return this.#statements.rowsWritten;
  }

  /** The state as the rows have it; sockets are the caller's. */
  load(aor: AddressOfRecord, now: EpochMs): HomeState {
    const meta = this.#all<unknown>("meta");
    const devices = this.#all<Device>("device");
    const rows = this.calls?.current(now) ?? [];
    const subscriptions = new SubscriptionTable(this.#all<Subscription>("subscription").values());
    return {
      ...emptyMemory(now),
      aor,
      tenancy: meta.get("tenancy") as HomeState["tenancy"],
      ...eventsIn(meta),
      failedLogins: (meta.get("failed-logins") as HomeState["failedLogins"] | undefined) ?? noFailedLogins,
      devices,
      dialogs: new DialogTable([...this.#all<DialogRow>("dialog").values(), ...dialogsIn(rows)]),
      calls: callsIn(rows, now),
      unheard: unheardIn(rows, aor),
      subscriptions,
      ...listsIn(subscriptions.values(), this.#all<ListEntryRow>("list_entry").values(), now),
      publications: this.#all("publication"),
      xcap: this.#hasTables ? this.#xcap.all() : new Map(),
      log: this.#logSummary(devices.values()),
      ...this.#stored(),
    };
  }

  /** Whether the realm's list has yet to hear of this account. */
  isUnlisted(): boolean {
    if (!this.#hasTables) return false;
    return this.#storage.sql.exec("SELECT 1 FROM meta WHERE name = 'unlisted'").toArray().length > 0;
  }

  markUnlisted(): void {
    if (!this.isUnlisted()) this.#put("meta", "unlisted", true);
  }

  markListed(): void {
    if (this.isUnlisted()) this.#statements.run("DELETE FROM meta WHERE name = 'unlisted'");
  }

  /** Whether anything was ever written: a name nobody has writes nothing. */
  get hasTables(): boolean {
    return this.#hasTables;
  }

  /** The recording that an administrator has switched on. */
  recording(): Recording | undefined {
    if (!this.#hasTables) return undefined;
    const [row] = this.#storage.sql.exec("SELECT data FROM meta WHERE name = 'recording'").toArray();
    return row === undefined ? undefined : (JSON.parse(String(row["data"])) as Recording);
  }

  putRecording(recording: Recording | undefined): void {
    if (recording !== undefined) this.#put("meta", "recording", recording);
    else if (this.#hasTables) this.#statements.run("DELETE FROM meta WHERE name = 'recording'");
  }

  /** The parcels in the log, and what of it each sender has. */
  #stored(): Pick<HomeState, "storedKeys" | "storedBy"> {
    if (!this.#hasTables) return storedIn([]);
    return storedIn(this.#storage.sql.exec("SELECT key, sender, taken, octets FROM message"));
  }

  /**
   * Makes the row effects of one step true, all of them or none, and brings the log's numbers in step with its rows.
   * After a throw the rows are as before the step, and the memory, which is ahead of them, is to be dropped.
   */
  commit(state: LogState, effects: readonly RowEffect[]): void {
    if (effects.length === 0) return;
    this.#makeTables();
    const due = effects.filter((effect) => effect.kind !== "trimCalls" || this.#calls.needsTrim(effect));
    const [first] = due;
    if (first === undefined) return;
    // One statement is one transaction anyway, and a savepoint costs as much as half of it.
    if (due.length === 1 && !mayShortenLog.has(first.kind)) return this.#write(state, first);
    this.#storage.transactionSync(() => {
      for (const effect of due) this.#write(state, effect);
      if (!effects.some(({ kind }) => mayShortenLog.has(kind))) return;
      this.#settleLog(state);
      // Else it may be too early, which costs a look, when it is reckoned.
      if (effects.some(({ kind }) => kind === "expireMessages"))
        state.log = { ...state.log, nextExpiry: this.#nextExpiry() };
    });
  }

  #write(state: LogState, effect: RowEffect): void {
    if (isKeyed(effect)) {
      const { table, key, value } = keyedRowOf(effect);
      return value === undefined ? this.#delete(table, key) : this.#put(table, key, value);
    }
    switch (effect.kind) {
      case "putCall":
      case "clearCalls":
      case "trimCalls":
        return this.#calls.write(effect);
      case "putXcapDocument":
      case "deleteXcapDocument":
        return this.#xcap.write(effect);
      case "appendMessage":
        return this.#append(effect.message);
      case "markTaken":
        return this.#markTaken(state, effect.sequence);
      case "deleteMessages": {
        const { through, taken } = effect;
        return this.#remove(state, "sequence <= ? AND (taken = 1 OR sequence = ?)", through, taken);
      }
      case "clearMessages":
        return this.#remove(state, "TRUE");
      case "evictMessages":
        return this.#evict(state, effect.messages, effect.octets);
      case "expireMessages":
        this.#remove(state, "expires_at <= ?", effect.before);
        state.log = { ...state.log, nextExpiry: this.#nextExpiry() };
        return;
    }
  }

  /** The first entry after a sequence number that may be owed to the device, not in `except`, and not expired. */
  nextMessage(
    device: string,
    after: number,
    except: readonly number[],
    now: EpochMs,
  ): StoredMessage | undefined {
    const [message] = this.#messages(
      `WHERE sequence > ? AND expires_at > ? AND owed = 1 AND (device IS NULL OR device = ?)
        AND sequence NOT IN (SELECT value FROM json_each(?)) ORDER BY sequence LIMIT 1`,
      after,
      now,
      device,
      JSON.stringify(except),
    );
    return message;
  }

  /** The rows of calls; none before there are tables. */
  get calls(): CallTable | undefined {
    return this.#hasTables ? this.#calls : undefined;
  }

  /** A page of the log, both directions. */
  messagesAfter(after: number, limit: number): readonly StoredMessage[] {
    return this.#messages("WHERE sequence > ? ORDER BY sequence LIMIT ?", after, limit);
  }

  /** How many entries a device is still owed. */
  owedAfter(device: string, cursor: number, now: EpochMs): number {
    if (!this.#hasTables) return 0;
    const query = `SELECT count(*) AS n FROM message
      WHERE sequence > ? AND expires_at > ? AND owed = 1 AND (device IS NULL OR device = ?)`;
    return Number(this.#storage.sql.exec(query, cursor, now, device).one()["n"]);
  }

  /** The log in a few numbers, from all its rows: read at a wake, and kept in step from then on. */
  #logSummary(devices: Iterable<Device>): LogSummary {
    if (!this.#hasTables) return emptyLog;
    const row = this.#storage.sql
      .exec(
        `SELECT count(*) AS messages, coalesce(sum(octets), 0) AS octets, coalesce(max(CASE WHEN owed = 1 THEN sequence END), 0) AS last_owed,
          coalesce(sum(taken), 0) AS taken_messages, coalesce(sum(taken * octets), 0) AS taken_octets,
          min(CASE WHEN taken = 0 AND direction = 'received' AND device IS NULL THEN sequence END) AS untaken FROM message`,
      )
      .one();
    return {
      last: this.#lastShown(devices),
      lastOwed: Number(row["last_owed"]),
      messages: Number(row["messages"]),
      octets: Number(row["octets"]),
      takenMessages: Number(row["taken_messages"]),
      takenOctets: Number(row["taken_octets"]),
      nextExpiry: this.#nextExpiry(),
      firstUntaken: row["untaken"] === null ? undefined : Number(row["untaken"]),
    };
  }

  /** The highest sequence that anything still says. Cursors count: what every device has passed may be deleted. */
  #lastShown(devices: Iterable<Device>): number {
    let last = Math.max(
      this.#number("SELECT max(sequence) AS n FROM message") ?? 0,
      this.#number("SELECT CAST(data AS INTEGER) AS n FROM meta WHERE name = 'last-sequence'") ?? 0,
    );
    for (const { inbox } of devices) last = Math.max(last, inbox.cursor, ...inbox.ahead);
    return last;
  }

  #nextExpiry(): EpochMs | undefined {
    const at = this.#number("SELECT min(expires_at) AS n FROM message");
    return at === undefined ? undefined : epochMs(at);
  }

  /** What rows that went or were taken change in the numbers; each search begins where the last one ended. */
  #settleLog(state: LogState): void {
    const { last, lastOwed, firstUntaken, messages, nextExpiry } = state.log;
    const untaken = `SELECT sequence AS n FROM message WHERE sequence >= ? AND taken = 0 AND device IS NULL
      AND direction = 'received' ORDER BY sequence LIMIT 1`;
    const owed =
      "SELECT sequence AS n FROM message WHERE sequence <= ? AND owed = 1 ORDER BY sequence DESC LIMIT 1";
    state.log = {
      ...state.log,
      lastOwed: this.#number(owed, lastOwed) ?? 0,
      firstUntaken: firstUntaken === undefined ? undefined : this.#number(untaken, firstUntaken),
      nextExpiry: messages === 0 ? undefined : nextExpiry,
    };
    // None is ever given twice: when nothing says the highest any more, a row of its own does.
    if (this.#lastShown(state.devices.values()) < last) this.#put("meta", "last-sequence", last);
  }

  #markTaken(state: LogState, sequence: number): void {
    const marked = this.#statements.rows(
      "UPDATE message SET taken = 1 WHERE sequence = ? AND taken = 0 RETURNING octets, sender",
      sequence,
    );
    const { log } = state;
    for (const row of marked) {
      const takenOctets = log.takenOctets + Number(row["octets"]);
      state.log = { ...log, takenMessages: log.takenMessages + 1, takenOctets };
      leaveShare(state, row);
    }
  }

  #remove(state: LogState, where: string, ...values: readonly SqlStorageValue[]): void {
    let { messages, octets, takenMessages, takenOctets } = state.log;
    const removed = `DELETE FROM message WHERE ${where} RETURNING key, octets, taken, sender`;
    for (const row of this.#statements.rows(removed, ...values)) {
      const size = Number(row["octets"]);
      const taken = Number(row["taken"]);
      messages--;
      octets -= size;
      takenMessages -= taken;
      takenOctets -= taken * size;
      state.storedKeys.delete(String(row["key"]));
      if (taken === 0) leaveShare(state, row);
    }
    state.log = { ...state.log, messages, octets, takenMessages, takenOctets };
  }

  /** Oldest first among what was taken, until both measures are met. */
  #evict(state: LogState, messages: number, octets: number): void {
    let through = 0;
    let count = 0;
    let size = 0;
    const taken = this.#storage.sql.exec(
      "SELECT sequence, octets FROM message WHERE taken = 1 ORDER BY sequence",
    );
    for (const row of taken) {
      if (count >= messages && size >= octets) break;
      through = Number(row["sequence"]);
      count++;
      size += Number(row["octets"]);
    }
    this.#remove(state, "taken = 1 AND sequence <= ?", through);
  }

  #messages(where: string, ...values: readonly SqlStorageValue[]): readonly StoredMessage[] {
    if (!this.#hasTables) return [];
    return this.#storage.sql
      .exec(`SELECT * FROM message ${where}`, ...values)
      .toArray()
      .map(messageOf);
  }

  #append(message: StoredMessage): void {
    const { frame } = message;
    this.#statements.run(
      `INSERT INTO message (sequence, key, device, direction, at, expires_at, octets, taken, owed, frame, sender)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      message.sequence,
      message.key ?? null,
      message.device ?? null,
      message.direction,
      message.at,
      message.expiresAt,
      message.octets,
      message.taken ? 1 : 0,
      message.owed ? 1 : 0,
      typeof frame === "string" ? frame : frame.slice().buffer,
      message.sender ?? null,
    );
  }

  #put(table: KeyedTable, key: string, value: unknown): void {
    const column = table === "meta" ? "name" : "id";
    this.#statements.run(
      `INSERT OR REPLACE INTO ${table} (${column}, data) VALUES (?, ?)`,
      key,
      JSON.stringify(value),
    );
  }

  #delete(table: KeyedTable, key: string): void {
    this.#statements.run(`DELETE FROM ${table} WHERE id = ?`, key);
  }

  #all<Row>(table: KeyedTable): Map<string, Row> {
    const rows = new Map<string, Row>();
    if (!this.#hasTables) return rows;
    const column = table === "meta" ? "name" : "id";
    for (const row of this.#storage.sql.exec(`SELECT ${column} AS key, data FROM ${table}`)) {
      rows.set(String(row["key"]), JSON.parse(String(row["data"])) as Row);
    }
    return rows;
  }

  /** The one number a query gives, as `n`. */
  #number(query: string, ...values: readonly SqlStorageValue[]): number | undefined {
    const [row] = this.#storage.sql.exec(query, ...values).toArray();
    return typeof row?.["n"] === "number" ? row["n"] : undefined;
  }

  #makeTables(): void {
    if (this.#hasTables) return;
    migrate(this.#storage.sql, homeSchema);
    this.#hasTables = true;
  }

  /** After `deleteAll` there are no tables. */
  forgetTables(): void {
    this.#hasTables = false;
    this.#calls.forget();
  }
}
