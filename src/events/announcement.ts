// Whether everyone has been told of a document's newest version: two columns of the document's own row.
//
// A crash forgets which NOTIFYs were under way. One mark for all watchers, written with the document and again when
// the last of them has answered, finds that out at one row for each change, however many watch.

import { nextVersion } from "./unwritten-refresh";

export interface Announcement {
  /** Of the document for one event; it never falls while there are subscriptions. */
  readonly version: number;
  /** Every subscription was told, has it in its row that it was not, or is over. */
  readonly told: boolean;
}

/** The document has changed: the input `documentChanged` of every notifier follows. */
export function announce<Document extends Announcement>(document: Document): Document {
  return { ...document, version: nextVersion(document.version), told: false };
}

/**
 * After a restart: if some may not have been told, all are told once more, under a version of its own, so that
 * this one write raises every CSeq. The result is the argument itself when nothing is to be done.
 */
export function resume<Document extends Announcement>(document: Document): Document {
  return document.told ? document : announce(document);
}

/** After each answer: the document is told once no NOTIFY is under way. The argument itself if nothing changes. */
export function settle<Document extends Announcement>(document: Document, isAnyNotifying: boolean): Document {
  return document.told || isAnyNotifying ? document : { ...document, told: true };
}
