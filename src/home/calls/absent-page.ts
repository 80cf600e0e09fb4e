// A page that is away from its calls (design "When a device is away in a call"): what waits for it, what is said for it,
// and what becomes of its calls when it does not come back.
//
// That a page is away from a confirmed call is written in the call's row, since the object may leave memory before its
// time is over. What waits for ten seconds waits in memory.

import { after, type EpochMs, epochMs, type Millis } from "../../base/brand";
import type { Parcel } from "../../contracts/parcel";
import type { DialogRow } from "../../dialog/dialog-table";
import type { Frame } from "../../sip/frame";
import { headerValue, type SipRequest, type SipResponse } from "../../sip/message";
import { parseMessage } from "../../sip/parser";
import { isPageOf, isPageOpen, socketOfPage } from "../page";
import { answer, reply } from "../reply";
import type { ParkedRequest, Socket } from "../state";
import { sendToPage } from "../to-page";
import { log, type Turn } from "../turn";
import type { Call, OwedRequest } from "./call";
import { isTalked } from "./call-dialogs";
import { farewellKept } from "./call-row";
import { setCall, touchCall } from "./calls";
import { farewellTo, sayBye } from "./last-word";
import { reopen } from "./unheard";

/** Requests that may wait for one home's pages. */
const mostParked = 200;

/** Why a home hangs up for a page (RFC 3326). */
const pageGone = 'SIP;cause=480;text="Page gone"';

/** Keeps a request within a dialog until its page is back, in order; 504 if that takes too long. */
export function park(turn: Turn, parcel: Parcel, request: SipRequest, { id, page }: DialogRow): void {
  const { parked } = turn.state;
  if (parked.size >= mostParked) return giveUpOn(turn, parcel, request);
  const giveUpAt = after(turn.now, turn.ports.settings.calls.backWithin);
  parked.set(parcel.key, { parcel, request, page, dialog: id, giveUpAt });
  reply(turn, parcel, { kind: "pending", key: parcel.key });
}

/** RFC 5057 Table 2: a 504 ends nothing but its own transaction. */
function giveUpOn(turn: Turn, parcel: Parcel, request: SipRequest): void {
  answer(turn, parcel, request, 504, { lines: [["Retry-After", "5"]] });
}

/** What waits for the page in the call's row, so that nothing can lose it. */
export function owe(turn: Turn, row: DialogRow, frame: Frame): void {
  if (row.call !== undefined) oweFor(turn, row.call, row.page, frame, turn.ports.settings.calls.grace);
}

/**
 * A BYE waits for its page as long as one that its home says: of a page that was cut with it under way nobody knows
 * whether it has read it. False when the call is no longer known.
 */
export function oweBye(turn: Turn, row: DialogRow, frame: Frame): boolean {
  const { call = "", page } = row;
  reopen(turn, call);
  if (!turn.state.calls.has(call)) return false;
  talksNoMore(turn, call, row);
  oweFor(turn, call, page, frame, farewellKept);
  return true;
}

/** Until when it might have come back to what it talked in is no matter any more, unless it talks in another dialog of the call. */
function talksNoMore(turn: Turn, id: string, { id: dialog, page }: DialogRow): void {
  const call = turn.state.calls.get(id);
  const talks = turn.state.dialogs
    .ofCall(id)
    .some((row) => row.id !== dialog && row.page === page && isTalked(row));
  if (call === undefined || talks) return;
  setCall(turn, { ...call, absences: call.absences.filter((each) => each.page !== page) });
}

function oweFor(turn: Turn, id: string, page: string, frame: Frame, span: Millis): void {
  const call = turn.state.calls.get(id);
  if (call === undefined) return;
  setCall(turn, { ...call, owed: [...call.owed, { page, frame }] });
  setAbsence(turn, id, page, span);
}

/**
 * The page is back on whatever socket: it has all that waited, in order. A BYE waits on until the page has answered it,
 * for this socket may be gone, too, before it is read, and nobody would say it again.
 */
export function pageCameBack(turn: Turn, page: string, deliver: (parked: ParkedRequest) => void): void {
  const socket = socketOfPage(turn, page);
  if (socket === undefined) return;
  for (const call of [...turn.state.calls.values()]) {
    const isIts = (each: { readonly page: string }): boolean => each.page === page;
    if (!call.owed.some(isIts) && !call.absences.some(isIts)) continue;
    const requests = call.owed.filter(isIts).flatMap(({ frame }) => requestIn(frame) ?? []);
    keepOwed(turn, call, page, ({ frame }) => requestIn(frame)?.method === "BYE");
    for (const request of requests) sendToPage(turn, socket.id, page, request);
  }
  for (const [key, each] of [...turn.state.parked]) {
    if (each.page !== page) continue;
    turn.state.parked.delete(key);
    deliver(each);
  }
}

/** A page has answered a BYE that it was owed. */
export function byeAnswered(turn: Turn, socket: Socket, response: SipResponse): void {
  const isSaid = ({ page, frame }: OwedRequest): boolean => {
    const request = isPageOf(socket, page) ? requestIn(frame) : undefined;
    return (
      request?.method === "BYE" &&
      headerValue(request, "call-id") === headerValue(response, "call-id") &&
      headerValue(request, "cseq") === headerValue(response, "cseq")
    );
  };
  for (const call of [...turn.state.calls.values()]) {
    const said = call.owed.find(isSaid);
    if (said !== undefined) keepOwed(turn, call, said.page, (each) => !isSaid(each));
  }
}

/** Of what that page is owed only this is left; with nothing left it is away no more. */
function keepOwed(turn: Turn, call: Call, page: string, isKept: (owed: OwedRequest) => boolean): void {
  const owed = call.owed.filter((each) => each.page !== page || isKept(each));
  const isOwed = owed.some((each) => each.page === page);
  const absences = isOwed ? call.absences : call.absences.filter((each) => each.page !== page);
  if (owed.length === call.owed.length && absences.length === call.absences.length) return;
  setCall(turn, { ...call, owed, absences });
  touchCall(turn, call.id);
}

function requestIn(frame: Frame): SipRequest | undefined {
  const parsed = parseMessage(frame);
  return parsed.ok && parsed.value.kind === "request" ? parsed.value : undefined;
}

/** The page's last socket is gone: its confirmed calls wait for it. */
export function pageLeft(turn: Turn, page: string): void {
  for (const row of turn.state.dialogs.ofPage(page)) {
    if (row.call !== undefined && isTalked(row)) {
      setAbsence(turn, row.call, page, turn.ports.settings.calls.grace);
    }
  }
}

/** The device shows another page, and this one has no socket: its calls end soon, unless they are claimed. */
export function pageReplaced(turn: Turn, page: string): void {
  for (const call of [...turn.state.calls.values()]) {
    if (call.absences.some((each) => each.page === page)) {
      setAbsence(turn, call.id, page, turn.ports.settings.calls.claimedWithin);
    }
  }
}

/** The page has at most so long from now; what it had before, if that is less. */
function setAbsence(turn: Turn, id: string, page: string, span: Millis): void {
  const call = turn.state.calls.get(id);
  if (call === undefined) return;
  const known = call.absences.find((each) => each.page === page);
  const endsAt = epochMs(Math.min(known?.endsAt ?? Number.MAX_SAFE_INTEGER, after(turn.now, span)));
  const others = call.absences.filter((each) => each.page !== page);
  setCall(turn, { ...call, absences: [...others, { page, endsAt }] });
  touchCall(turn, id);
}

/** Memory began anew: pages of calls that have no socket are found, their time runs from now on. */
export function findAbsentPages(turn: Turn): void {
  for (const row of turn.state.dialogs.standing()) {
    const call = row.call === undefined ? undefined : turn.state.calls.get(row.call);
    if (call === undefined || !isTalked(row) || isPageOpen(turn, row.page)) continue;
    if (!call.absences.some((each) => each.page === row.page)) pageLeft(turn, row.page);
  }
}

/** Whose time is over: the call ends for the other side too, and what was owed is owed no more. */
export function sweepAbsences(turn: Turn): void {
  for (const call of [...turn.state.calls.values()]) {
    for (const { page } of call.absences.filter(({ endsAt }) => endsAt <= turn.now))
      giveUpPage(turn, call.id, page);
  }
  for (const [key, { parcel, request, giveUpAt }] of [...turn.state.parked]) {
    if (giveUpAt > turn.now) continue;
    turn.state.parked.delete(key);
    log(turn, "page away", { method: request.method });
    giveUpOn(turn, parcel, request);
  }
}

function giveUpPage(turn: Turn, id: string, page: string): void {
  const call = turn.state.calls.get(id);
  if (call === undefined) return;
  setCall(turn, {
    ...call,
    owed: call.owed.filter((each) => each.page !== page),
    absences: call.absences.filter((each) => each.page !== page),
  });
  touchCall(turn, id);
  for (const row of turn.state.dialogs.ofCall(id)) {
    // One that is here, and has not answered a BYE of another dialog, talks on.
    if (row.page !== page || !isTalked(row) || isPageOpen(turn, page)) continue;
    const farewell = farewellTo(row, pageGone);
    sayBye(turn, row, pageGone);
    if (farewell !== undefined) oweFor(turn, id, page, farewell, farewellKept);
  }
}

/** The account's sockets are closed for good: the calls of its pages end with them (design "Trust"). */
export function endCallsOf(turn: Turn, reason: string): void {
  for (const row of turn.state.dialogs.standing()) if (isTalked(row)) sayBye(turn, row, reason);
}

/** The next moment that `sweepAbsences` has something to do which no row tells of. */
export function nextParked(parked: ReadonlyMap<string, ParkedRequest>): EpochMs | undefined {
  // All have the same time, so the first is the oldest.
  return parked.values().next().value?.giveUpAt;
}
