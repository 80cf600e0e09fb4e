// The dialogs of one home, as its proxy keeps them: which page owns which dialog (RFC 3261 §12, RFC 5057 §2).
// "Local" is this home's user, whoever sent the first request.
//
// A request that can form a dialog opens a half one, of which only the tag of its sender is known. What comes
// back forms it: a response with a To tag, or a NOTIFY, which may arrive before the 200 (RFC 6665 §4.1.2.4).
// A fork forms several: the first takes the half row, the others are rows of their own, until `formsUntil`.
//
// The table belongs to its home. The functions of this folder read it and return the changes of rows, to be
// applied and stored in one step.

import { type EpochMs, type Millis, millis } from "../base/brand";
import { unreachable } from "../base/invariant";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import type { Dialog, DialogState } from "./dialog";
import { isSameUsage, type Usage } from "./usage";

export interface DialogRow {
  readonly id: string;
  readonly callId: string;
  /** Absent while nobody here has answered the other side's request. */
  readonly localTag?: string;
  /** Absent while nobody over there has answered our user's request. */
  readonly remoteTag?: string;
  /** Who sent the request that opened it. */
  readonly openedBy: "local" | "remote";
  /** The Contact URI of the page that owns it. */
  readonly page: string;
  readonly device: string;
  /** The home of the other side, when it is one of ours. */
  readonly remoteAor?: AddressOfRecord;
  /** What it is used for, or was when it ended. */
  readonly usages: readonly Usage[];
  readonly state: "half" | "early" | "confirmed" | "ended";
  /** Until when the request that opened it may form further dialogs. */
  readonly formsUntil: EpochMs;
  /** Without a sign of life it is given up at this time. */
  readonly expiresAt: EpochMs;
  readonly endedAt?: EpochMs;
  /** The call in whose row it is stored; one without is a row of its own. */
  readonly call?: string;
  /** The dialog as its page sees it: what a home needs to speak for a page that is gone. */
  readonly view?: DialogState;
}

export type DialogTable = ReadonlyMap<string, DialogRow>;

export type DialogChange =
  | { readonly kind: "putDialog"; readonly row: DialogRow }
  | { readonly kind: "deleteDialog"; readonly id: string };

export interface DialogSettings {
  /** Rows of one home, and of one page. */
  readonly dialogs: number;
  readonly dialogsPerPage: number;
  /** Of the rows of one home, those that others have opened by SUBSCRIBE and REFER, and those that one of them has. */
  readonly subscriptionsOfOthers: number;
  readonly subscriptionsOfOne: number;
  /** Dialogs that one request may form by forking. */
  readonly dialogsPerRequest: number;
  readonly usagesPerDialog: number;
  /** RFC 6665 §4.1.2.4 Timer N: how long a SUBSCRIBE or REFER may form dialogs. */
  readonly subscribeForms: Millis;
  /** How long an INVITE may, if nothing ends it before: its transaction does (RFC 3261 §16.6 step 11). */
  readonly inviteForms: Millis;
  /** A dialog whose length nobody has agreed is given up after this time without a sign of life. */
  readonly staleAfter: Millis;
  /** The longest length that may be agreed. */
  readonly longest: Millis;
  /** How much later than agreed a dialog is given up, so that not every refresh writes its row. */
  readonly slack: Millis;
  /** 64·T1: how long an ended dialog is known, for what crossed its end. */
  readonly endedFor: Millis;
}

export const defaultDialogSettings: DialogSettings = {
  dialogs: 500,
  dialogsPerPage: 200,
  // Well below the others: whoever fills these leaves the user's own calls and subscriptions their room.
  subscriptionsOfOthers: 100,
  subscriptionsOfOne: 20,
  dialogsPerRequest: 20,
  usagesPerDialog: 16,
  subscribeForms: millis(32_000),
  inviteForms: millis(3_600_000),
  staleAfter: millis(12 * 3_600_000),
  longest: millis(7 * 24 * 3_600_000),
  slack: millis(3_600_000),
  endedFor: millis(32_000),
};

/** A dialog by its three names, as this home sees it. */
export interface DialogName {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
}

/** The table after the changes of one step, in place: only its owner calls this. */
export function applyDialogChanges(table: Map<string, DialogRow>, changes: readonly DialogChange[]): void {
  for (const change of changes) {
    if (change.kind === "putDialog") table.set(change.row.id, change.row);
    else if (change.kind === "deleteDialog") table.delete(change.id);
    else unreachable(change);
  }
}

/** The dialog of these names, ended ones included; what Replaces and Target-Dialog name (RFC 3891, RFC 4538). */
export function findDialog(
  table: DialogTable,
  callId: string,
  localTag: string,
  remoteTag: string,
): DialogRow | undefined {
  for (const row of table.values()) {
    if (row.callId === callId && row.localTag === localTag && row.remoteTag === remoteTag) return row;
  }
  return undefined;
}

/** All rows of a page, ended ones included. */
export function dialogsOfPage(table: DialogTable, page: string): readonly DialogRow[] {
  return [...table.values()].filter((row) => row.page === page);
}

/** The row as a dialog of its page; undefined while one side has not spoken, or if its view was not kept. */
export function dialogOf(row: DialogRow): Dialog | undefined {
  const { callId, localTag, remoteTag, view } = row;
  if (localTag === undefined || remoteTag === undefined || view === undefined) return undefined;
  const phase = row.state === "early" ? "early" : "confirmed";
  return { id: { callId, localTag, remoteTag }, phase, ...view };
}

/** What a request or response that may form a dialog says of it. */
export interface FormingName extends DialogName {
  readonly usage: Usage;
}

/**
 * The row whose request this message answers (RFC 6665 §4.4.1: same Call-ID, the tag of the sender, same
 * Event): a half-dialog, or one that another branch has formed and whose time to fork is not over.
 */
export function matchOpening(table: DialogTable, name: FormingName, now: EpochMs): DialogRow | undefined {
  let sibling: DialogRow | undefined;
  for (const row of table.values()) {
    if (row.callId !== name.callId || now >= row.formsUntil || !isOpener(row, name)) continue;
    if (!row.usages.some((usage) => isSameUsage(usage, name.usage))) continue;
    if (row.state === "half") return row;
    sibling ??= row;
  }
  return sibling;
}

/** All rows that the request behind `row` has opened and formed, `row` included. */
export function siblingsOf(table: DialogTable, row: DialogRow): readonly DialogRow[] {
  const { callId, openedBy } = row;
  const tag = openerTag(row);
  return [...table.values()].filter(
    (other) => other.callId === callId && other.openedBy === openedBy && openerTag(other) === tag,
  );
}

const openerTag = (row: DialogRow): string | undefined =>
  row.openedBy === "local" ? row.localTag : row.remoteTag;

const isOpener = (row: DialogRow, name: DialogName): boolean =>
  openerTag(row) === (row.openedBy === "local" ? name.localTag : name.remoteTag);
