// The row of a call: its entry in the user's log and, while it goes on, all a home needs to go on with it.
//
// Once a call is answered nobody is sent its INVITE again, so of the INVITE only the head stays.

import { after, type EpochMs, epochMs, millis } from "../../base/brand";
import { invariant } from "../../base/invariant";
import type { CallRecord } from "../../contracts/call-record";
import { type DialogRow, defaultDialogSettings } from "../../dialog/dialog-table";
import { restoreLeg } from "../../proxy/leg";
import { restoreContext } from "../../proxy/response-context";
import { isAnswered } from "../../proxy/response-context-state";
import type { Frame } from "../../sip/frame";
import type { SipRequest } from "../../sip/message";
import { parseMessage } from "../../sip/parser";
import { type FrameJson, frameOf, fromFrameJson, headOf, toFrameJson } from "../frame-json";
import type { Call, IncomingCall, OutgoingCall } from "./call";

/** So long a page may come back and be told that its call is over. */
export const farewellKept = millis(10 * 60_000);

/** The end of a call that has none yet. */
export const callIsOpen = epochMs(Number.MAX_SAFE_INTEGER);

/** As the table of calls keeps it, in JSON. */
export interface CallRow {
  /** That of its record. */
  readonly id: string;
  /** Until when a home reads it at a wake: what is over is an entry of the log, and nothing more. */
  readonly until: EpochMs;
  readonly record: CallRecord;
  /** The call; absent when it is over. */
  readonly state?: CallJson;
  /** Those that have ended are known a while longer (RFC 5407 §3.2). */
  readonly dialogs: readonly DialogRow[];
  /** Of one that is over: the refusal its page was sent and had not acknowledged when this was written. */
  readonly unheard?: { readonly page: string; readonly refusal: FrameJson };
}

type CallJson =
  | (Omit<OutgoingCall, "id" | "record" | "invite" | "parcel" | "kept" | "owed"> &
      Texts & { kept?: FrameJson })
  | (Omit<IncomingCall, "id" | "record" | "invite" | "parcel" | "kept" | "owed"> &
      Texts & { readonly kept: Readonly<Record<number, FrameJson>> });

interface Texts {
  readonly invite: FrameJson;
  readonly parcel: Omit<Call["parcel"], "frame"> & { readonly frame: FrameJson };
  readonly owed: readonly { readonly page: string; readonly frame: FrameJson }[];
}

/** The row of a call that goes on. */
export function openCallRow(call: Call, record: CallRecord, dialogs: readonly DialogRow[]): CallRow {
  return { id: call.id, until: callIsOpen, record, state: toJson(call), dialogs };
}

/** The row of a call that is over; `refused` where the page may not have heard so. */
export function closedCallRow(
  record: CallRecord,
  ended: readonly DialogRow[],
  refused: OutgoingCall | undefined,
  now: EpochMs,
): CallRow {
  const { id } = record;
  if (refused?.kept !== undefined) {
    const unheard = { page: refused.leg.page, refusal: toFrameJson(refused.kept) };
    return { id, until: after(now, farewellKept), record, dialogs: ended, unheard };
  }
  const isUnheard = ended.some(({ unheard }) => unheard === true);
  const knownFor = isUnheard ? farewellKept : defaultDialogSettings.endedFor;
  return { id, until: ended.length === 0 ? now : after(now, knownFor), record, dialogs: ended };
}

function toJson(call: Call): CallJson {
  const { id: _, record: __, invite, parcel, owed, ...rest } = call;
  const needsBody = call.side === "caller" ? call.leg.phase === "ringing" : !isAnswered(call.context);
  const texts: Texts = {
    invite: needsBody ? toFrameJson(frameOf(invite)) : headOf(invite),
    // What it was sent as is only needed while it may have to be sent elsewhere, which happens in its own call.
    parcel: { ...parcel, frame: "" },
    owed: owed.map(({ page, frame }) => ({ page, frame: toFrameJson(frame) })),
  };
  if (rest.side === "caller") {
    const { kept, ...others } = rest;
    return { ...others, ...texts, ...(kept === undefined ? {} : { kept: toFrameJson(kept) }) };
  }
  const kept = Object.entries(rest.kept).map(([branch, frame]) => [branch, toFrameJson(frame)]);
  return { ...rest, ...texts, kept: Object.fromEntries(kept) };
}

/** The call of a row that goes on, to be told what has happened since; undefined for one that is over. */
export function callOfRow({ id, record, state }: CallRow, now: EpochMs): Call | undefined {
  if (state === undefined) return undefined;
  const { invite, parcel, owed } = state;
  const texts = {
    id,
    record,
    invite: requestOf(fromFrameJson(invite)),
    parcel: { ...parcel, frame: fromFrameJson(parcel.frame) },
    owed: owed.map(({ page, frame }) => ({ page, frame: fromFrameJson(frame) })),
  };
  if (state.side === "caller") {
    const { kept, ...rest } = state;
    const restored: OutgoingCall = { ...rest, ...texts, leg: restoreLeg(rest.leg, now) };
    return kept === undefined ? restored : { ...restored, kept: fromFrameJson(kept) };
  }
  const kept = Object.entries(state.kept).map(([branch, frame]) => [branch, fromFrameJson(frame)]);
  return { ...state, ...texts, kept: Object.fromEntries(kept), context: restoreContext(state.context, now) };
}

/** The calls that go on, by their ids. */
export function callsIn(rows: readonly CallRow[], now: EpochMs): Map<string, Call> {
  const calls = rows.flatMap((row) => callOfRow(row, now) ?? []);
  return new Map(calls.map((call) => [call.id, call]));
}

/** The dialogs of calls, and those that have ended a moment ago. */
export const dialogsIn = (rows: readonly CallRow[]): readonly DialogRow[] =>
  rows.flatMap(({ dialogs }) => dialogs);

/** The INVITE of a frame that was read as one before. */
export function requestOf(frame: Frame): SipRequest {
  const parsed = parseMessage(frame);
  invariant(parsed.ok && parsed.value.kind === "request", "an INVITE that was read once parses");
  return parsed.value;
}
