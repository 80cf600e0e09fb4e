// The documents of events (RFC 6665 §4.2.2) among the rows that are one of a kind: a row for each event that is watched.

import type { EventDocument, HomeState } from "../../src/home/state";

const prefix = "document ";

export const documentKey = (event: string): string => prefix + event;

/** What is kept of events beside subscriptions. */
export const eventsIn = (
  rows: ReadonlyMap<string, unknown>,
): Pick<HomeState, "documents" | "waiting" | "messageCounts"> => ({
  documents: documentsIn(rows),
  waiting: (rows.get("waiting") as HomeState["waiting"] | undefined) ?? [],
  messageCounts: (rows.get("message-counts") as HomeState["messageCounts"] | undefined) ?? {},
});

function documentsIn(rows: ReadonlyMap<string, unknown>): Map<string, EventDocument> {
  const documents = new Map<string, EventDocument>();
  for (const [key, row] of rows) {
    if (key.startsWith(prefix)) documents.set(key.slice(prefix.length), row as EventDocument);
  }
  return documents;
}
