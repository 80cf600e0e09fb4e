// The judgement of a request with a To tag: whether the dialog it names exists here and whether its sender may
// speak in it (RFC 3261 §12.2.2, RFC 6665 §4.1.3, §4.4.1; RFC 5407 §3.2 for what crosses the end of a dialog).
//
// A proxy that knows all dialogs of its user can answer for them: a request nobody can place is 481 here and
// wakes no device. Responses are not judged: they follow their transaction.

import type { EpochMs } from "../base/brand";
import type { Refusal } from "../sip/refusal";
import { type DialogName, type DialogRow, type DialogTable, findDialog, matchOpening } from "./dialog-table";
import type { Usage } from "./usage";

export interface InDialogRequest {
  readonly method: string;
  readonly callId: string;
  readonly fromTag: string;
  readonly toTag: string;
  /** The page whose socket it came from; undefined when it comes from the other side. */
  readonly sentByPage: string | undefined;
  /** The subscription a NOTIFY belongs to, from its Event. */
  readonly usage?: Usage | undefined;
}

export type Judgement =
  | { readonly kind: "known"; readonly row: DialogRow }
  /** A NOTIFY that forms a dialog of this row's request once it is answered with a 2xx. */
  | { readonly kind: "forms"; readonly row: DialogRow }
  /** It may be within an early dialog of this row's INVITE: those are in no row. */
  | { readonly kind: "early"; readonly row: DialogRow }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** An ACK, which nobody may answer. */
  | { readonly kind: "dropped" };

/** Judges a request with a To tag; the row names the page it is to go to, or has come from. */
export function judgeInDialog(table: DialogTable, request: InDialogRequest, now: EpochMs): Judgement {
  const name = nameOf(request);
  const row = findDialog(table, name.callId, name.localTag, name.remoteTag);
  if (row === undefined) return judgeForming(table, request, name, now);
  if (!maySend(row, request)) return unknown(request);
  // RFC 5407 §3.2.1, §3.2.4: a BYE that crossed another, and an ACK, are still good; the rest comes too late.
  const late = row.state === "ended" && request.method !== "BYE" && request.method !== "ACK";
  return late ? unknown(request) : { kind: "known", row };
}

/** The names as this home's user sees them: who sends a request has the From tag. */
function nameOf({ callId, fromTag, toTag, sentByPage }: InDialogRequest): DialogName {
  return sentByPage === undefined
    ? { callId, localTag: toTag, remoteTag: fromTag }
    : { callId, localTag: fromTag, remoteTag: toTag };
}

/** RFC 6665 §4.4.1: of all requests only a NOTIFY forms a dialog from within. */
function judgeForming(
  table: DialogTable,
  request: InDialogRequest,
  name: DialogName,
  now: EpochMs,
): Judgement {
  // RFC 3261 §12.1: a provisional response forms one, and who has it speaks in it, before and after the answer.
  const opener = matchOpening(table, { ...name, usage: { kind: "invite" } }, now);
  if (opener !== undefined && opener.state !== "ended") return { kind: "early", row: opener };
  if (request.method !== "NOTIFY" || request.usage === undefined) return unknown(request);
  const row = matchOpening(table, { ...name, usage: request.usage }, now);
  return row !== undefined && maySend(row, request) && isNotifier(row, request)
    ? { kind: "forms", row }
    : unknown(request);
}

/** A page speaks in its own dialogs only. */
const maySend = (row: DialogRow, { sentByPage }: InDialogRequest): boolean =>
  sentByPage === undefined || sentByPage === row.page;

/** The NOTIFY comes from the side that was subscribed to. */
const isNotifier = (row: DialogRow, { sentByPage }: InDialogRequest): boolean =>
  (row.openedBy === "local") === (sentByPage === undefined);

const unknown = ({ method }: InDialogRequest): Judgement =>
  method === "ACK"
    ? { kind: "dropped" }
    : { kind: "refused", refusal: { status: 481, reason: "Call/Transaction Does Not Exist" } };
