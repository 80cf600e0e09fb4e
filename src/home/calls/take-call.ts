// An INVITE arrives at the home of its callee (RFC 3261 §16.3 to §16.5, §8.2.2.2): judged, entered in the log, and rung.

import type { Parcel } from "../../contracts/parcel";
import type { DialogRow } from "../../dialog/dialog-table";
import { maxForwardsOf } from "../../proxy/admit";
import { isMerged, type PendingRequest } from "../../proxy/merged-request";
import { openContext } from "../../proxy/response-context";
import { type ComingTarget, isAnswered, type Target } from "../../proxy/response-context-state";
import { parseCSeq } from "../../sip/headers/cseq";
import { parseMaxBreadth } from "../../sip/headers/integer";
import { tagOf } from "../../sip/headers/tag";
import { branchOf } from "../../sip/headers/via";
import { headerValue, headerValues, type SipRequest } from "../../sip/message";
import type { Named } from "../messages/deliver";
import { answer } from "../reply";
import { log, type Turn } from "../turn";
import type { IncomingCall } from "./call";
import { homeBehind, openCallDialog } from "./call-dialogs";
import { beginRecord, callIdAt, recordRefusal } from "./call-record";
import { type Plan, planCall, planPages } from "./call-targets";
import { callOfParcel, hasInvitesWithin, setCall, touchCall } from "./calls";
import { ring } from "./incoming-call";

/** Refusals that are about the user, and so belong in his log. */
const isOfTheUser = (status: number): boolean => status === 486 || status === 480;

export function takeCall(turn: Turn, parcel: Parcel, request: SipRequest, named: Named): void {
  // RFC 3261 §16.3 step 3: the caller's home took one hop, a device's needs one more.
  if (maxForwardsOf(request) <= 0) return answer(turn, parcel, request, 483);
  // RFC 3261 §8.2.2.2: by another way it is here already.
  if (isMerged(pendingCalls(turn), originOf(request))) return answer(turn, parcel, request, 482);
  if (hasTooMany(turn, parcel)) {
    log(turn, "too many calls", { from: parcel.from });
    return answer(turn, parcel, request, 480, { lines: [["Retry-After", "10"]] });
  }
  const plan = planCall(turn, parcel, request, named);
  if (!plan.ok && !isOfTheUser(plan.error.status)) return answer(turn, parcel, request, plan.error.status);
  const id = `${callIdAt(turn.now)}-${turn.ports.entropy.token()}`;
  const call = newCall(turn, id, parcel, request);
  setCall(turn, { ...call, record: beginRecord(turn, id, "incoming", request) });
  touchCall(turn, id);
  if (!plan.ok) {
    const { status, reason } = plan.error;
    answer(turn, parcel, request, status, reason === undefined ? {} : { reason });
    return recordRefusal(turn, id, status, false);
  }
  const remoteAor = homeBehind(turn, headerValues(request, "record-route"), "") ?? parcel.from;
  const half = { call: id, invite: request, openedBy: "remote", page: "", device: "", remoteAor } as const;
  const opened = openCallDialog(turn, half);
  if (!opened.ok) {
    turn.state.calls.delete(id);
    return answer(turn, parcel, request, 480, { lines: [["Retry-After", "60"]] });
  }
  const caller = parcel.from === turn.state.aor ? callOfParcel(turn.state, "caller", parcel.key) : undefined;
  const breadth = parseMaxBreadth(headerValue(request, "max-breadth") ?? "");
  ring(turn, turn.state.calls.get(id) as IncomingCall, plan.value, {
    ...(caller === undefined ? {} : { senderPage: caller.leg.page }),
    ...(breadth === undefined ? {} : { maxBreadth: breadth }),
  });
}

/** Calls are bounded, and of these the ones that one caller lets ring: he must not keep everybody else out. */
function hasTooMany({ state, ports }: Turn, { from }: Parcel): boolean {
  const { open } = ports.settings.calls;
  if (state.calls.size >= open) return true;
  const most = Math.ceil(open / 4);
  if (state.calls.size < most) return false;
  let ringing = 0;
  for (const call of state.calls.values()) {
    if (call.side === "callee" && call.parcel.from === from && !isAnswered(call.context)) ringing++;
  }
  return ringing >= most;
}

/** An INVITE within a dialog goes to the page that owns it, which has a while to come back. */
export function takeWithin(
  turn: Turn,
  parcel: Parcel,
  request: SipRequest,
  { id, page, device }: DialogRow,
): void {
  // RFC 3261 §16.3 step 3
  if (maxForwardsOf(request) <= 0) return answer(turn, parcel, request, 483);
  if (hasInvitesWithin(turn.state, id)) {
    return answer(turn, parcel, request, 500, { lines: [["Retry-After", "5"]] });
  }
  const there = planPages(turn, [page]);
  const plan: Plan = there.ok
    ? there.value
    : { targets: [], coming: [{ device, q: 1 }], stage: "devices", policy: {} };
  ring(turn, { ...newCall(turn, turn.ports.entropy.token(), parcel, request), within: id }, plan, {});
}

function newCall(turn: Turn, id: string, parcel: Parcel, invite: SipRequest): IncomingCall {
  const nobody = { targets: [] as readonly Omit<Target, "depth">[], coming: [] as readonly ComingTarget[] };
  return {
    id,
    side: "callee",
    startedAt: turn.now,
    invite,
    context: openContext(nobody, turn.ports.settings.calls, turn.now).state,
    parcel,
    branches: [],
    kept: {},
    stage: "devices",
    policy: {},
    owed: [],
    absences: [],
  };
}

function* pendingCalls(turn: Turn): Iterable<PendingRequest> {
  for (const call of turn.state.calls.values()) {
    if (call.side === "callee" && call.within === undefined) yield originOf(call.invite);
  }
}

function originOf(request: SipRequest): PendingRequest {
  const cseq = parseCSeq(headerValue(request, "cseq") ?? "");
  return {
    callId: headerValue(request, "call-id") ?? "",
    fromTag: tagOf(headerValue(request, "from") ?? "") ?? "",
    cseq: cseq.ok ? cseq.value.sequence : 0,
    branch: branchOf(headerValue(request, "via") ?? "") ?? "",
  };
}
