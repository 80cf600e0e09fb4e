// The end of a step, as far as calls go: rows of calls that have changed are written, once each, and those that are over
// become entries of the log.

import type { CallRecord } from "../../contracts/call-record";
import type { DialogRow } from "../../dialog/dialog-table";
import type { Leg } from "../../proxy/leg-state";
import { isAnswered, isOpen } from "../../proxy/response-context-state";
import { noteEndOfCall } from "../events/dialog-info";
import { emit, type Turn } from "../turn";
import type { Call, IncomingCall, OutgoingCall } from "./call";
import { isTalkedElsewhere, takenElsewhere } from "./call-elsewhere";
import { closedCallRow, openCallRow } from "./call-row";
import { callChanged, dialogsOfCall } from "./calls";
import { endUnheard, refusalUnheard } from "./unheard";

/** Writes what was touched. */
export function settleCalls(turn: Turn): void {
  if (turn.touched.size === 0) return;
  for (const id of turn.touched) {
    const call = turn.state.calls.get(id);
    if (call !== undefined) settleCall(turn, call);
  }
  turn.touched.clear();
}

function settleCall(turn: Turn, call: Call): void {
  const { state, now } = turn;
  const dialogs = dialogsOfCall(state, call.id);
  const live = dialogs.filter((row) => isGoingOn(call, row));
  const isElsewhere = isTalkedElsewhere(call, now);
  if (isElsewhere && live.length === 0) forgetHalfDialogs(turn, call, dialogs);
  const isTalkedOver =
    isAnsweredCall(call) &&
    !isElsewhere &&
    !live.some(({ usages }) => usages.some(({ kind }) => kind === "invite"));
  const isOver =
    isMachineDone(call, live) &&
    live.length === 0 &&
    !isElsewhere &&
    call.owed.length + call.absences.length === 0;
  if (isOver) forgetCall(turn, call, dialogs);
  const { record } = call;
  if (record === undefined) return;
  const isClosing = record.endedAt === undefined && (isOver || isTalkedOver);
  const closed = isClosing ? { ...record, ...outcomeUnsaid(call, record), endedAt: now } : record;
  if (isClosing) {
    callChanged(turn);
    tellWhoSentItOn(turn, call);
  }
  if (closed.endedAt !== undefined) noteEnd(turn, call, closed);
  // What was talked is over with its BYE, though a transfer may keep the dialog (RFC 5057 §4); the end of what was
  // refused is its user's to hear first.
  const ends = call.isReopened !== true && (record.answeredAt === undefined ? isOver : isClosing);
  if (isOver) {
    endUnheard(turn, { ...call, record: closed });
    const ended = dialogs.filter((row) => row.state === "ended");
    const refused = refusalUnheard(turn, call.id);
    emit(turn, { kind: "putCall", row: closedCallRow(closed, ended, refused, now), ends });
    return;
  }
  const current: Call = { ...call, record: closed };
  state.calls.set(call.id, current);
  emit(turn, { kind: "putCall", row: openCallRow(current, closed, dialogsOfCall(state, call.id)), ends });
}

/** Once: a call that is over for its user may have machines to finish. */
function noteEnd(turn: Turn, call: Call, record: CallRecord): void {
  if (!turn.state.endedCalls.has(call.id)) noteEndOfCall(turn, call, record);
}

/** Who sent the call on is not in its way, and could not know that it is over (decision 0017). */
function tellWhoSentItOn(turn: Turn, call: Call): void {
  if (call.side === "caller" || call.parcel.sentOn === undefined || !isAnsweredCall(call)) return;
  const { key, from } = call.parcel;
  emit(turn, { kind: "sendReply", to: from, reply: { kind: "ended", key } });
}

/** Of a call that ended with nobody left to be told: the caller had gone, or this home was killed. */
function outcomeUnsaid(call: Call, { outcome }: CallRecord): Partial<CallRecord> {
  if (outcome !== "underway") return {};
  const cause = call.side === "caller" ? call.leg.cancel : call.context.ending;
  return { outcome: cause?.kind === "caller" ? "cancelled" : "failed" };
}

/** Once the call is answered, what is early elsewhere is over (RFC 3261 §13.2.2.4), and with a refusal all that is early. */
const isGoingOn = (call: Call, row: DialogRow): boolean =>
  row.state === "confirmed" || (row.state !== "ended" && isUndecided(call));

const isUndecided = (call: Call): boolean =>
  call.side === "caller"
    ? call.leg.phase === "ringing" && call.leg.dialogs.length === 0
    : !isAnswered(call.context) && call.context.phase !== "finished";

const isAnsweredCall = (call: Call): boolean =>
  call.side === "caller"
    ? call.leg.phase === "answered" || call.leg.dialogs.length > 0
    : isAnswered(call.context);

/** Nobody waits for the machine: whatever comes after this has no call any more. */
const isMachineDone = (call: Call, live: readonly DialogRow[]): boolean =>
  call.side === "caller" ? isLegDone(call, live) : isContextDone(call, live);

function isLegDone({ leg, within }: OutgoingCall, live: readonly DialogRow[]): boolean {
  switch (leg.phase) {
    case "finished":
      return true;
    case "ringing":
      return false;
    case "answered":
      // RFC 3261 §13.2.2.4: within a dialog the 2xx comes again until its ACK does.
      if (within !== undefined) return !isUnacknowledged(leg);
      return live.length === 0 && !(leg.wasCut && isUnacknowledged(leg));
    case "refused":
      // All that is left is the ACK of the page, which finds no call and is dropped.
      return leg.refusal?.own === false && leg.socket !== undefined;
  }
}

const isUnacknowledged = ({ dialogs }: Leg): boolean =>
  dialogs.some(({ state }) => state === "unacknowledged");

function isContextDone(
  { context, within, isAcknowledged }: IncomingCall,
  live: readonly DialogRow[],
): boolean {
  if (context.phase === "finished" || isAcknowledged === true) return true;
  if (within !== undefined || !isAnswered(context) || live.length > 0) return false;
  return takenElsewhere(context).length === 0 && !context.branches.some(isOpen);
}

/** Nobody here can answer any more: what the INVITE had opened opens nothing. */
function forgetHalfDialogs(turn: Turn, call: Call, dialogs: readonly DialogRow[]): void {
  if (call.side === "caller" || call.context.branches.some(isOpen)) return;
  for (const { id, state } of dialogs) if (state === "half") turn.state.dialogs.delete(id);
}

function forgetCall(turn: Turn, call: Call, dialogs: readonly DialogRow[]): void {
  const { state } = turn;
  state.calls.delete(call.id);
  for (const { id, state: phase } of dialogs) if (phase !== "ended") state.dialogs.delete(id);
  if (call.side === "callee") for (const { via } of call.branches) state.branches.delete(via);
}
