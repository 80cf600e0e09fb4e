// The rows of XCAP documents (RFC 4825): a row for each, as its author's text. No index beside the key.

import type { RowEffect } from "../../src/home/effect";
import type { XcapDocument } from "../../src/home/state";
import { xcapKey } from "../../src/home/xcap/xcap-key";
import type { Statements } from "./statements";

/** Makes the table; a step of the schema (sql-store.ts). */
export const createXcapTable = "CREATE TABLE xcap (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID";

type XcapEffect = Extract<RowEffect, { kind: "putXcapDocument" | "deleteXcapDocument" }>;

export class XcapTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  all(): Map<string, XcapDocument> {
    const documents = this.#statements
      .rows("SELECT data FROM xcap")
      .map((row) => JSON.parse(String(row["data"])) as XcapDocument);
    return new Map(documents.map((document) => [xcapKey(document.auid, document.name), document]));
  }

  write(effect: XcapEffect): void {
    if (effect.kind === "deleteXcapDocument") {
      this.#statements.run("DELETE FROM xcap WHERE id = ?", xcapKey(effect.auid, effect.name));
      return;
    }
    const { document } = effect;
    const id = xcapKey(document.auid, document.name);
    this.#statements.run(
      "INSERT OR REPLACE INTO xcap (id, data) VALUES (?, ?)",
      id,
      JSON.stringify(document),
    );
  }
}
