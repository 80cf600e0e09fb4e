// A realm of a hundred thousand accounts: what a page of its list reads, by the database's own count, and what it costs
// to bring a realm that was there before up to date.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { AccountList, addAccountFigures, createAccountList } from "../../durable-objects/host/account-list";
import { epochMs } from "../../src/base/brand";

const many = 100_000;
const limit = 100;

/** The list over a database of its own, and what it has read and written since it was last asked. */
function countedList(sql: SqlStorage) {
  let [read, written] = [0, 0];
  const list = new AccountList((statement, ...values) => {
    const cursor = sql.exec(statement, ...values);
    const rows = cursor.toArray();
    read += cursor.rowsRead;
    written += cursor.rowsWritten;
    return rows;
  });
  const used = () => {
    const usage = { read, written };
    [read, written] = [0, 0];
    return usage;
  };
  return { list, used };
}

it("a page of 100,000 accounts reads no more rows than it shows, but for a part of a name that few have", async () => {
  await runInDurableObject(env.REALM.getByName("many.example"), (_, { storage: { sql } }) => {
    for (const statement of createAccountList) sql.exec(statement);
    sql.exec(
      `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${many - 1})
        INSERT INTO account SELECT printf('user%06d@many.example', i), '2026-11-28T00:00:00.000Z' FROM n`,
    );
    for (const statement of addAccountFigures) sql.exec(statement);
    const { list, used } = countedList(sql);
    // Accounts from before are there, and nothing is known of them.
    expect(list.page(undefined, 1).accounts).toEqual([
      { aor: "user000000@many.example", createdAt: "2026-11-28T00:00:00.000Z" },
    ]);
    for (let index = 500; index < many; index += 1000) {
      const user = `user${String(index).padStart(6, "0")}@many.example`;
      const account = { enabled: index % 10_000 !== 500, live: 1, calls: 1, placed: 1 };
      list.told({ id: user, aor: user, at: epochMs(0), account, minutes: [], calls: [] });
    }
    used();
    expect(list.page(undefined, limit, { counted: true }).total).toBe(many);
    // Counted once in a memory: every later page is its own rows and the one that says there are more.
    expect(used().read).toBeGreaterThan(many);
    const middle = list.page("user050000@many.example", limit, { counted: true });
    expect([middle.accounts.length, middle.accounts[0]?.aor]).toEqual([limit, "user050001@many.example"]);
    expect(used().read).toBe(limit + 1);
    for (const state of ["online", "in-call"] as const) {
      const page = list.page("user050000@many.example", 20, { state, counted: true });
      expect([page.accounts.length, page.total]).toEqual([20, 100]);
      expect(page.accounts.every(({ live }) => live === 1)).toBe(true);
      // An index row leads to each.
      expect(used().read).toBeLessThanOrEqual(2 * 21);
    }
    expect(list.page(undefined, limit, { state: "disabled", counted: true })).toMatchObject({ total: 10 });
    expect(used().read).toBeLessThanOrEqual(2 * 10);
    expect(list.page(undefined, limit, { query: "USER", counted: true })).not.toHaveProperty("total");
    expect(used().read).toBeLessThanOrEqual(limit + 1);
    const rare = list.page(undefined, limit, { query: "r09999", counted: true });
    expect([rare.accounts.length, rare.total]).toEqual([10, 10]);
    expect(used()).toEqual({ read: many, written: 0 });
    // The realm is no part of the name.
    expect(list.page(undefined, limit, { query: "many" }).accounts).toEqual([]);
    expect(list.page(undefined, limit, { query: "%" }).accounts).toEqual([]);
    used();
    // A telling writes the account's own row, and those of the indexes it enters or leaves.
    const same = { id: "same", aor: "user001500@many.example", at: epochMs(1), minutes: [], calls: [] };
    expect(list.told({ ...same, account: { enabled: true, live: 1, calls: 1, placed: 1 } })).toBe(true);
    expect(used().written).toBe(1);
    const teller = { id: "again", aor: "user000500@many.example", at: epochMs(1), minutes: [], calls: [] };
    expect(list.told({ ...teller, account: { enabled: true, live: 1, calls: 1, placed: 1 } })).toBe(true);
    expect(used().written).toBeLessThanOrEqual(4);
    expect(list.told({ ...teller, account: { enabled: true, live: 9, calls: 9, placed: 9 } })).toBe(false);
    expect(used().written).toBe(0);
    expect(list.gauges()).toEqual({
      accounts: many,
      online: 100,
      devices: 100,
      calls: 100,
      inCall: 100,
      disabled: 9,
    });
    list.remove("user000500@many.example");
    list.forgetGauges();
    expect(list.gauges()).toMatchObject({
      accounts: many - 1,
      online: 99,
      devices: 99,
      calls: 99,
      inCall: 99,
    });
  });
});
