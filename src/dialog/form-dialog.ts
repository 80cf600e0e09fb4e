// How a row of the dialog table comes to be: opened by a request, formed by what answers it, prolonged by signs
// of life (RFC 3261 §12.1, RFC 6665 §4.1.2.4, §4.4.1; RFC 4028 for the length of a call).

import { after, type EpochMs, type Millis, millis } from "../base/brand";
import { err, ok, type Result } from "../base/result";
import type { Refusal } from "../sip/refusal";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import type { DialogState } from "./dialog";
import {
  type DialogChange,
  type DialogRow,
  type DialogSettings,
  type DialogTable,
  defaultDialogSettings,
  type FormingName,
  findDialog,
  isOfOneRequest,
  matchOpening,
  siblingsOf,
} from "./dialog-table";
import { isSameUsage, type Usage } from "./usage";

/** A request that can form a dialog, as it passes. */
export interface Opening {
  /** For the row, if one is made. */
  readonly id: string;
  readonly callId: string;
  readonly openedBy: DialogRow["openedBy"];
  /** The From tag. */
  readonly tag: string;
  readonly page: string;
  readonly device: string;
  readonly remoteAor?: AddressOfRecord;
  readonly usage: Usage;
  readonly call?: string;
  readonly view?: DialogState;
}

/**
 * The half-dialog of a request without To tag. The same request once more, as with credentials, finds its row
 * and gives it new time. 503 when the table, or the page's part of it, is full.
 */
export function openHalfDialog(
  table: DialogTable,
  opening: Opening,
  now: EpochMs,
  settings: DialogSettings = defaultDialogSettings,
): Result<readonly DialogChange[], Refusal> {
  const { id, callId, openedBy, tag, page, device, remoteAor, usage, call, view } = opening;
  const forms = usage.kind === "invite" ? settings.inviteForms : settings.subscribeForms;
  const formsUntil = after(now, forms);
  const known = table.ofCallId(callId).find((row) => row.state === "half" && isOpenedBy(row, opening));
  const room = known === undefined ? roomFor(table, opening, now, settings) : ok([]);
  if (!room.ok) return room;
  const row: DialogRow = {
    id: known?.id ?? id,
    callId,
    ...(openedBy === "local" ? { localTag: tag } : { remoteTag: tag }),
    openedBy,
    page,
    device,
    ...(remoteAor !== undefined && { remoteAor }),
    ...(openedBy === "local" && call === undefined && { namesHome: true }),
    usages: [usage],
    state: "half",
    formsUntil,
    expiresAt: formsUntil,
    ...(call !== undefined && { call }),
    ...(view !== undefined && { view }),
  };
  return ok([...room.value, { kind: "putDialog", row }]);
}

/** Strangers' SUBSCRIBEs and REFERs, answered or not, must not take the room of what the user himself begins. */
function roomFor(
  table: DialogTable,
  { openedBy, usage, page, remoteAor }: Opening,
  now: EpochMs,
  settings: DialogSettings,
): Result<readonly DialogChange[], Refusal> {
  if (openedBy === "local" || usage.kind === "invite") return makeRoom(table, page, settings);
  const rows = table.standing().filter((row) => row.openedBy === "remote" && row.call === undefined);
  const own = rows.filter((row) => row.remoteAor === remoteAor);
  const isOneCrowded = own.length >= settings.subscriptionsOfOne;
  if (!isOneCrowded && rows.length < settings.subscriptionsOfOthers) return makeRoom(table, page, settings);
  const spent = (isOneCrowded ? own : rows).find((row) => isSpent(row, now));
  return spent === undefined ? err(full) : ok([{ kind: "deleteDialog", id: spent.id }]);
}

/** Over, or a REFER's that was taken a while ago: some phones never send the NOTIFY that ends it. */
const isSpent = ({ state, usages, formsUntil }: DialogRow, now: EpochMs): boolean =>
  state === "ended" ||
  (state === "confirmed" &&
    formsUntil <= now &&
    usages.every((usage) => usage.kind === "subscription" && usage.event === "refer"));

function isOpenedBy(row: DialogRow, opening: Opening): boolean {
  const { openedBy, tag, page, usage } = opening;
  return (
    isOfOneRequest(row, opening) &&
    row.openedBy === openedBy &&
    (openedBy === "local" ? row.localTag : row.remoteTag) === tag &&
    row.page === page &&
    row.usages.some((other) => isSameUsage(other, usage))
  );
}

/** What forms a dialog: a 101-199 or 2xx response with a To tag, or a NOTIFY that was answered with a 2xx. */
export interface Forming extends FormingName {
  /** For the row, if one is made: a fork, or a usage within an unknown dialog. */
  readonly id: string;
  readonly state: "early" | "confirmed";
  /** How long it lasts unless refreshed: Expires, Subscription-State or Session-Expires; undefined if unsaid. */
  readonly lifetime: Millis | undefined;
  /** Where the answer came from, when it is this home's user who was asked. */
  readonly page?: string;
  readonly device?: string;
  /** The home of the other side, where the answer shows that the request was sent on to another. */
  readonly remoteAor?: AddressOfRecord;
  readonly view?: DialogState;
}

/**
 * The dialog formed, or the usage added to one that exists. 481 when no request here asked for it; 503 when
 * the request has forked too often or the table is full.
 */
export function formDialog(
  table: DialogTable,
  forming: Forming,
  now: EpochMs,
  settings: DialogSettings = defaultDialogSettings,
): Result<readonly DialogChange[], Refusal> {
  const known = findDialog(table, forming.callId, forming.localTag, forming.remoteTag);
  if (known !== undefined) return ok(addTo(known, forming, now, settings));
  const opener = matchOpening(table, forming, now);
  if (opener === undefined) return err({ status: 481, reason: "Subscription Does Not Exist" });
  const formed = formedRow(opener, forming, now, settings);
  if (opener.state === "half") return ok([{ kind: "putDialog", row: formed }]);
  // RFC 6665 §4.4.1, RFC 3261 §13.2.2.4: another tag is another dialog.
  if (siblingsOf(table, opener).length >= settings.dialogsPerRequest) return err(full);
  const room = makeRoom(table, formed.page, settings);
  return room.ok
    ? ok([...room.value, { kind: "putDialog", row: { ...formed, id: forming.id, usages: [forming.usage] } }])
    : room;
}

function formedRow(opener: DialogRow, forming: Forming, now: EpochMs, settings: DialogSettings): DialogRow {
  const { localTag, remoteTag, state, page, device, remoteAor, view } = forming;
  const { endedAt: _ended, view: _view, ...request } = opener;
  const kept = view ?? (opener.state === "half" ? opener.view : undefined);
  return {
    ...request,
    localTag,
    remoteTag,
    state,
    ...(page !== undefined && { page }),
    ...(device !== undefined && { device }),
    ...(remoteAor !== undefined && { remoteAor }),
    expiresAt: expiryOf(forming.lifetime, now, settings),
    ...(kept !== undefined && { view: kept }),
  };
}

/** A 2xx after an 18x or after the NOTIFY, or a new subscription within the dialog (RFC 6665 §4.5.2). */
function addTo(
  row: DialogRow,
  forming: Forming,
  now: EpochMs,
  settings: DialogSettings,
): readonly DialogChange[] {
  if (row.state === "ended") return [];
  const isNew = !row.usages.some((usage) => isSameUsage(usage, forming.usage));
  if (isNew && row.usages.length >= settings.usagesPerDialog) return [];
  const state = row.state === "confirmed" ? row.state : forming.state;
  // RFC 5057 §4: a transfer that began while it rang has confirmed it already, and the 2xx is the first to show the target.
  const isShown = row.view === undefined && forming.view !== undefined;
  if (!isNew && !isShown && state === row.state) return prolong(row, forming.lifetime, now, settings);
  const alive: DialogRow = {
    ...row,
    state,
    usages: isNew ? [...row.usages, forming.usage] : row.usages,
    expiresAt: expiryOf(forming.lifetime, now, settings),
    // Until it was answered, whoever spoke first in it was taken for the other side.
    ...(forming.remoteAor !== undefined && { remoteAor: forming.remoteAor }),
    ...(forming.view !== undefined && { view: forming.view }),
  };
  return [{ kind: "putDialog", row: alive }];
}

/**
 * A sign of life: a refresh, with what it agreed on, or any request that passed. The row is written only when
 * its slack is used up, so that the session refreshes of a long call cost a row an hour.
 */
export function prolong(
  row: DialogRow,
  lifetime: Millis | undefined,
  now: EpochMs,
  settings: DialogSettings = defaultDialogSettings,
): readonly DialogChange[] {
  if (row.state === "half" || row.state === "ended") return [];
  if (row.expiresAt >= after(now, agreedLength(lifetime, settings))) return [];
  return [{ kind: "putDialog", row: { ...row, expiresAt: expiryOf(lifetime, now, settings) } }];
}

/** A target refresh or a new route set: the page's view with it. Sequence numbers alone write no row. */
export function updateView(row: DialogRow, view: DialogState): readonly DialogChange[] {
  const same =
    row.view?.remoteTarget === view.remoteTarget &&
    row.view.routeSet.length === view.routeSet.length &&
    row.view.routeSet.every((route, index) => route === view.routeSet[index]);
  return same ? [] : [{ kind: "putDialog", row: { ...row, view } }];
}

function expiryOf(lifetime: Millis | undefined, now: EpochMs, settings: DialogSettings): EpochMs {
  return after(now, millis(agreedLength(lifetime, settings) + settings.slack));
}

const agreedLength = (lifetime: Millis | undefined, settings: DialogSettings): Millis =>
  lifetime === undefined ? settings.staleAfter : millis(Math.min(lifetime, settings.longest));

const full: Refusal = { status: 503, reason: "Too Many Dialogs", lines: [["Retry-After", "60"]] };

/** Room for one more row: the oldest ended one goes, if the table is full; a live one never does. */
function makeRoom(
  table: DialogTable,
  page: string,
  settings: DialogSettings,
): Result<readonly DialogChange[], Refusal> {
  const isPageCrowded = table.countOfPage(page) >= settings.dialogsPerPage;
  if (!isPageCrowded && table.size < settings.dialogs) return ok([]);
  const { value: oldest } = table.ended(isPageCrowded ? page : undefined).next();
  return oldest === undefined ? err(full) : ok([{ kind: "deleteDialog", id: oldest.id }]);
}
