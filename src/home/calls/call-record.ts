// The entry of a call in its user's log: begun with the INVITE, closed with the call.

import type { EpochMs } from "../../base/brand";
import type { CallOutcome, CallRecord } from "../../contracts/call-record";
import { parseNameAddr } from "../../sip/headers/name-addr";
import { headerValue, type SipRequest } from "../../sip/message";
import { emit, type Turn } from "../turn";
import { setRecord } from "./calls";

/** Characters of what the other side calls itself. */
const longestName = 128;
const longestUri = 512;
const longestCallId = 256;

/** Sorts by time: calls of one moment in any order. */
export const callIdAt = (at: EpochMs): string => at.toString(36).padStart(9, "0");

/** A new entry, and room for it. */
export function beginRecord(
  turn: Turn,
  id: string,
  direction: CallRecord["direction"],
  invite: SipRequest,
  device?: string,
): CallRecord {
  const { logEntries, logFor } = turn.ports.settings.calls;
  const before = callIdAt((turn.now - logFor) as EpochMs);
  emit(turn, { kind: "trimCalls", keep: logEntries, before });
  const other = parseNameAddr(headerValue(invite, direction === "incoming" ? "from" : "to") ?? "");
  const peer = other.ok ? other.value.uri : invite.requestUri;
  const name = other.ok ? other.value.display : undefined;
  return {
    id,
    direction,
    callId: (headerValue(invite, "call-id") ?? "").slice(0, longestCallId),
    peer: peer.slice(0, longestUri),
    ...(name === undefined || name === "" ? {} : { peerName: name.slice(0, longestName) }),
    startedAt: turn.now,
    outcome: "underway",
    ...(device === undefined ? {} : { device }),
  };
}

/** The first 2xx counts. */
export function recordAnswer(turn: Turn, id: string, device: string | undefined): void {
  const record = turn.state.calls.get(id)?.record;
  if (record === undefined || record.answeredAt !== undefined) return;
  setRecord(turn, id, {
    outcome: record.forwardedTo === undefined ? "answered" : "forwarded",
    answeredAt: turn.now,
    ...(device === undefined ? {} : { device }),
  });
}

/** The call was refused; `byCaller`: who called has hung up before. */
export function recordRefusal(turn: Turn, id: string, status: number, byCaller: boolean): void {
  const record = turn.state.calls.get(id)?.record;
  if (record === undefined || record.outcome !== "underway") return;
  setRecord(turn, id, { outcome: byCaller ? "cancelled" : outcomeOf(status), status, endedAt: turn.now });
}

function outcomeOf(status: number): CallOutcome {
  if (status === 486 || status === 600) return "busy";
  if (status === 603 || status === 607 || status === 608) return "declined";
  if (status === 480 || status === 408 || status === 487) return "noAnswer";
  return "failed";
}
