// The user's dialogs (RFC 4235), from the calls that this home carries: one entry for each, whichever of the user's
// devices ring or talk, in the furthest state that any of them has reached. Of a group the calls of its members that
// came by it are the group's too: its lamp is lit while one of them talks.

import type { CallRecord } from "../../contracts/call-record";
import type { DialogRow } from "../../dialog/dialog-table";
import {
  composeDialogInfo,
  type DialogEntry,
  type DialogEvent,
  readDialogFilter,
  selectDialogs,
} from "../../events/packages/dialog";
import type { Parameters } from "../../sip/parameters";
import type { Refusal } from "../../sip/refusal";
import type { Call } from "../calls/call";
import { dialogsOfCall } from "../calls/calls";
import { entityOf } from "../tenancy";
import type { Turn } from "../turn";
import type { EventSource } from "./event-source";
import { type Asker, dialogDisclosure } from "./presence-rules";
import { rememberEnded, stillTold } from "./recently-ended";
import { rulingOf } from "./user-rules";

export const dialogSource: EventSource = {
  content(turn) {
    const dialogs = entriesOf(turn);
    const early = dialogs.filter(({ state }) => state === "early").map(({ id }) => id);
    const compared = dialogs.map(withoutNames);
    const text = composeDialogInfo({ entity: entityOf(turn), version: 0, dialogs: compared }, "full");
    const content = { text, under: rulingOf(turn) };
    return early.length === 0 ? content : { ...content, early };
  },
  body(turn, subscription, { disclosure, cseq }) {
    if (disclosure === "nothing") return undefined;
    const isTold = disclosure === "document";
    const all = isTold ? [...entriesOf(turn), ...stillTold(turn.state.endedCalls, turn.now)] : [];
    const filter = readDialogFilter(subscription.eventParameters);
    const dialogs = filter.ok ? selectDialogs(all, filter.value) : [];
    return composeDialogInfo(
      { entity: entityOf(turn), version: cseq, dialogs },
      dialogDisclosure(turn, subscription),
    );
  },
};

/** Tags of an early dialog are in memory alone: that they are forgotten is no news. */
function withoutNames({ localTag: _, remoteTag: __, remote, ...entry }: DialogEntry): DialogEntry {
  return remote?.identity === undefined ? entry : { ...entry, remote: { identity: remote.identity } };
}

/** RFC 4235 §3.7.2: a subscription to one dialog would tell whom the dialogs are not shown that a guess of his is right. */
export function refuseDialogFilter(turn: Turn, asker: Asker, parameters: Parameters): Refusal | undefined {
  const filter = readDialogFilter(parameters);
  if (!filter.ok) return { status: 400, reason: "Bad Event Parameters" };
  const isHidden = filter.value !== undefined && dialogDisclosure(turn, asker) === "masked";
  return isHidden ? { status: 403 } : undefined;
}

const entriesOf = (turn: Turn): readonly DialogEntry[] =>
  [...turn.state.calls.values()].flatMap((call) => entryOf(turn, call) ?? []);

/** Undefined for an INVITE within a dialog, for a call that is over, and for one the user is not in. */
function entryOf(turn: Turn, call: Call): DialogEntry | undefined {
  const { record } = call;
  if (record === undefined || record.endedAt !== undefined || isAnothers(call)) return undefined;
  return { ...factsOf(turn, call, record), state: stateOf(turn, call, record) };
}

/** Sent on by a rule: whoever takes it talks for himself. The members of a group are called for the group. */
const isAnothers = (call: Call): boolean => call.side === "callee" && call.stage === "forwarded";

function stateOf(turn: Turn, { id }: Call, { answeredAt }: CallRecord): DialogEntry["state"] {
  if (answeredAt !== undefined) return "confirmed";
  const isEarly =
    dialogsOfCall(turn.state, id).some(({ state }) => state === "early") ||
    // An 18x is no row: what was told as early stays so for a memory that begins anew.
    turn.state.documents.get("dialog")?.early?.includes(id) === true;
  return isEarly ? "early" : "trying";
}

function factsOf(turn: Turn, call: Call, { callId, peer, peerName }: CallRecord): Omit<DialogEntry, "state"> {
  const row = furthest(dialogsOfCall(turn.state, call.id));
  const target = row?.view?.remoteTarget;
  return {
    id: call.id,
    callId,
    direction: call.side === "caller" ? "initiator" : "recipient",
    ...(row?.localTag === undefined ? {} : { localTag: row.localTag }),
    ...(row?.remoteTag === undefined ? {} : { remoteTag: row.remoteTag }),
    local: { identity: { uri: entityOf(turn) } },
    remote: {
      identity: { uri: peer, ...(peerName === undefined ? {} : { display: peerName }) },
      ...(target === undefined ? {} : { target: { uri: target } }),
    },
  };
}

function furthest(rows: readonly DialogRow[]): DialogRow | undefined {
  return (
    rows.find(({ state }) => state === "confirmed") ?? rows.find(({ state }) => state === "early") ?? rows[0]
  );
}

/** The call is over: whoever watches is told so once. */
export function noteEndOfCall(turn: Turn, call: Call, record: CallRecord): void {
  if (isAnothers(call) || !turn.state.subscriptions.isWatched("dialog")) return;
  const event = eventOf(record);
  const facts = factsOf(turn, call, record);
  const ended: DialogEntry = { ...facts, state: "terminated", ...(event === undefined ? {} : { event }) };
  rememberEnded(turn.state.endedCalls, call.id, ended, turn.now);
}

/** RFC 4235 §3.7.1; which side hung up is not told. */
function eventOf({ outcome, answeredAt }: CallRecord): DialogEvent | undefined {
  if (answeredAt !== undefined) return undefined;
  switch (outcome) {
    case "cancelled":
      return "cancelled";
    case "busy":
    case "declined":
      return "rejected";
    case "noAnswer":
      return "timeout";
    default:
      return "error";
  }
}
