// Calls that are over by their rows, and of which one of our pages may not have heard so yet: the other side's BYE, or
// the refusal of the INVITE, is on its way to it.
//
// In memory alone while the page may answer, which is a moment, so that a call that ends as it should costs no row for
// it. When the socket ends first the call goes on, with what its page is owed in its row. The row that is written at its
// end anyway says that this was so then: where memory and sockets are lost together, it is all that is left
// (`unheard-rows.ts`).

import type { EpochMs } from "../../base/brand";
import type { DialogRow } from "../../dialog/dialog-table";
import { branchOf } from "../../sip/headers/via";
import { headerValue, type SipRequest } from "../../sip/message";
import type { Socket } from "../state";
import type { Turn } from "../turn";
import type { Call, OutgoingCall } from "./call";
import { dialogsOfCall, setCall, touchCall } from "./calls";

/** Pages that never answer must not fill the memory: of more the oldest are taken to have heard. */
export const mostUnheard = 50;

/** The last word of that call is on its way to a page. */
export function awaitHearing(turn: Turn, call: Call): void {
  const { unheard } = turn.state;
  // An INVITE within a dialog ends nothing but itself.
  if (call.within !== undefined) return;
  unheard.delete(call.id);
  unheard.set(call.id, call);
  const [oldest] = unheard.keys();
  if (unheard.size > mostUnheard && oldest !== undefined) unheard.delete(oldest);
}

/** The BYE of that dialog is on its way to its page. */
export function awaitByeHeard(turn: Turn, row: DialogRow): void {
  const call = turn.state.calls.get(row.call ?? "");
  if (call === undefined || row.state === "ended") return;
  awaitHearing(turn, call);
  turn.state.dialogs.put({ ...row, unheard: true });
}

/** The call is over, with the record that it has in the end. */
export function endUnheard({ state }: Turn, call: Call): void {
  if (state.unheard.has(call.id)) state.unheard.set(call.id, call);
}

/** The page has answered. */
export function heard({ state }: Turn, id: string | undefined): void {
  if (id === undefined) return;
  state.unheard.delete(id);
  // Its row says otherwise until it is written for another reason: to write it for this one is what no call shall pay.
  for (const row of dialogsOfCall(state, id)) if (row.unheard === true) state.dialogs.put(heardRow(row));
}

/** The row of a dialog whose page has answered its BYE. */
export function heardRow({ unheard: _, ...row }: DialogRow): DialogRow {
  return row;
}

/** RFC 3261 §17.1.1.3: the ACK of a refusal names its INVITE by the branch; false when it is for no such call. */
export function refusalHeard(turn: Turn, socket: Socket, ack: SipRequest): boolean {
  const branch = branchOf(headerValue(ack, "via") ?? "");
  for (const call of turn.state.unheard.values()) {
    if (call.side !== "caller" || call.leg.phase !== "refused" || call.leg.branchIn !== branch) continue;
    if (call.leg.socket !== socket.id && call.leg.page !== socket.page) continue;
    heard(turn, call.id);
    return true;
  }
  return false;
}

/** Refusals on their way to a socket that is gone. */
export const refusalsOn = (turn: Turn, socket: string): readonly OutgoingCall[] =>
  [...turn.state.unheard.values()].filter(
    (call): call is OutgoingCall => isRefused(call) && call.leg.socket === socket,
  );

/** The refusal that is on its way to the page of that call. */
export function refusalUnheard({ state }: Turn, id: string): OutgoingCall | undefined {
  const call = state.unheard.get(id);
  return call !== undefined && isRefused(call) ? call : undefined;
}

const isRefused = (call: Call): call is OutgoingCall =>
  call.side === "caller" && call.leg.phase === "refused";

/** The call goes on until its page has heard. */
export function reopen(turn: Turn, id: string): void {
  const call = turn.state.unheard.get(id);
  if (call === undefined) return;
  heard(turn, id);
  // It was not over: a transfer keeps it (RFC 5057 §4), or a fork, and it is another since.
  if (turn.state.calls.has(id)) return;
  setCall(turn, { ...call, isReopened: true });
  touchCall(turn, id);
}

/** RFC 3261 §17.2.1, Timer H: nobody waits for the ACK any more. */
export function sweepUnheard({ state, now }: Turn): void {
  for (const [id, call] of [...state.unheard])
    if ((unheardUntil(call) ?? now + 1) <= now) state.unheard.delete(id);
}

/** When `sweepUnheard` has something to do; that of a BYE ends with its delivery. */
export function nextUnheard(unheard: ReadonlyMap<string, Call>): EpochMs | undefined {
  // All have the same time, so the first is the oldest.
  for (const call of unheard.values()) {
    const until = unheardUntil(call);
    if (until !== undefined) return until;
  }
  return undefined;
}

const unheardUntil = (call: Call): EpochMs | undefined =>
  isRefused(call) ? call.leg.timers.forget : undefined;
