// What other homes reply to an INVITE: one of our pages' own, or one that this home has sent on for its user.

import type { Reply } from "../../contracts/parcel";
import { parseMessage } from "../../sip/parser";
import { countNobody } from "../rate";
import type { HomeState } from "../state";
import { log, type Turn } from "../turn";
import type { IncomingCall } from "./call";
import { followBranch } from "./call-branch";
import { callOfParcel, incomingCall, setCall, touchCall } from "./calls";
import { answeredOnBranch, stepIncoming } from "./incoming-call";
import { answeredByHop, followCall, stepOutgoing } from "./outgoing-call";

const ofInvite = " INVITE";

/** Whether that parcel is an INVITE of ours whose call still waits. */
export function isCallAwaiting(state: HomeState, key: string): boolean {
  if (!key.endsWith(ofInvite)) return false;
  return callOfParcel(state, "caller", key) !== undefined || branchOfKey(state, key) !== undefined;
}

function branchOfKey(
  state: HomeState,
  key: string,
): { readonly call: IncomingCall; readonly index: number } | undefined {
  const branch = state.branches.get(key.slice(0, -ofInvite.length));
  const call = branch?.kind === "fork" && branch.page === "" ? incomingCall(state, branch.call) : undefined;
  return branch?.kind === "fork" && call !== undefined ? { call, index: branch.index } : undefined;
}

/** Takes a reply to an INVITE; false when it is none. */
export function receiveCallReply(turn: Turn, reply: Reply): boolean {
  if (!reply.key.endsWith(ofInvite)) return false;
  const outgoing = callOfParcel(turn.state, "caller", reply.key);
  const onBranch = outgoing === undefined ? branchOfKey(turn.state, reply.key) : undefined;
  if (outgoing === undefined && onBranch === undefined) return true;
  switch (reply.kind) {
    case "pending":
      if (outgoing !== undefined) answeredByHop(turn, outgoing.id, undefined);
      else if (onBranch !== undefined) heardOf(turn, onBranch.call.id, onBranch.index);
      return true;
    case "moved":
      if (outgoing !== undefined) followCall(turn, outgoing.id, reply.to);
      else if (onBranch !== undefined && !followBranch(turn, onBranch.call, onBranch.index, reply.to))
        lost(turn, onBranch);
      return true;
    case "abandoned":
    case "absent":
      if (outgoing !== undefined) stepOutgoing(turn, outgoing.id, { kind: "unreachable" });
      else if (onBranch !== undefined) lost(turn, onBranch);
      return true;
    case "ended":
      if (onBranch !== undefined) endedElsewhere(turn, onBranch.call, onBranch.index);
      return true;
    case "answered": {
      const parsed = parseMessage(reply.frame);
      if (!parsed.ok || parsed.value.kind !== "response") log(turn, "unreadable reply", { key: reply.key });
      else if (outgoing !== undefined) {
        if (parsed.value.status === 404) countNobody(turn.state, turn.ports.settings.limits, turn.now);
        answeredByHop(turn, outgoing.id, parsed.value);
      } else if (onBranch !== undefined)
        answeredOnBranch(turn, onBranch.call.id, onBranch.index, parsed.value);
      return true;
    }
  }
}

/** Whoever took the call that was sent on has hung up, or was hung up on. */
function endedElsewhere(turn: Turn, call: IncomingCall, index: number): void {
  setCall(turn, { ...call, endedOn: [...(call.endedOn ?? []), index] });
  touchCall(turn, call.id);
}

/** The other home has stored it, which is as good as a 100. */
function heardOf(turn: Turn, id: string, branch: number): void {
  stepIncoming(turn, id, {
    kind: "responded",
    branch,
    status: 100,
    hasSdp: false,
    reliable: false,
    redirects: false,
  });
}

/** The call that brought an INVITE failed; false when it is none. */
export function callParcelFailed(turn: Turn, key: string, why: string): boolean {
  if (!key.endsWith(ofInvite)) return false;
  const outgoing = callOfParcel(turn.state, "caller", key);
  const onBranch = outgoing === undefined ? branchOfKey(turn.state, key) : undefined;
  log(turn, "parcel failed", { method: "INVITE", why });
  if (outgoing !== undefined) stepOutgoing(turn, outgoing.id, { kind: "unreachable" });
  else if (onBranch !== undefined) lost(turn, onBranch);
  return true;
}

const lost = (turn: Turn, { call, index }: { readonly call: IncomingCall; readonly index: number }): void =>
  stepIncoming(turn, call.id, { kind: "unreachable", branch: index });
