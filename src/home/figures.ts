// What the operator's figures count of a home: read off the effects of its steps, at this one place, so that nothing of
// the protocol knows. A request counts when its user is answered, so that a challenge counts for nothing.

import type { EpochMs } from "../base/brand";
import type { CallRecord } from "../contracts/call-record";
import type { AccountFigures, CounterName, Counts, EndedCall } from "../contracts/figures";
import type { Frame } from "../sip/frame";
import { type AddressOfRecord, addressOfRecordOf, aorHost } from "../sip/uri/address-of-record";
import { parseUri } from "../sip/uri/uri";
import { anyAccount } from "./administration";
import type { HomeEffect } from "./effect";
import type { HomeState } from "./state";

export type Tally = { -readonly [Name in CounterName]?: number };

/** Adds `more` to `tally`, in place. */
export function tallyUp(tally: Tally, more: Counts): void {
  for (const [name, count] of Object.entries(more) as [CounterName, number][]) {
    tally[name] = (tally[name] ?? 0) + count;
  }
}

/** What one step's effects add, and the calls that ended in it. */
export interface Counted {
  readonly counts: Counts;
  readonly calls: readonly EndedCall[];
}

export function countEffects(
  aor: AddressOfRecord,
  realms: readonly string[],
  effects: readonly HomeEffect[],
): Counted {
  const tally: Tally = {};
  const calls: EndedCall[] = [];
  for (const effect of effects) {
    if (effect.kind === "sendFrame") tallyUp(tally, countAnswer(effect.frame));
    else if (effect.kind === "sendParcel" && headOf(effect.parcel.frame).startsWith("NOTIFY ")) {
      tallyUp(tally, { notifies: 1 });
    } else if (effect.kind === "appendMessage" && effect.message.owed) tallyUp(tally, { stored: 1 });
    else if (effect.kind === "putCall" && effect.ends) {
      const call = endedCall(aor, realms, effect.row.record);
      if (call === undefined) continue;
      calls.push(call);
      tallyUp(tally, countsOfCall(call));
    }
  }
  return { counts: tally, calls };
}

const answered: Readonly<Record<string, CounterName>> = {
  REGISTER: "registers",
  MESSAGE: "messages",
  PUBLISH: "publishes",
  SUBSCRIBE: "subscribes",
};

/** What a final response to one of the user's own requests adds; those to an INVITE are its call's to count. */
function countAnswer(frame: Frame): Counts {
  const head = headOf(frame);
  const status = /^SIP\/2\.0 ([2-6]\d\d) /.exec(head)?.[1];
  if (status === undefined) return {};
  const method = /\r\ncseq[ \t]*:\s*\d+\s+([A-Z]+)/i.exec(head)?.[1];
  if (method === undefined || method === "INVITE" || method === "CANCEL") return {};
  if (status.startsWith("2")) {
    const name = answered[method];
    return name === undefined ? {} : { [name]: 1 };
  }
  if (status.startsWith("5")) return { errors: 1 };
  // 401 and 407 ask who it is; 3xx and 412, 422, 423 ask for another try.
  return /^(?:3\d\d|401|407|412|422|423)$/.test(status) ? {} : { refused: 1 };
}

/** Octets of a message in which what is looked for stands: its first lines. */
const headLength = 2048;

function headOf(frame: Frame): string {
  if (typeof frame === "string") return frame.length > headLength ? frame.slice(0, headLength) : frame;
  return String.fromCharCode(...frame.subarray(0, headLength));
}

/**
 * The call as its realm is told of it: by the home of who called, for he is one of ours; by that of who was called,
 * when he is not.
 */
function endedCall(
  aor: AddressOfRecord,
  realms: readonly string[],
  record: CallRecord,
): EndedCall | undefined {
  const { id, callId, direction, startedAt, answeredAt, endedAt, outcome, status } = record;
  const peer = nameOf(record.peer);
  if (direction === "incoming" && !isForeign(peer, realms)) return undefined;
  return {
    id,
    callId,
    caller: direction === "outgoing" ? aor : peer,
    callee: direction === "outgoing" ? peer : aor,
    startedAt,
    ...(answeredAt === undefined ? {} : { answeredAt }),
    endedAt: endedAt ?? startedAt,
    outcome,
    ...(status === undefined ? {} : { status }),
  };
}

function nameOf(uri: string): string {
  const parsed = parseUri(uri);
  return (parsed.ok && parsed.value.kind === "sip" ? addressOfRecordOf(parsed.value) : undefined) ?? uri;
}

/** Somebody of another domain; an anonymous caller (RFC 3323) is one of ours who does not say so. */
function isForeign(peer: string, realms: readonly string[]): boolean {
  if (!peer.includes("@") || peer.includes(":")) return false;
  const domain = aorHost(peer as AddressOfRecord);
  return domain !== "anonymous.invalid" && !realms.includes(domain);
}

function countsOfCall({ outcome }: EndedCall): Counts {
  const isTaken = outcome === "answered" || outcome === "forwarded";
  return {
    calls: 1,
    ...(isTaken ? { answered: 1 } : {}),
    ...(outcome === "failed" ? { failedCalls: 1 } : {}),
  };
}

/** The account now; undefined where there is none: only accounts are told of. */
export function accountFigures(state: HomeState): AccountFigures | undefined {
  const account = anyAccount(state);
  if (account === undefined) return undefined;
  let live = 0;
  for (const device of state.devices.values()) if (device.state === "live") live++;
  let calls = 0;
  let placed = 0;
  for (const { record } of state.calls.values()) {
    if (record === undefined || record.endedAt !== undefined) continue;
    calls++;
    if (record.direction === "outgoing") placed++;
  }
  return { enabled: account.enabled, live, calls, placed };
}

const minute = 60_000;

/** The minute a moment is in. */
export const minuteOf = (at: EpochMs): EpochMs => (at - (at % minute)) as EpochMs;
