// An INVITE of one of our pages: the leg (proxy/leg.ts) between the page, the next home and the call's row.

import { err, ok, type Result } from "../../base/result";
import type { Parcel } from "../../contracts/parcel";
import type { DialogRow } from "../../dialog/dialog-table";
import { ackWithin } from "../../dialog/within-dialog";
import { knownRouteToken, mintRouteToken, routeValue } from "../../flow/route-token";
import { withoutTopVia } from "../../proxy/arrive";
import { cancelFor } from "../../proxy/branch-request";
import { withoutCredentials } from "../../proxy/leave-home";
import { openLeg, stepLeg } from "../../proxy/leg";
import type { LegEffect, LegInput, LegStep } from "../../proxy/leg-state";
import { hidesPage } from "../../proxy/privacy";
import { responseTo } from "../../sip/build";
import { parseCSeq } from "../../sip/headers/cseq";
import { branchOf } from "../../sip/headers/via";
import { headerValue, type SipRequest, type SipResponse } from "../../sip/message";
import type { Refusal } from "../../sip/refusal";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { departing } from "../departure";
import { concludeOwnInDialog, pageOf } from "../dialogs";
import { sendUnawaited } from "../forward";
import type { Socket } from "../state";
import { emit, log, newBranch, putSocket, realmOf, respond, sendFrame, type Turn } from "../turn";
import type { OutgoingCall } from "./call";
import { endUnanswered, hearAnswer, openCallDialog, toTagOf } from "./call-dialogs";
import { beginRecord, callIdAt, recordAnswer, recordRefusal } from "./call-record";
import { requestOf } from "./call-row";
import { outgoingCall, setCall, touchCall } from "./calls";
import { sayBye, speakWithin } from "./last-word";
import { awaitHearing } from "./unheard";

/** What a step of a leg has before it, beside its input. */
interface InHand {
  readonly response?: SipResponse;
  /** A CANCEL, and the socket it came on. */
  readonly cancel?: { readonly socket: string; readonly request: SipRequest };
}

export interface Placing {
  readonly socket: Socket;
  readonly page: string;
  readonly request: SipRequest;
  readonly to: AddressOfRecord;
  readonly branch: string;
  readonly frame: Parcel["frame"];
}

/** A new call leaves for the home of its callee; refused for what no answer could mend. */
export function openOutgoingCall(
  turn: Turn,
  from: Socket,
  request: SipRequest,
  to: AddressOfRecord,
): Result<undefined, Refusal> {
  const { state, ports, now } = turn;
  if (state.calls.size >= ports.settings.calls.open) {
    return err({ status: 503, reason: "Too Many Calls", lines: [["Retry-After", "10"]] });
  }
  const page = pageOf(from, request);
  // RFC 3261 §8.1.1.8
  if (page === undefined) return err({ status: 400, reason: "One Contact Needed" });
  const socket = from.page === undefined ? putSocket(turn, { ...from, page }) : from;
  const id = `${callIdAt(now)}-${ports.entropy.token()}`;
  const half = {
    call: id,
    invite: request,
    openedBy: "local",
    page,
    device: deviceOf(socket),
    remoteAor: to,
  } as const;
  const opened = openCallDialog(turn, half);
  if (!opened.ok) return opened;
  const branch = newBranch(turn);
  const tokenOf = hidesPage(request) ? mintRouteToken : knownRouteToken;
  const token = tokenOf(ports.keyring.seal("route"), { aor: state.aor, page });
  const recordRoute = `Record-Route: ${routeValue(token, realmOf(turn))}\r\n`;
  const frame = departing(turn, request, branch, { recordRoute, page });
  const record = beginRecord(turn, id, "outgoing", request, deviceOf(socket));
  open(turn, id, { socket, page, request, to, branch, frame }, { record });
  return ok(undefined);
}

/** An INVITE within a dialog leaves: it changes a call, and is none of its own. */
export function placeWithin(turn: Turn, within: string, placing: Placing): void {
  open(turn, turn.ports.entropy.token(), placing, { within });
}

const deviceOf = (socket: Socket): string => socket.bindings.at(-1)?.device ?? "";

function open(
  turn: Turn,
  id: string,
  { socket, page, request, to, branch, frame }: Placing,
  kind: Pick<OutgoingCall, "record" | "within">,
): void {
  const kept = withoutCredentials(request, turn.ports.settings.realms);
  const branchIn = branchOf(headerValue(request, "via") ?? "") ?? "";
  const opening = { branchIn, branchOut: branch, nextHop: to, page, socket: socket.id };
  const opened = openLeg(opening, turn.ports.settings.calls, turn.now);
  const parcel: Parcel = {
    key: `${branch} INVITE`,
    frame,
    from: turn.state.aor,
    authenticated: true,
    hops: 1,
  };
  const call: OutgoingCall = {
    ...kind,
    id,
    side: "caller",
    startedAt: turn.now,
    invite: kept === undefined ? request : requestOf(kept),
    leg: opened.state,
    device: deviceOf(socket),
    parcel,
    owed: [],
    absences: [],
  };
  apply(turn, call, opened, {});
}

/** Tells the leg of a call what happened. */
export function stepOutgoing(turn: Turn, id: string, input: LegInput, inHand: InHand = {}): void {
  const call = outgoingCall(turn.state, id);
  if (call === undefined) return;
  const { response } = inHand;
  if (response !== undefined && call.within === undefined) hearAnswer(turn, call, response);
  apply(turn, call, stepLeg(call.leg, input, turn.ports.settings.calls, turn.now), inHand);
}

/** A response from the next home; `undefined` for its word that the INVITE is stored there. */
export function answeredByHop(turn: Turn, id: string, response: SipResponse | undefined): void {
  if (response === undefined) return stepOutgoing(turn, id, { kind: "responded", status: 100 });
  const toTag = toTagOf(response);
  const input = {
    kind: "responded",
    status: response.status,
    ...(toTag === undefined ? {} : { toTag }),
  } as const;
  stepOutgoing(turn, id, input, { response });
}

/** The name called is an alias: the INVITE goes to its account. */
export function followCall(turn: Turn, id: string, to: AddressOfRecord): void {
  const call = outgoingCall(turn.state, id);
  if (call === undefined) return;
  if (call.parcel.hops >= turn.ports.settings.limits.hops)
    return stepOutgoing(turn, id, { kind: "unreachable" });
  const parcel = { ...call.parcel, hops: call.parcel.hops + 1 };
  setCall(turn, { ...call, parcel, leg: { ...call.leg, nextHop: to } });
  for (const row of turn.state.dialogs.ofCall(id)) {
    turn.state.dialogs.put({ ...row, remoteAor: to });
  }
  touchCall(turn, id);
  emit(turn, { kind: "sendParcel", to, parcel });
}

function apply(turn: Turn, call: OutgoingCall, { state: leg, effects }: LegStep, inHand: InHand): void {
  setCall(turn, { ...call, leg });
  // Of what no row tells, and of what is over but for this machine, nothing else would say that it is done.
  if (call.record === undefined || call.record.endedAt !== undefined) touchCall(turn, call.id);
  for (const effect of effects) run(turn, call.id, effect, inHand);
}

function run(turn: Turn, id: string, effect: LegEffect, inHand: InHand): void {
  const call = outgoingCall(turn.state, id);
  if (call === undefined) return;
  const { response } = inHand;
  switch (effect.kind) {
    case "putRow":
    case "deleteRow":
      return touchCall(turn, id);
    case "sendInvite":
      return emit(turn, { kind: "sendParcel", to: call.leg.nextHop as AddressOfRecord, parcel: call.parcel });
    case "sendCancel":
      return sendCancel(turn, call, effect.reason);
    case "acceptCancel":
      if (inHand.cancel !== undefined) respond(turn, inHand.cancel.socket, inHand.cancel.request, 200);
      return;
    case "relay":
      if (response === undefined) return;
      sendFrame(turn, effect.socket, withoutTopVia(response));
      if (response.status >= 300)
        awaitHearing(turn, setCall(turn, { ...call, kept: withoutTopVia(response) }));
      return conclude(turn, call, response);
    case "keep":
      if (response === undefined) return;
      setCall(turn, { ...call, kept: withoutTopVia(response) });
      return conclude(turn, call, response);
    case "relayKept":
      if (call.kept !== undefined) sendFrame(turn, effect.socket, call.kept);
      if (call.leg.phase === "refused") awaitHearing(turn, call);
      return;
    case "answer":
      return answer(turn, call, effect.socket, effect.status);
    case "acknowledge":
      return acknowledge(turn, call, effect.toTag);
    case "bye":
      return hangUp(turn, call, effect.toTag, effect.reason);
    case "finished":
      return;
  }
}

/** What a final response means for the log and for the dialogs. */
function conclude(turn: Turn, call: OutgoingCall, response: SipResponse): void {
  const { status } = response;
  if (status < 200) return;
  if (call.within !== undefined) {
    return concludeOwnInDialog(turn, call.within, undefined, call.invite, response);
  }
  if (status < 300) return recordAnswer(turn, call.id, call.device);
  endUnanswered(turn, call);
  recordRefusal(turn, call.id, status, call.leg.cancel?.kind === "caller");
}

/** A response of our own, after which nobody answers any more. */
function answer(turn: Turn, call: OutgoingCall, socket: string, status: number): void {
  if (status === 100) return sendFrame(turn, socket, responseTo(call.invite, 100));
  const { within } = call;
  // RFC 5057 Table 2: of all that could be said of an INVITE within a dialog this ends nothing but itself.
  const said = within !== undefined && (status === 408 || status === 503) ? 504 : status;
  const lines = said === 503 || said === 504 ? ([["Retry-After", "5"]] as const) : [];
  respond(turn, socket, call.invite, said, { lines });
  log(turn, "call refused here", { status: said, why: call.leg.cancel?.kind ?? "unreachable" });
  // Its dialogs go with the leg: a 2xx that comes too late is acknowledged and ended within one of them.
  if (within === undefined) recordRefusal(turn, call.id, status, call.leg.cancel?.kind === "caller");
}

/** RFC 3261 §9.1, §16.10: to the hop that has the INVITE, never routed anew. */
function sendCancel(turn: Turn, call: OutgoingCall, reason: string | undefined): void {
  const { branchOut, nextHop } = call.leg;
  const via = `SIP/2.0/WSS ${realmOf(turn)};branch=${branchOut}`;
  const { requestUri } = call.invite;
  const text = cancelFor(call.invite, { requestUri, via, ...(reason === undefined ? {} : { reason }) });
  sendUnawaited(turn, nextHop as AddressOfRecord, branchOut, text);
}

/** RFC 3261 §13.2.2.4, as the page would. */
function acknowledge(turn: Turn, call: OutgoingCall, toTag: string): void {
  const row = dialogWith(turn, call, toTag);
  const cseq = parseCSeq(headerValue(call.invite, "cseq") ?? "");
  if (row === undefined || !cseq.ok) return;
  speakWithin(turn, row, (dialog) => ackWithin(dialog, cseq.value.sequence));
}

function hangUp(turn: Turn, call: OutgoingCall, toTag: string, reason: string): void {
  const row = dialogWith(turn, call, toTag);
  if (row !== undefined) sayBye(turn, row, reason);
}

const dialogWith = (turn: Turn, call: OutgoingCall, toTag: string): DialogRow | undefined =>
  turn.state.dialogs.ofCall(call.id).find((row) => row.remoteTag === toTag);
