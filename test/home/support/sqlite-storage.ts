// An object's storage on Node's own SQLite: as much of it as the row store uses, so that a home under test keeps
// its rows through the very statements it runs in production.

import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/** A storage that starts empty. `deleteAll` forgets every table. */
export function sqliteStorage(): DurableObjectStorage {
  let database = new DatabaseSync(":memory:");
  let prepared = new Map<string, StatementSync>();
  const exec = (query: string, ...values: readonly unknown[]) => {
    const statement = prepared.get(query) ?? database.prepare(query);
    prepared.set(query, statement);
    const inputs = values.map(asInput);
    const isQuery = /^\s*(?:SELECT|WITH)/i.test(query);
    const isReturning = / RETURNING /.test(query);
    const rows = isQuery || isReturning ? statement.all(...inputs).map(asRow) : [];
    const changes = isQuery || isReturning ? 0 : Number(statement.run(...inputs).changes);
    const rowsWritten = isReturning ? rows.length : changes;
    return {
      rowsWritten,
      toArray: () => rows,
      one: () => only(rows),
      [Symbol.iterator]: () => rows.values(),
    };
  };
  const deleteAll = async (): Promise<void> => {
    database = new DatabaseSync(":memory:");
    prepared = new Map();
  };
  const transactionSync = <Outcome>(work: () => Outcome): Outcome => {
    database.exec("BEGIN");
    try {
      const outcome = work();
      database.exec("COMMIT");
      return outcome;
    } catch (thrown) {
      database.exec("ROLLBACK");
      throw thrown;
    }
  };
  return { sql: { exec }, deleteAll, transactionSync } as unknown as DurableObjectStorage;
}

/** The platform takes and gives ArrayBuffers where SQLite has octets. */
function asInput(value: unknown): SQLInputValue {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : (value as SQLInputValue);
}

function asRow(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? value.slice().buffer : value,
  ]);
  return Object.fromEntries(entries);
}

function only(rows: readonly Record<string, unknown>[]): Record<string, unknown> {
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`${rows.length} rows where one was expected`);
  return row;
}
