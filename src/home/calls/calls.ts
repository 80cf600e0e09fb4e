// The open calls of a home: found, changed, and marked to be written.

import type { CallRecord } from "../../contracts/call-record";
import type { DialogRow } from "../../dialog/dialog-table";
import type { HomeState } from "../state";
import type { Turn } from "../turn";
import type { Call, IncomingCall, OutgoingCall } from "./call";

/** The call as it is from now on; `touchCall` where a lost memory could not make that good. */
export function setCall<Kind extends Call>(turn: Turn, call: Kind): Kind {
  turn.state.calls.set(call.id, call);
  callChanged(turn);
  return call;
}

/** Has the call's row written at the end of this step. */
export function touchCall(turn: Turn, id: string): void {
  turn.touched.add(id);
  callChanged(turn);
}

/** What watchers are told of calls may be another. */
export function callChanged({ changed }: Turn): void {
  changed.add("dialog").add("presence");
}

/** The call with that record from now on; one that is over keeps its end. */
export function setRecord(turn: Turn, id: string, change: Partial<CallRecord>): void {
  const call = turn.state.calls.get(id);
  if (call?.record === undefined) return;
  setCall(turn, { ...call, record: { ...call.record, ...change } });
}

export function outgoingCall(state: HomeState, id: string): OutgoingCall | undefined {
  const call = state.calls.get(id);
  return call?.side === "caller" ? call : undefined;
}

export function incomingCall(state: HomeState, id: string): IncomingCall | undefined {
  const call = state.calls.get(id);
  return call?.side === "callee" ? call : undefined;
}

/** The call whose INVITE went out, or came in, as that parcel. */
export function callOfParcel<Side extends Call["side"]>(
  state: HomeState,
  side: Side,
  key: string,
): Extract<Call, { side: Side }> | undefined {
  for (const call of state.calls.values()) {
    if (call.side === side && call.parcel.key === key) return call as Extract<Call, { side: Side }>;
  }
  return undefined;
}

/** The dialogs of a call. */
export function dialogsOfCall(state: HomeState, id: string): readonly DialogRow[] {
  return state.dialogs.ofCall(id);
}

export const isLive = ({ state }: DialogRow): boolean => state !== "ended";

/** INVITEs that may wait within one dialog: one in each direction, and as many again for a page that came back. */
const mostWithin = 4;

/**
 * RFC 3261 §14.1, §14.2: whoever sends one more while others wait is told 500 and when to come again. No limit of calls
 * counts these, and each is held with its octets until it is answered.
 */
export function hasInvitesWithin(state: HomeState, dialog: string): boolean {
  let waiting = 0;
  for (const { within } of state.calls.values()) if (within === dialog) waiting++;
  return waiting >= mostWithin;
}
