// The accounts of a realm as the operator's list has them: by name, page by page, each page by an index, so that a page
// of a hundred thousand accounts reads no more rows than one of a hundred. Only a part of a name is looked for row by row.
//
// What homes have told of themselves stands in columns beside the name, null as long as nothing was told. A state that
// is null or zero is in no index and costs none.

import { epochMs } from "../../src/base/brand";
import type { AccountFilter, AccountPage, ListedAccount } from "../../src/contracts/administration";
import type { FigureReport, RealmGauges } from "../../src/contracts/figures";
import { formatDateTime } from "../../src/xml/date-time";
import type { Migrations } from "./migrations";

/** Steps of the realm's schema. */
export const createAccountList: Migrations[number] = [
  "CREATE TABLE account (aor TEXT PRIMARY KEY, created_at TEXT NOT NULL) WITHOUT ROWID",
];

export const addAccountFigures: Migrations[number] = [
  "ALTER TABLE account ADD COLUMN enabled INTEGER",
  "ALTER TABLE account ADD COLUMN live INTEGER",
  "ALTER TABLE account ADD COLUMN calls INTEGER",
  "ALTER TABLE account ADD COLUMN placed INTEGER",
  "ALTER TABLE account ADD COLUMN active_at INTEGER",
  "ALTER TABLE account ADD COLUMN told TEXT",
  "CREATE INDEX account_online ON account (aor) WHERE live > 0",
  "CREATE INDEX account_in_call ON account (aor) WHERE calls > 0",
  "CREATE INDEX account_disabled ON account (aor) WHERE enabled = 0",
];

const longestPage = 1000;

/** Written as in the index, or it is not used. */
const conditions = {
  online: { index: "account_online", where: "live > 0" },
  "in-call": { index: "account_in_call", where: "calls > 0" },
  disabled: { index: "account_disabled", where: "enabled = 0" },
} as const;

type Row = Record<string, SqlStorageValue>;
type Execute = (statement: string, ...values: readonly SqlStorageValue[]) => readonly Row[];

export class AccountList {
  readonly #execute: Execute;
  /** Counted once in a memory, and kept in step from then on: no row is written for them. */
  #gauges: Record<keyof RealmGauges, number> | undefined;

  constructor(execute: Execute) {
    this.#execute = execute;
  }

  add({ aor, createdAt, enabled = true }: ListedAccount): void {
    const [known] = this.#execute("SELECT created_at, enabled FROM account WHERE aor = ?", aor);
    const flag = enabled ? 1 : 0;
    if (known === undefined) {
      const added =
        "INSERT INTO account (aor, created_at, enabled, live, calls, placed) VALUES (?, ?, ?, 0, 0, 0)";
      this.#execute(added, aor, createdAt, flag);
      this.#move({ accounts: 1, disabled: 1 - flag });
    } else if (known["created_at"] !== createdAt || known["enabled"] !== flag) {
      this.#execute("UPDATE account SET created_at = ?, enabled = ? WHERE aor = ?", createdAt, flag, aor);
      this.#move({ disabled: (known["enabled"] === 0 ? -1 : 0) + 1 - flag });
    }
  }

  remove(aor: string): void {
    const [gone] = this.#execute("DELETE FROM account WHERE aor = ? RETURNING *", aor);
    if (gone !== undefined) this.#move({ ...negative(gaugesOf(gone)), accounts: -1 });
  }

  /** False for what was told already, or of nobody who is listed. */
  told({ id, aor, at, account }: FigureReport): boolean {
    const [known] = this.#execute("SELECT * FROM account WHERE aor = ?", aor);
    if (known === undefined || known["told"] === id) return false;
    const state = { ...account, enabled: account.enabled ? 1 : 0 };
    const { enabled, live, calls, placed } = state;
    // Whatever is set is written into its index anew, changed or not.
    if (Object.entries(state).every(([name, value]) => known[name] === value)) {
      this.#execute("UPDATE account SET active_at = ?, told = ? WHERE aor = ?", at, id, aor);
      return true;
    }
    this.#execute(
      "UPDATE account SET active_at = ?, told = ?, enabled = ?, live = ?, calls = ?, placed = ? WHERE aor = ?",
      ...[at, id, enabled, live, calls, placed, aor],
    );
    this.#move(negative(gaugesOf(known)));
    this.#move(gaugesOf(state));
    return true;
  }

  page(after = "", limit = longestPage, { query, state, counted }: AccountFilter = {}): AccountPage {
    const size = Math.min(Math.max(1, Math.trunc(limit)), longestPage);
    const condition = state === undefined ? undefined : conditions[state];
    const where = ["aor > ?", ...(condition === undefined ? [] : [condition.where])];
    const values: SqlStorageValue[] = [after];
    if (query !== undefined) {
      // Names are lower case; the realm is the same in all of them, and is not looked in.
      where.push("instr(substr(aor, 1, instr(aor, '@') - 1), ?) > 0");
      values.push(query.toLowerCase());
    }
    // One more than asked for tells whether there is a next page.
    const rows = this.#execute(
      `SELECT * FROM account ${condition === undefined ? "" : `INDEXED BY ${condition.index}`}
        WHERE ${where.join(" AND ")} ORDER BY aor LIMIT ?`,
      ...values,
      size + 1,
    );
    const accounts = rows.slice(0, size).map(listed);
    const next = rows.length > size ? accounts.at(-1)?.aor : undefined;
    if (counted !== true) return { accounts, next };
    const isAll = after === "" && next === undefined;
    const total = isAll ? accounts.length : this.#total(query, state);
    return total === undefined ? { accounts, next } : { accounts, next, total };
  }

  /** Names with that part in them are not counted: that would be a look at every one, each time. */
  #total(query: string | undefined, state: AccountFilter["state"]): number | undefined {
    if (query !== undefined) return undefined;
    const gauges = this.gauges();
    if (state === undefined) return gauges.accounts;
    if (state === "disabled") return gauges.disabled;
    return state === "online" ? gauges.online : gauges.inCall;
  }

  gauges(): RealmGauges {
    if (this.#gauges === undefined) {
      const count = (query: string): number => Number(this.#execute(query)[0]?.["n"] ?? 0);
      this.#gauges = {
        accounts: count("SELECT count(*) AS n FROM account"),
        online: count("SELECT count(*) AS n FROM account INDEXED BY account_online WHERE live > 0"),
        devices: count("SELECT sum(live) AS n FROM account INDEXED BY account_online WHERE live > 0"),
        calls: count("SELECT sum(placed) AS n FROM account INDEXED BY account_in_call WHERE calls > 0"),
        inCall: count("SELECT count(*) AS n FROM account INDEXED BY account_in_call WHERE calls > 0"),
        disabled: count("SELECT count(*) AS n FROM account INDEXED BY account_disabled WHERE enabled = 0"),
      };
    }
    return { ...this.#gauges };
  }

  /** Names that are online for all that was told, from one on: to be asked whether they still are. */
  onlineAfter(aor: string, toldBefore: number, limit: number): readonly string[] {
    const rows = this.#execute(
      `SELECT aor FROM account INDEXED BY account_online WHERE live > 0 AND aor > ? AND active_at < ?
        ORDER BY aor LIMIT ?`,
      aor,
      toldBefore,
      limit,
    );
    return rows.map((row) => String(row["aor"]));
  }

  /** What was counted may not have come about. */
  forgetGauges(): void {
    this.#gauges = undefined;
  }

  #move(change: Partial<RealmGauges>): void {
    if (this.#gauges === undefined) return;
    for (const [name, by] of Object.entries(change) as [keyof RealmGauges, number][])
      this.#gauges[name] += by;
  }
}

/** What one row adds to the realm's, but for itself. */
function gaugesOf(row: Row): Omit<RealmGauges, "accounts"> {
  const live = Number(row["live"] ?? 0);
  return {
    online: live > 0 ? 1 : 0,
    devices: live,
    calls: Number(row["placed"] ?? 0),
    inCall: Number(row["calls"] ?? 0) > 0 ? 1 : 0,
    disabled: row["enabled"] === 0 ? 1 : 0,
  };
}

const negative = (gauges: Partial<RealmGauges>): Partial<RealmGauges> =>
  Object.fromEntries(Object.entries(gauges).map(([name, count]) => [name, -count]));

function listed(row: Row): ListedAccount {
  const { aor, created_at, enabled, live, calls, active_at } = row;
  return {
    aor: String(aor),
    createdAt: String(created_at),
    ...(enabled === null ? {} : { enabled: enabled === 1 }),
    ...(live === null ? {} : { live: Number(live) }),
    ...(calls === null ? {} : { calls: Number(calls) }),
    ...(active_at === null ? {} : { lastActiveAt: formatDateTime(epochMs(Number(active_at))) }),
  };
}
