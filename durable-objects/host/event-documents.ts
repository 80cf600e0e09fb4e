// The documents of events (RFC 6665 §4.2.2) among the rows that are one of a kind: a row for each event that is watched.

import type { EventDocument } from "../../src/home/state";

const prefix = "document ";

export const documentKey = (event: string): string => prefix + event;

export function documentsIn(rows: ReadonlyMap<string, unknown>): Map<string, EventDocument> {
  const documents = new Map<string, EventDocument>();
  for (const [key, row] of rows) {
    if (key.startsWith(prefix)) documents.set(key.slice(prefix.length), row as EventDocument);
  }
  return documents;
}
