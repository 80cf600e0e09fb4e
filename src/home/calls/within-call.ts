// Requests within the dialog of a call (RFC 3261 §12.2, §13.2.2.4, §14, §15): what leaves one of our pages, and what
// arrives for one, here, away for a moment, or gone.

import type { Parcel } from "../../contracts/parcel";
import type { DialogRow } from "../../dialog/dialog-table";
import { usageOf } from "../../dialog/usage";
import { readRoute } from "../../flow/route-token";
import { maxForwardsOf } from "../../proxy/admit";
import { isAnswered } from "../../proxy/response-context-state";
import { parseRoutes, type Route } from "../../sip/headers/route";
import { tagOf } from "../../sip/headers/tag";
import { headerValue, headerValues, type SipRequest } from "../../sip/message";
import type { Refusal } from "../../sip/refusal";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { departing } from "../departure";
import { arriveInSubscription, isNamedBy } from "../device-subscription";
import { forward, sendAck } from "../forward";
import { deliverToPage, hasTooMuchOpen } from "../messages/deliver";
import { socketOfPage } from "../page";
import { answer, reply } from "../reply";
import type { ParkedRequest, Socket } from "../state";
import { sendToPage } from "../to-page";
import { newBranch, refuse, type Turn } from "../turn";
import { owe, oweBye, park } from "./absent-page";
import type { Call } from "./call";
import { endInvite, homeBehind, learnEarlyDialog } from "./call-dialogs";
import { hasInvitesWithin, setCall, touchCall } from "./calls";
import { placeWithin } from "./outgoing-call";
import { takeWithin } from "./take-call";
import { awaitByeHeard } from "./unheard";

const invitesWait: Refusal = {
  status: 500,
  reason: "Other INVITEs Are Waiting",
  lines: [["Retry-After", "5"]],
};

interface Leaving {
  readonly to: AddressOfRecord;
  /** All that the request has. */
  readonly routes: readonly Route[];
}

/** A request of the page that owns the dialog, checked already, leaves for the other side's home. */
export function leaveWithin(
  turn: Turn,
  socket: Socket,
  request: SipRequest,
  row: DialogRow,
  { to, routes }: Leaving,
): void {
  const branch = newBranch(turn);
  const frame = departing(turn, request, branch, {
    routes: routesBehindOurs(turn, routes, row.page),
    page: row.page,
  });
  if (request.method === "INVITE") {
    if (hasInvitesWithin(turn.state, row.id)) return refuse(turn, socket.id, request, invitesWait);
    return placeWithin(turn, row.id, { socket, page: row.page, request, to, branch, frame });
  }
  if (request.method === "ACK") return sendAck(turn, to, branch, frame);
  const purpose = { kind: "in-dialog", dialog: row.id, usage: usageOf(request) } as const;
  forward(turn, { to, request, purpose, socket: socket.id, page: row.page }, branch, frame);
  // RFC 3261 §15.1.1: the session is over when the BYE is on its way, whatever comes back.
  if (request.method === "BYE") endInvite(turn, row);
}

/** What is left of the route once our own token is popped: the other side's home reads there which page it is for. */
function routesBehindOurs(turn: Turn, routes: readonly Route[], page: string): string {
  const seal = turn.ports.keyring.seal("route");
  const rest = routes.filter(({ nameAddr }) => {
    const target = readRoute(seal, nameAddr.uri);
    return !(target?.aor === turn.state.aor && target.page === page);
  });
  return rest.map(({ text }) => `Route: ${text}\r\n`).join("");
}

/** A request from the other side. */
export function arriveWithin(turn: Turn, parcel: Parcel, request: SipRequest, row: DialogRow): void {
  // RFC 3261 §16.3 step 3
  if (maxForwardsOf(request) <= 0) return refuseHops(turn, parcel, request);
  const socket = socketOfPage(turn, row.page);
  switch (request.method) {
    case "ACK":
      reply(turn, parcel, { kind: "abandoned", key: parcel.key });
      acknowledgeWithin(turn, row);
      if (socket === undefined) return owe(turn, row, parcel.frame);
      return sendToPage(turn, socket.id, row.page, request);
    case "INVITE":
      return takeWithin(turn, parcel, request, row);
    case "BYE":
      return hangUp(turn, parcel, request, row, socket);
    default:
      if (socket === undefined) return park(turn, parcel, request, row);
      return deliverWithin(turn, parcel, request, row, socket);
  }
}

/** No 2xx of an INVITE within this dialog has to come again. */
function acknowledgeWithin(turn: Turn, { id }: DialogRow): void {
  for (const call of [...turn.state.calls.values()]) {
    if (call.side !== "callee" || call.within !== id || !isAnswered(call.context)) continue;
    setCall(turn, { ...call, isAcknowledged: true });
    touchCall(turn, call.id);
  }
}

function refuseHops(turn: Turn, parcel: Parcel, request: SipRequest): void {
  if (request.method === "ACK") return reply(turn, parcel, { kind: "abandoned", key: parcel.key });
  answer(turn, parcel, request, 483);
}

/** The dialog ends as the BYE arrives: whatever the page says to it, the other side has left. */
function hangUp(
  turn: Turn,
  parcel: Parcel,
  request: SipRequest,
  row: DialogRow,
  socket: Socket | undefined,
): void {
  if (socket === undefined) {
    answer(turn, parcel, request, 200);
    if (row.state !== "ended") oweBye(turn, row, parcel.frame);
  } else if (hasTooMuchOpen(turn)) {
    // No more answers can be waited for, and its page must hear of it all the same: said now, it is owed until it is answered.
    answer(turn, parcel, request, 200);
    if (row.state !== "ended") oweBye(turn, row, parcel.frame);
    sendToPage(turn, socket.id, row.page, request);
  } else {
    awaitByeHeard(turn, row);
    deliverWithin(turn, parcel, request, row, socket);
  }
  endInvite(turn, turn.state.dialogs.get(row.id) ?? row);
}

function deliverWithin(
  turn: Turn,
  parcel: Parcel,
  request: SipRequest,
  row: DialogRow,
  socket: Socket,
): void {
  const note = { row: row.id, forms: undefined, terminated: false };
  deliverToPage(turn, parcel, request, note, { device: row.device, socket: socket.id });
}

/** What waited for its page goes to it, if the dialog is still there. */
export function deliverParked(turn: Turn, { parcel, request, dialog }: ParkedRequest): void {
  const row = turn.state.dialogs.get(dialog);
  // A BYE waits here when the socket that it was sent on ended before its answer: its dialog is over by then.
  const isGone = row === undefined || (row.state === "ended" && request.method !== "BYE");
  if (isGone) return answer(turn, parcel, request, 481);
  const socket = socketOfPage(turn, row.page);
  if (row.call !== undefined || socket === undefined) return arriveWithin(turn, parcel, request, row);
  arriveInSubscription(turn, parcel, request, row, socket, isNamedBy(row, request));
}

/** The dialog of a request that no table knows: an early one of a call that rings, since an 18x writes nothing. */
export function earlyDialog(
  turn: Turn,
  opener: DialogRow,
  request: SipRequest,
  speaker: { readonly page: string } | { readonly home: AddressOfRecord },
): DialogRow | undefined {
  const sentBy = "page" in speaker ? speaker.page : undefined;
  const call = opener.call === undefined ? undefined : turn.state.calls.get(opener.call);
  const page = call === undefined ? undefined : earlyPage(turn, call, opener, request, sentBy);
  if (call === undefined || page === undefined) return undefined;
  const [from, to] = [tagIn(request, "from"), tagIn(request, "to")];
  const names = sentBy === undefined ? { localTag: to, remoteTag: from } : { localTag: from, remoteTag: to };
  const remoteAor =
    "home" in speaker ? speaker.home : homeBehind(turn, headerValues(request, "route"), page.page);
  return learnEarlyDialog(turn, {
    ...names,
    ...page,
    ...(remoteAor === undefined ? {} : { remoteAor }),
    callId: headerValue(request, "call-id") ?? "",
    call: call.id,
  });
}

interface EarlyPage {
  readonly page: string;
  readonly device: string;
}

/** Our page in it: the one that called, or the one rung, which the route names and which has to be one of the fork's. */
function earlyPage(
  turn: Turn,
  call: Call,
  opener: DialogRow,
  request: SipRequest,
  sentBy: string | undefined,
): EarlyPage | undefined {
  if (call.side === "caller") {
    const { page, phase } = call.leg;
    if (phase !== "ringing") return undefined;
    return sentBy === undefined || sentBy === page ? { page, device: opener.device } : undefined;
  }
  if (isAnswered(call.context)) return undefined;
  const page = sentBy ?? pageOnRoute(turn, request);
  for (const { destination } of call.context.branches) {
    if (destination.kind === "page" && destination.page === page) return { page, device: destination.device };
  }
  return undefined;
}

function pageOnRoute(turn: Turn, request: SipRequest): string | undefined {
  const routes = parseRoutes(headerValues(request, "route"));
  const uri = routes.ok ? routes.value[0]?.nameAddr.uri : undefined;
  const target = uri === undefined ? undefined : readRoute(turn.ports.keyring.seal("route"), uri);
  return target?.aor === turn.state.aor ? target.page : undefined;
}

const tagIn = (request: SipRequest, name: "from" | "to"): string =>
  tagOf(headerValue(request, name) ?? "") ?? "";
