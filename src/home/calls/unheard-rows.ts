// What the row of a call that is over says of its end: a page had been sent the other side's BYE, or the refusal of its
// INVITE, and had not answered when the row was written (unheard.ts). That it has answered since is in no row.
//
// So it counts only where this home was killed, its memory and all its sockets gone at once: whether the page has read it
// nobody knows then, and it is told once more. Who had read it answers 481. A row is kept as long as the log, and so it has as
// little of this as can be: of a dialog that its BYE is unheard, of a refusal the response.

import { after } from "../../base/brand";
import { defaultDialogSettings } from "../../dialog/dialog-table";
import type { Leg } from "../../proxy/leg-state";
import { buildRequest } from "../../sip/build";
import { branchOf } from "../../sip/headers/via";
import { headerValue } from "../../sip/message";
import { parseMessage } from "../../sip/parser";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { fromFrameJson } from "../frame-json";
import type { Turn } from "../turn";
import { oweBye } from "./absent-page";
import type { OutgoingCall } from "./call";
import { type CallRow, requestOf } from "./call-row";
import { byeOnceMore } from "./last-word";
import { stepOutgoing } from "./outgoing-call";
import { heardRow, mostUnheard, reopen } from "./unheard";

/** The calls that are over, of which a page may not have heard so, by their ids. */
export function unheardIn(rows: readonly CallRow[], aor: AddressOfRecord): Map<string, OutgoingCall> {
  const unheard = rows.filter(
    ({ state, unheard: refusal, dialogs }) =>
      state === undefined && (refusal !== undefined || dialogs.some((row) => row.unheard === true)),
  );
  return new Map(unheard.slice(-mostUnheard).map((row) => [row.id, overCall(row, aor)]));
}

/** What a page is owed needs a call that it is owed in; that one is over, and nothing else can happen to it. */
function overCall({ id, record, unheard }: CallRow, aor: AddressOfRecord): OutgoingCall {
  const refusal = unheard === undefined ? undefined : fromFrameJson(unheard.refusal);
  return {
    id,
    side: "caller",
    record,
    startedAt: record.startedAt,
    invite: requestOf(buildRequest("INVITE", `sip:${aor}`, [["Call-ID", record.callId]])),
    device: record.device ?? "",
    parcel: { key: "", frame: "", from: aor, authenticated: true, hops: 1 },
    owed: [],
    absences: [],
    leg: { ...overLeg, nextHop: aor, ...(unheard === undefined ? {} : refusedLeg(unheard)) },
    ...(refusal === undefined ? {} : { kept: refusal }),
  };
}

const overLeg: Omit<Leg, "nextHop"> = {
  phase: "finished",
  branchIn: "",
  branchOut: "",
  page: "",
  wasCut: true,
  client: { kind: "terminated", timers: {} },
  isTried: true,
  dialogs: [],
  timers: {},
};

/** As it was when it was relayed, on a socket that is gone. */
function refusedLeg({ page, refusal }: NonNullable<CallRow["unheard"]>): Partial<Leg> {
  const parsed = parseMessage(fromFrameJson(refusal));
  if (!parsed.ok || parsed.value.kind !== "response") return {};
  const branchIn = branchOf(headerValue(parsed.value, "via") ?? "") ?? "";
  return {
    phase: "refused",
    branchIn,
    page,
    socket: "",
    refusal: { status: parsed.value.status, own: false },
  };
}

/**
 * Memory was read from rows. `wasCut` says of a device whether it was there when this home was killed; where it was at
 * rest, of none: what was under way had ended before.
 */
export function tellAgain(turn: Turn, wasCut: (device: string) => boolean): void {
  const { dialogs, calls, unheard } = turn.state;
  for (const row of [...dialogs.values()]) {
    if (row.unheard !== true) continue;
    dialogs.put(heardRow(row));
    const { call = "" } = row;
    const record = (calls.get(call) ?? unheard.get(call))?.record;
    if (record !== undefined && wasCut(row.device)) oweBye(turn, row, byeOnceMore(turn, row, record.peer));
  }
  for (const call of [...unheard.values()]) {
    if (call.side !== "caller" || call.leg.phase !== "refused" || !wasCut(call.device)) continue;
    reopen(turn, call.id);
    stepOutgoing(turn, call.id, { kind: "flowClosed", since: turn.now });
  }
  unheard.clear();
  // They were read for this alone. Of other dialogs there is a row, which is to go with them.
  for (const { id, call, endedAt = turn.now } of [...dialogs.ended()])
    if (call !== undefined && after(endedAt, defaultDialogSettings.endedFor) <= turn.now) dialogs.delete(id);
}
