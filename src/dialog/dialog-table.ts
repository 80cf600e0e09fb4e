// The dialogs of one home, as its proxy keeps them: which page owns which dialog (RFC 3261 §12, RFC 5057 §2).
// "Local" is this home's user, whoever sent the first request.
//
// A request that can form a dialog opens a half one, of which only the tag of its sender is known. What comes
// back forms it: a response with a To tag, or a NOTIFY, which may arrive before the 200 (RFC 6665 §4.1.2.4).
// A fork forms several: the first takes the half row, the others are rows of their own, until `formsUntil`.
//
// The table belongs to its home. The functions of this folder read it and return the changes of rows, to be
// applied and stored in one step. Each request finds its dialog by its names: what has ended is known for a while, so
// that a busy user has hundreds, and none of them may cost the others a look.

import { type EpochMs, type Millis, millis } from "../base/brand";
import { unreachable } from "../base/invariant";
import { NameIndex } from "../base/name-index";
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
  /** Of a subscription of our page's: `remoteAor` is the home that answers. Earlier versions kept the alias that was asked. */
  readonly namesHome?: true;
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
  /** Of a call that the other side has ended: its page was sent the BYE, and had not answered as far as this knows. */
  readonly unheard?: true;
}

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

export class DialogTable {
  readonly #rows = new Map<string, DialogRow>();
  readonly #byCallId = new NameIndex();
  readonly #byPage = new NameIndex();
  readonly #byCall = new NameIndex();
  /** Those that have ended, by page and all together, in the order in which they did. */
  readonly #endedByPage = new NameIndex();
  readonly #ended = new Set<string>();
  readonly #standing = new Set<string>();

  constructor(rows: Iterable<DialogRow> = []) {
    for (const row of rows) this.put(row);
    // As if they had ended here.
    const ended = [...this.ended()].sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
    for (const row of ended) this.#file(row.id, row, undefined);
    for (const row of ended) this.#file(row.id, undefined, row);
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): DialogRow | undefined {
    return this.#rows.get(id);
  }

  values(): IterableIterator<DialogRow> {
    return this.#rows.values();
  }

  ofCallId(callId: string): readonly DialogRow[] {
    return this.#named(this.#byCallId.ids(callId));
  }

  /** All rows of a page, ended ones included. */
  ofPage(page: string): readonly DialogRow[] {
    return this.#named(this.#byPage.ids(page));
  }

  countOfPage(page: string): number {
    return this.#byPage.count(page);
  }

  /** The pages that have any. */
  pages(): readonly string[] {
    return [...this.#byPage.names()];
  }

  ofCall(call: string): readonly DialogRow[] {
    return this.#named(this.#byCall.ids(call));
  }

  /** All but those of calls that are over, which go by themselves: nobody has to be woken for them. */
  standing(): readonly DialogRow[] {
    return this.#named(this.#standing);
  }

  /** Those that have ended, of one page or of all: who did so first comes first. */
  *ended(page?: string): IterableIterator<DialogRow> {
    for (const id of page === undefined ? this.#ended : this.#endedByPage.ids(page)) {
      const row = this.#rows.get(id);
      if (row !== undefined) yield row;
    }
  }

  /** A row that was there keeps its place. */
  put(row: DialogRow): void {
    this.#file(row.id, this.#rows.get(row.id), row);
    this.#rows.set(row.id, row);
  }

  delete(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#file(id, row, undefined);
    this.#rows.delete(id);
  }

  #file(id: string, before: DialogRow | undefined, now: DialogRow | undefined): void {
    this.#byCallId.move(id, before?.callId, now?.callId);
    this.#byPage.move(id, before?.page, now?.page);
    this.#byCall.move(id, before?.call, now?.call);
    this.#endedByPage.move(id, endedPageOf(before), endedPageOf(now));
    if (now?.state !== "ended") this.#ended.delete(id);
    else this.#ended.add(id);
    if (now === undefined || (now.call !== undefined && now.state === "ended")) this.#standing.delete(id);
    else this.#standing.add(id);
  }

  #named(ids: Iterable<string>): readonly DialogRow[] {
    const rows: DialogRow[] = [];
    for (const id of ids) {
      const row = this.#rows.get(id);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }
}

const endedPageOf = (row: DialogRow | undefined): string | undefined =>
  row?.state === "ended" ? row.page : undefined;

/** The table after the changes of one step, in place: only its owner calls this. */
export function applyDialogChanges(table: DialogTable, changes: readonly DialogChange[]): void {
  for (const change of changes) {
    if (change.kind === "putDialog") table.put(change.row);
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
  return table.ofCallId(callId).find((row) => row.localTag === localTag && row.remoteTag === remoteTag);
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
  /** The call whose INVITE it answers: another may have its Call-ID and tag. */
  readonly call?: string | undefined;
}

/**
 * The row whose request this message answers (RFC 6665 §4.4.1: same Call-ID, the tag of the sender, same
 * Event): a half-dialog, or one that another branch has formed and whose time to fork is not over.
 */
export function matchOpening(table: DialogTable, name: FormingName, now: EpochMs): DialogRow | undefined {
  let sibling: DialogRow | undefined;
  for (const row of table.ofCallId(name.callId)) {
    if (now >= row.formsUntil || !isOpener(row, name)) continue;
    if (name.call !== undefined && row.call !== name.call) continue;
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
  return table
    .ofCallId(callId)
    .filter((other) => other.openedBy === openedBy && openerTag(other) === tag && isOfOneRequest(other, row));
}

/** Whoever was once sent a Call-ID and tag can use them for a request of his own, which is another all the same. */
export const isOfOneRequest = (
  one: Pick<DialogRow, "openedBy" | "call" | "remoteAor">,
  other: Pick<DialogRow, "call" | "remoteAor">,
): boolean => one.call === other.call && (one.openedBy === "local" || one.remoteAor === other.remoteAor);

const openerTag = (row: DialogRow): string | undefined =>
  row.openedBy === "local" ? row.localTag : row.remoteTag;

const isOpener = (row: DialogRow, name: DialogName): boolean =>
  openerTag(row) === (row.openedBy === "local" ? name.localTag : name.remoteTag);
