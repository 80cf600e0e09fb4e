// The statements that a home makes of its database, and the rows that they wrote.

export class Statements {
  readonly #storage: DurableObjectStorage;
  /** Since the object woke: what the cost meter reads. */
  rowsWritten = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** A statement that gives no rows: to ask for them would cost a third of what it does. */
  run(statement: string, ...values: readonly SqlStorageValue[]): void {
    this.rowsWritten += this.#storage.sql.exec(statement, ...values).rowsWritten;
  }

  /** The rows that a statement gives. */
  rows(statement: string, ...values: readonly SqlStorageValue[]): readonly Record<string, SqlStorageValue>[] {
    const cursor = this.#storage.sql.exec(statement, ...values);
    const rows = cursor.toArray();
    this.rowsWritten += cursor.rowsWritten;
    return rows;
  }
}
