// A request that leaves its sender's home (RFC 3261 §16.6), and the reply that comes back (§16.7).
//
// Nothing is kept of it but what the reply needs: the socket it came on. When the home forgets even that, the
// client's own timer ends its transaction, and whatever was acknowledged is safe at the other home.

import type { Reply } from "../contracts/parcel";
import { withoutTopVia } from "../proxy/arrive";
import type { SipRequest, SipResponse } from "../sip/message";
import { parseMessage } from "../sip/parser";
import type { Refusal } from "../sip/refusal";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { callOfPage } from "./calls/call-flows";
import { callParcelFailed, isCallAwaiting, receiveCallReply } from "./calls/call-replies";
import { openOutgoingCall } from "./calls/outgoing-call";
import { standsThere } from "./calls/standing";
import { type DepartureOptions, departing } from "./departure";
import { writeDialog } from "./dialog-rows";
import { concludeOwnInDialog, openSubscription, settleOpening } from "./dialogs";
import { notifyConcluded, notifyPending, outcomeOf } from "./events/notify";
import { forward, isAck } from "./forward";
import { backEndAnswered, backEndSilent } from "./lists/list-back-end";
import { sendCarbons } from "./messages/carbons";
import { socketOfPage } from "./page";
import { countNobody, maySeekSomebody } from "./rate";
import type { Forward, ForwardPurpose, HomeState, Socket } from "./state";
import { emit, log, newBranch, refuse, respond, sendFrame, type Turn } from "./turn";

/** Why a client's request has to wait: too many of this home's are without an answer as it is. */
export function refuseWhileBusy({ state, ports }: Turn): Refusal | undefined {
  const { openRequests, openOctets } = ports.settings.limits;
  const { size, weight } = state.forwards;
  // What this home tells its watchers is not the client's doing.
  if (size - state.notifiers.size < openRequests && weight < openOctets) return undefined;
  return { status: 503, lines: [["Retry-After", "1"]] };
}

/** Why a request to a name has to wait: too many of the user's were for nobody. */
export function refuseNobodies({ state, ports, now }: Turn): Refusal | undefined {
  if (maySeekSomebody(state, ports.settings.limits, now)) return undefined;
  return { status: 503, reason: "Too Many Unknown Names", lines: [["Retry-After", "1"]] };
}

/** Sends a request of a client's, outside any dialog, to a user's home. */
export function relayRequest(turn: Turn, socket: Socket, request: SipRequest, to: AddressOfRecord): void {
  if (request.method === "INVITE") return callOut(turn, socket, request, to);
  if (request.method !== "SUBSCRIBE" && request.method !== "REFER") {
    return relay(turn, socket, request, to, { kind: "relay" });
  }
  const opened = openSubscription(turn, socket, request, to);
  if (!opened.ok) return refuse(turn, socket.id, request, opened.error);
  const { dialog, page } = opened.value;
  const recordRoute = `Record-Route: ${opened.value.recordRoute}\r\n`;
  relay(
    turn,
    turn.state.sockets.get(socket.id) ?? socket,
    request,
    to,
    { kind: "subscribe", dialog },
    { recordRoute, page },
  );
}

/** A new call: its row and its half-dialog are there before the INVITE leaves (design "Dialogs"). */
function callOut(turn: Turn, socket: Socket, request: SipRequest, to: AddressOfRecord): void {
  // The same INVITE once more: what its page is owed comes by itself.
  if (callOfPage(turn, socket, request) !== undefined) return;
  const opened = openOutgoingCall(turn, socket, request, to);
  if (!opened.ok) refuse(turn, socket.id, request, opened.error);
}

/** Sends a request of a client's to a home, with the purpose its reply serves. */
export function relay(
  turn: Turn,
  socket: Socket,
  request: SipRequest,
  to: AddressOfRecord,
  purpose: ForwardPurpose,
  options?: DepartureOptions,
): void {
  const branch = newBranch(turn);
  const frame = departing(turn, request, branch, options);
  forward(turn, { to, request, purpose, socket: socket.id, page: socket.page }, branch, frame);
}

/** Whether a parcel is still to be sent: an ACK always, anything else while its reply is waited for. */
export const isDue = (state: HomeState, key: string): boolean =>
  isAck(key) || state.forwards.has(key) || isCallAwaiting(state, key);

/** A reply to one of our parcels, in the call's result or later. */
export function receiveReply(turn: Turn, reply: Reply): void {
  if (receiveCallReply(turn, reply)) return;
  const known = turn.state.forwards.get(reply.key);
  if (known === undefined) return;
  switch (reply.kind) {
    case "ended":
      return;
    case "pending": {
      const { purpose } = known;
      if (purpose.kind === "subscribe") writeDialog(turn, purpose.dialog);
      return purpose.kind === "notify" ? notifyPending(turn, purpose.subscription, purpose.cseq) : undefined;
    }
    case "moved":
      return followAlias(turn, known, reply.to);
    case "abandoned":
    case "absent":
      turn.state.forwards.delete(reply.key);
      return conclude(turn, known, reply.kind === "absent" ? "absent" : "timeout");
    case "answered": {
      const parsed = parseMessage(reply.frame);
      if (!parsed.ok || parsed.value.kind !== "response")
        return log(turn, "unreadable reply", { key: reply.key });
      if (parsed.value.status >= 200) turn.state.forwards.delete(reply.key);
      return passOn(turn, known, parsed.value);
    }
  }
}

/** A name that is an alias sends us on to its account, once (RFC 3261 §16.5: the target set is ours to find). */
function followAlias(turn: Turn, known: Forward, to: AddressOfRecord): void {
  if (known.parcel.hops >= turn.ports.settings.limits.hops)
    return parcelFailed(turn, known.key, "too many hops");
  const parcel = { ...known.parcel, hops: known.parcel.hops + 1 };
  turn.state.forwards.set(known.key, { ...known, to, parcel });
  const row = known.purpose.kind === "subscribe" ? turn.state.dialogs.get(known.purpose.dialog) : undefined;
  if (row !== undefined) turn.state.dialogs.put({ ...row, remoteAor: to });
  emit(turn, { kind: "sendParcel", to, parcel });
}

function passOn(turn: Turn, known: Forward, response: SipResponse): void {
  const { purpose, request } = known;
  if (purpose.kind === "notify") {
    if (response.status < 200) return;
    return notifyConcluded(turn, purpose.subscription, purpose.cseq, outcomeOf(response));
  }
  if (purpose.kind === "back-end") {
    return response.status < 200 ? undefined : backEndAnswered(turn, purpose.list, purpose.uri, response);
  }
  if (purpose.kind === "standing") return standsThere(turn, purpose.dialog, response.status);
  const socket = clientOf(turn, known);
  if (socket !== undefined) sendFrame(turn, socket.id, withoutTopVia(response));
  if (response.status < 200) return;
  if (purpose.kind === "administration") {
    emit(turn, { kind: "settle", ticket: purpose.ticket, status: response.status, reason: response.reason });
  }
  if (purpose.kind === "in-dialog" && request !== undefined) {
    concludeOwnInDialog(turn, purpose.dialog, purpose.usage, request, response);
  }
  if (purpose.kind === "subscribe") settleOpening(turn, purpose.dialog, response);
  if (response.status === 404 && purpose.kind !== "in-dialog") noteNobody(turn);
  if (known.method === "MESSAGE" && response.status < 300) sendCarbons(turn, known);
  // RFC 6665 §4.4.1: a NOTIFY that overtook the 200 is let through behind it.
  for (const parcel of known.held) emit(turn, { kind: "sendParcel", to: turn.state.aor, parcel });
}

const noteNobody = ({ state, ports, now }: Turn): void => countNobody(state, ports.settings.limits, now);

/** The socket that asked, or the one its page has come back on. */
function clientOf(turn: Turn, { socket, page }: Forward): Socket | undefined {
  const same = socket === undefined ? undefined : turn.state.sockets.get(socket);
  return same ?? (page === undefined ? undefined : socketOfPage(turn, page));
}

/** A parcel that found no answer: what is not known to have been served is not acknowledged. */
export function parcelFailed(turn: Turn, key: string, why: string): void {
  if (callParcelFailed(turn, key, why)) return;
  const known = turn.state.forwards.get(key);
  if (known === undefined) return;
  turn.state.forwards.delete(key);
  log(turn, "parcel failed", { to: known.to, method: known.method, why });
  conclude(turn, known, "failed");
}

/** Ends a forward that nobody will answer; a non-INVITE that timed out is left to the client (RFC 4320 §4.2). */
function conclude(turn: Turn, known: Forward, why: "timeout" | "failed" | "absent"): void {
  const { purpose } = known;
  if (purpose.kind === "notify") {
    const outcome = { kind: why === "absent" ? "absent" : "timeout" } as const;
    return notifyConcluded(turn, purpose.subscription, purpose.cseq, outcome);
  }
  if (purpose.kind === "back-end") return backEndSilent(turn, purpose.list, purpose.uri);
  // Its NOTIFY may come yet.
  if (purpose.kind === "subscribe") writeDialog(turn, purpose.dialog);
  if (purpose.kind === "administration") {
    emit(turn, { kind: "settle", ticket: purpose.ticket, status: 503, reason: "Service Unavailable" });
  }
  const socket = why === "failed" ? clientOf(turn, known) : undefined;
  if (socket !== undefined && known.request !== undefined)
    respond(turn, socket.id, known.request, 503, { lines: [["Retry-After", "5"]] });
  for (const parcel of known.held) emit(turn, { kind: "sendParcel", to: turn.state.aor, parcel });
}

/** Gives up what has waited too long. */
export function sweepForwards(turn: Turn): void {
  // All are given the same time, so the first that is not due ends the search.
  for (;;) {
    const known = turn.state.forwards.get(turn.state.forwards.first() ?? "");
    if (known === undefined || known.giveUpAt > turn.now) return;
    turn.state.forwards.delete(known.key);
    conclude(turn, known, "timeout");
  }
}
