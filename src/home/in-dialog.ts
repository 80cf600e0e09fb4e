// Requests within a dialog (RFC 3261 §12.2, §16.4; design "Dialogs"): judged by the dialog table alone, whoever From
// names. From a socket of the dialog's page a request is leaving; from anywhere else it is arriving.

import type { Parcel } from "../contracts/parcel";
import { type DialogRow, findDialog } from "../dialog/dialog-table";
import { judgeInDialog } from "../dialog/judge-in-dialog";
import { usageOf } from "../dialog/usage";
import { readRoute } from "../flow/route-token";
import { refuseForwarding } from "../proxy/admit";
import type { NextHop } from "../proxy/next-hop";
import { parseRoutes, type Route } from "../sip/headers/route";
import { tagOf } from "../sip/headers/tag";
import { headerValue, headerValues, type SipRequest } from "../sip/message";
import type { Refusal } from "../sip/refusal";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { arriveWithin, earlyDialog, leaveWithin } from "./calls/within-call";
import { arriveInSubscription } from "./device-subscription";
import { endPage, recordRouteOf } from "./dialogs";
import { receiveSubscribe, servedSubscription } from "./events/watch";
import { takeBackEndNotify } from "./lists/list-back-end";
import { cutWithin } from "./messages/deliver";
import { isPageLost, socketOfPage } from "./page";
import { refuseWhileBusy, relay } from "./relay";
import { answer, reply } from "./reply";
import type { Forward, Socket } from "./state";
import { refuse, type Turn } from "./turn";

/** NOTIFYs held back for one SUBSCRIBE: a notifier sends one, a fork a few. */
const mostHeld = 8;

const dialogSharing: Refusal = { status: 403, reason: "Dialog Sharing Not Supported" };

/** From one of our pages: its dialog is known, its first Route is ours, and the rest goes on by its dialog. */
export function relayInDialog(turn: Turn, socket: Socket, request: SipRequest, hop: NextHop): void {
  const row = judge(turn, request, { page: pageOfDialog(turn, socket, request) });
  if (row === "dropped") return;
  if (row.kind === "refused") return refuse(turn, socket.id, request, row.refusal);
  const routes = parseRoutes(headerValues(request, "route"));
  if (!routes.ok || !leavesByOwnRoute(turn, routes.value, row.row)) {
    return refuse(turn, socket.id, request, { status: 403, reason: "Route is not ours" });
  }
  const isOfCall = row.row.call !== undefined;
  // RFC 5057 §1: no call begins in the dialog of a subscription.
  if (!isOfCall && request.method === "INVITE") return refuse(turn, socket.id, request, dialogSharing);
  // The Request-URI of a call is the other side's Contact, which names no home; that of a subscription may be one.
  const to = hop.kind === "user" && !isOfCall ? hop.aor : row.row.remoteAor;
  if (to === undefined && hop.kind === "refused") return refuse(turn, socket.id, request, hop.refusal);
  if (to === undefined) return refuse(turn, socket.id, request, { status: 404 });
  const refusal = refuseForwarding(request) ?? refuseWhileBusy(turn);
  if (refusal !== undefined && request.method !== "ACK") return refuse(turn, socket.id, request, refusal);
  if (isOfCall) return leaveWithin(turn, socket, request, row.row, { to, routes: routes.value });
  const { id, page } = row.row;
  const line = row.kind === "forms" ? { recordRoute: `Record-Route: ${recordRouteOf(turn, page)}\r\n` } : {};
  relay(
    turn,
    socket,
    request,
    to,
    { kind: "in-dialog", dialog: id, usage: usageOf(request) },
    { page, ...line },
  );
}

/** The page of this socket that the dialog belongs to: one socket may speak for several Contacts. */
function pageOfDialog({ state }: Turn, socket: Socket, request: SipRequest): string {
  const { page = "", bindings } = socket;
  if (bindings.length < 2) return page;
  const { callId, fromTag, toTag } = namesOf(request);
  const row = findDialog(state.dialogs, callId, fromTag, toTag);
  return bindings.find(({ uri }) => uri === row?.page)?.uri ?? page;
}

type Judged =
  | { readonly kind: "known" | "forms"; readonly row: DialogRow }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** One of our pages, or another home. */
type Speaker = { readonly page: string } | { readonly home: AddressOfRecord };

/** The dialog of a request of that page, or of the other side's; one that nobody may answer is dropped. */
function judge(turn: Turn, request: SipRequest, speaker: Speaker): Judged | "dropped" {
  const sentByPage = "page" in speaker ? speaker.page : undefined;
  const named = {
    ...namesOf(request),
    sentByPage,
    // Of a dialog that is known nobody asks.
    get usage() {
      return usageOf(request);
    },
  };
  const judged = judgeInDialog(turn.state.dialogs, named, turn.now);
  if (judged.kind === "dropped") return "dropped";
  if (judged.kind === "refused") return judged;
  const { row } = judged;
  if ("home" in speaker && !isOtherSide(row, speaker.home, judged.kind === "early")) return unknown(request);
  if (judged.kind !== "early") return { kind: judged.kind, row };
  const early = earlyDialog(turn, row, request, speaker);
  return early === undefined ? unknown(request) : { kind: "known", row: early };
}

/**
 * The names of a dialog are known to more than its two sides (who may replace it, who watches it), and anybody can have a
 * dialog of the same names at his own home. Who answers for one that is not answered yet, its home has still to learn.
 */
const isOtherSide = (row: DialogRow, home: AddressOfRecord, isEarly: boolean): boolean =>
  row.remoteAor === undefined ||
  row.remoteAor === home ||
  (isEarly && row.openedBy === "local") ||
  mayNameAlias(row);

/** The row of an earlier version; the names of a subscription's dialog are shown to nobody else. */
const mayNameAlias = ({ openedBy, call, namesHome }: DialogRow): boolean =>
  openedBy === "local" && call === undefined && namesHome !== true;

const unknown = ({ method }: SipRequest): Judged | "dropped" =>
  method === "ACK"
    ? "dropped"
    : { kind: "refused", refusal: { status: 481, reason: "Call/Transaction Does Not Exist" } };

/** Every Route is a token of ours, for that page or for the other side, so nobody can be sent through us to anybody. */
function leavesByOwnRoute(turn: Turn, routes: readonly Route[], { page, remoteAor }: DialogRow): boolean {
  const seal = turn.ports.keyring.seal("route");
  return routes.every(({ nameAddr }) => {
    const target = readRoute(seal, nameAddr.uri);
    const isOwn = target?.aor === turn.state.aor && target.page === page;
    return isOwn || (target !== undefined && target.aor === remoteAor);
  });
}

/** From another home: a refresh of a subscription served here, or a request for one of our pages. */
export function receiveInDialog(turn: Turn, parcel: Parcel, request: SipRequest): void {
  if (request.method === "SUBSCRIBE" && servedSubscription(turn, request) !== undefined) {
    return receiveSubscribe(turn, parcel, request);
  }
  if (takeBackEndNotify(turn, parcel, request)) return;
  const judged = judge(turn, request, { home: parcel.from });
  if (judged === "dropped") return reply(turn, parcel, { kind: "abandoned", key: parcel.key });
  if (judged.kind === "refused") return answer(turn, parcel, request, judged.refusal.status);
  const { row, kind } = judged;
  if (row.call !== undefined) return arriveWithin(turn, parcel, request, row);
  const overtaken = row.state === "half" ? subscribeUnderWay(turn, row.id) : undefined;
  if (overtaken !== undefined) {
    if (overtaken.held.length >= mostHeld)
      return answer(turn, parcel, request, 503, { lines: [["Retry-After", "1"]] });
    turn.state.forwards.set(overtaken.key, { ...overtaken, held: [...overtaken.held, parcel] });
    return;
  }
  const socket = socketOfPage(turn, row.page);
  if (socket === undefined) return pageIsAway(turn, parcel, request, row);
  arriveInSubscription(turn, parcel, request, row, socket, kind === "known");
}

function pageIsAway(turn: Turn, parcel: Parcel, request: SipRequest, row: DialogRow): void {
  if (!isPageLost(turn, row.page)) return cutWithin(turn, parcel, request, row);
  endPage(turn, row.page);
  answer(turn, parcel, request, 481);
}

/** The SUBSCRIBE whose answer this dialog still awaits: JsSIP answers 481 to a NOTIFY that comes before it. */
function subscribeUnderWay(turn: Turn, dialog: string): Forward | undefined {
  for (const known of turn.state.forwards.values()) {
    if (known.purpose.kind === "subscribe" && known.purpose.dialog === dialog) return known;
  }
  return undefined;
}

const namesOf = (request: SipRequest) => ({
  method: request.method,
  callId: headerValue(request, "call-id") ?? "",
  fromTag: tagOf(headerValue(request, "from") ?? "") ?? "",
  toTag: tagOf(headerValue(request, "to") ?? "") ?? "",
});
