// The schema of an object's database, step by step: each step runs once in an object's life, in order, and a table
// `migration` says how far it has come.
//
// Relies on the platform: `sql.exec` is synchronous, and writes without an `await` between them are one transaction,
// so an object killed in the middle finds the step undone.

/**
 * The statements of each step. A step that has been deployed is never edited: add another. It adds tables and columns that
 * may be missing, and takes none away, so that the revision before it still runs on them (docs/upgrading.md).
 */
export type Migrations = readonly (readonly string[])[];

/** Brings the database to the last step. Reads two rows when there is nothing to do, and then writes nothing. */
export function migrate(sql: SqlStorage, migrations: Migrations): void {
  const done = stepsDone(sql);
  if (done >= migrations.length) return;
  sql.exec("CREATE TABLE IF NOT EXISTS migration (step INTEGER PRIMARY KEY)");
  migrations.slice(done).forEach((statements, index) => {
    for (const statement of statements) sql.exec(statement);
    sql.exec("INSERT INTO migration (step) VALUES (?)", done + index + 1);
  });
}

/** 0 for a database that has no tables yet. */
function stepsDone(sql: SqlStorage): number {
  const known = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'migration'").toArray().length > 0;
  if (!known) return 0;
  return Number(sql.exec("SELECT coalesce(max(step), 0) AS step FROM migration").one()["step"]);
}
