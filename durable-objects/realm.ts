// The realm: the list of its accounts, for the administrator, and the deployment's secret where none is configured.
// It is on no message's path: an account is known by its own object, the list only by its name.
//
// Relies on the platform: calls are stepped one at a time while they do not await, and no result leaves the object
// before what it wrote is on disk (output gate).

import { DurableObject } from "cloudflare:workers";
import { Buffer } from "node:buffer";
import type { AccountPage, ListedAccount, RealmAdministration } from "../src/contracts/administration";
import { describeThrow, log } from "../src/http/log";
import { type Migrations, migrate } from "./host/migrations";

const migrations: Migrations = [
  [
    "CREATE TABLE account (aor TEXT PRIMARY KEY, created_at TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
  ],
];

const longestPage = 1000;
const secretOctets = 32;

export class Realm extends DurableObject<Env> implements RealmAdministration {
  #migrated = false;

  async deploymentSecret(): Promise<string> {
    return this.#call("deploymentSecret", (sql) => {
      const [kept] = sql.exec("SELECT value FROM secret WHERE name = 'deployment'").toArray();
      if (kept !== undefined) return String(kept["value"]);
      const fresh = Buffer.from(crypto.getRandomValues(new Uint8Array(secretOctets))).toString("base64url");
      sql.exec("INSERT INTO secret VALUES ('deployment', ?)", fresh);
      return fresh;
    });
  }

  async accountAdded({ aor, createdAt }: ListedAccount): Promise<void> {
    return this.#call("accountAdded", (sql) => {
      sql.exec(
        `INSERT INTO account VALUES (?, ?) ON CONFLICT (aor)
          DO UPDATE SET created_at = excluded.created_at WHERE created_at <> excluded.created_at`,
        aor,
        createdAt,
      );
    });
  }

  async accountRemoved(aor: string): Promise<void> {
    return this.#call("accountRemoved", (sql) => {
      sql.exec("DELETE FROM account WHERE aor = ?", aor);
    });
  }

  async listAccounts(after: string | undefined, limit: number): Promise<AccountPage> {
    return this.#call("listAccounts", (sql) => {
      const size = Math.min(Math.max(1, Math.trunc(limit)), longestPage);
      // One more than asked for tells whether there is a next page.
      const rows = sql.exec(
        "SELECT * FROM account WHERE aor > ? ORDER BY aor LIMIT ?",
        after ?? "",
        size + 1,
      );
      const listed = rows.toArray().map((row): ListedAccount => {
        return { aor: String(row["aor"]), createdAt: String(row["created_at"]) };
      });
      const accounts = listed.slice(0, size);
      return { accounts, next: listed.length > size ? accounts.at(-1)?.aor : undefined };
    });
  }

  /** The outer `try` of every call: the platform writes no log of a throw in an object. */
  #call<Value>(name: string, work: (sql: SqlStorage) => Value): Value {
    try {
      const { sql } = this.ctx.storage;
      if (!this.#migrated) migrate(sql, migrations);
      this.#migrated = true;
      return work(sql);
    } catch (thrown) {
      log("error", "realm call failed", { call: name, realm: this.ctx.id.name, ...describeThrow(thrown) });
      throw thrown;
    }
  }
}
