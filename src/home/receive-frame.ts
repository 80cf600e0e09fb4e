// A WebSocket message from one of the user's sockets: keep-alive, response, or a request to be checked and routed
// (RFC 7118 §5, RFC 5626 §4.4.1, RFC 3261 §16.3).

import type { EpochMs } from "../base/brand";
import { allowEvents, allowPublishing } from "../events/supported-packages";
import { hasToTag, refuseForwarding, refuseRequest } from "../proxy/admit";
import { type NextHop, nextHopOf } from "../proxy/next-hop";
import { isAnonymous } from "../proxy/privacy";
import { type Frame, frameLength, octetLength } from "../sip/frame";
import { bracketedUri, parseNameAddr, parseNameAddrList } from "../sip/headers/name-addr";
import { headerValue, headerValues, type SipRequest } from "../sip/message";
import { parseMessage, salvageRequest } from "../sip/parser";
import type { Refusal } from "../sip/refusal";
import { type AddressOfRecord, addressOfRecordOf } from "../sip/uri/address-of-record";
import { parseUri } from "../sip/uri/uri";
import { validateRequest, validateResponse } from "../sip/validate";
import { authenticate, type BearerFact } from "./authentication";
import { ackOfPage, cancelOfPage } from "./calls/call-flows";
import { receiveDeviceResponse } from "./device-response";
import { receivePublish } from "./events/publish";
import { relayInDialog } from "./in-dialog";
import { close, socketLoggedIn } from "./lifecycle";
import { isForOwnLists } from "./lists/list-subscribe";
import { isFlooding, takeRequest, takeStrangersRequest } from "./rate";
import { receiveRegister } from "./register";
import { refuseNobodies, refuseWhileBusy, relayRequest } from "./relay";
import { namesThisGateway } from "./route";
import type { Socket } from "./state";
import { accountOf } from "./tenancy";
import { logOnce, putSocket, refuse, respond, type Scope, sendFrame, type Turn } from "./turn";

export interface FrameFacts {
  readonly frame: Frame;
  /** The token in its credentials, when the socket had none and the request carried one. */
  readonly bearer: BearerFact | undefined;
  /** A keep-alive has been answered on this socket (RFC 5626 §4.4.1), seen or unseen by this object. */
  readonly pinged: boolean;
  /** Until when nobody is let in by password from where it came, as the realm has said of the guess in it (guess.ts). */
  readonly heldUntil?: EpochMs | undefined;
}

export function receiveFrame(turn: Turn, socketId: string, facts: FrameFacts): void {
  const known = turn.state.sockets.get(socketId);
  if (known === undefined) return;
  const socket = facts.pinged && !known.pinged ? putSocket(turn, { ...known, pinged: true }) : known;
  const { frame } = facts;
  if (isKeepAlive(frame)) return answerKeepAlive(turn, socket, frame);
  const { limits } = turn.ports.settings;
  // Before anything is read: what is noise, or refused, costs its sender as much as what is served.
  const rate = isAnAnswer(socket, frame) ? "served" : rateOf(turn, socket);
  const isWithinRate = rate === "served";
  if (!isWithinRate) logOnce(turn, socket.id, "too many messages");
  if (rate === "flooding") return close(turn, socket.id, 1008, "Too many messages");
  const parsed = parseMessage(frame, { headerFields: limits.headerFields });
  if (!parsed.ok) return answerUnreadable(turn, socket, frame, parsed.error, isWithinRate);
  const message = parsed.value;
  if (message.kind === "response") {
    if (validateResponse(message)) receiveDeviceResponse(turn, socket, message);
    return;
  }
  // RFC 3261 §17.1.1.3: nothing answers an ACK.
  if (message.method === "ACK") {
    const isServed = isWithinRate && refuseSize(turn, frame, message) === undefined;
    return isServed ? receiveAck(turn, socket, message) : undefined;
  }
  if (!isWithinRate) return respond(turn, socket.id, message, 503, { lines: [["Retry-After", "1"]] });
  const refusal = refuseSize(turn, frame, message) ?? validateRequest(message) ?? refuseRequest(message);
  if (refusal !== undefined) return refuse(turn, socket.id, message, withEventsServed(message, refusal));
  // RFC 3261 §22.1: a CANCEL cannot be challenged. It comes from the page whose INVITE it names, or is for nothing.
  if (message.method === "CANCEL") {
    if (!cancelOfPage(turn, socket, message))
      refuse(turn, socket.id, message, { status: 481 }, "no INVITE of this page");
    return;
  }
  receiveRequest(turn, socket, message, facts.bearer);
}

/** The ACK of a refusal ends here, that of a 2xx goes on within its dialog. Neither can be refused or challenged. */
function receiveAck(turn: Turn, socket: Socket, ack: SipRequest): void {
  if (socket.authenticatedUntil === undefined || validateRequest(ack) !== undefined) return;
  if (ackOfPage(turn, socket, ack)) return;
  if (hasToTag(ack)) relayInDialog(turn, socket, ack, hopOf(turn, ack));
}

function rateOf(turn: Turn, { id, authenticatedUntil }: Socket): "served" | "refused" | "flooding" {
  const { state, now, ports } = turn;
  const { limits } = ports.settings;
  if (authenticatedUntil === undefined) return takeStrangersRequest(state, id, limits, now);
  if (takeRequest(state, id, limits, now)) return "served";
  return isFlooding(state, id, limits) ? "flooding" : "refused";
}

/** What the user's device answers, others have asked: their rate counts it. */
function isAnAnswer({ authenticatedUntil }: Socket, frame: Frame): boolean {
  if (authenticatedUntil === undefined) return false;
  if (typeof frame === "string") return frame.startsWith("SIP/");
  return [0x53, 0x49, 0x50, 0x2f].every((octet, at) => frame[at] === octet);
}

/** RFC 3903 §11.1 table 2, RFC 6665 §8.3.2: a 489 says which types of event there are instead. */
function withEventsServed({ method }: SipRequest, refusal: Refusal): Refusal {
  if (refusal.status !== 489) return refusal;
  return { ...refusal, lines: [["Allow-Events", method === "PUBLISH" ? allowPublishing() : allowEvents()]] };
}

/** RFC 3261 §21.4.1: what can be answered is, or its client would wait for 32 seconds. */
function answerUnreadable(
  turn: Turn,
  socket: Socket,
  frame: Frame,
  why: string,
  isWithinRate: boolean,
): void {
  logOnce(turn, socket.id, "unreadable message", { why, length: frameLength(frame) });
  // RFC 6455 §7.4.1: what is too large to be looked at is no accident.
  if (frameLength(frame) > turn.ports.settings.limits.frame) return close(turn, socket.id, 1009, "Too large");
  if (!isWithinRate) return;
  const request = salvageRequest(frame);
  if (request !== undefined && request.method !== "ACK") respond(turn, socket.id, request, 400);
}

function receiveRequest(
  turn: Turn,
  socket: Socket,
  request: SipRequest,
  bearer: BearerFact | undefined,
): void {
  const hop = hopOf(turn, request);
  const known = authenticate(turn, socket, request, bearer, isAnsweredHere(turn, request, hop));
  if (known === undefined) return;
  if (known !== socket && !socketLoggedIn(turn, known, request)) return;
  if (accountOf(turn) === undefined) return refuse(turn, socket.id, request, { status: 403 }, "no account");
  if (request.method === "REGISTER") return receiveRegister(turn, known, request, hop);
  if (hasToTag(request)) return relayInDialog(turn, known, request, hop);
  const refusal = refuseSender(turn, request) ?? refuseRoute(turn, request);
  if (refusal !== undefined) return refuse(turn, socket.id, request, refusal);
  if (isForOwnLists(turn, request)) return relayOwn(turn, known, request);
  if (hop.kind === "refused") return refuse(turn, socket.id, request, hop.refusal);
  if (hop.kind === "gateway") return receiveForGateway(turn, known, request);
  if (request.method === "PUBLISH") return receivePublish(turn, known, request, hop.aor);
  relayTo(turn, known, request, hop.aor);
}

function relayTo(turn: Turn, socket: Socket, request: SipRequest, to: AddressOfRecord): void {
  const isToSelf = to === turn.state.aor;
  const refused =
    refuseForwarding(request) ?? refuseWhileBusy(turn) ?? (isToSelf ? undefined : refuseNobodies(turn));
  if (refused !== undefined) return refuse(turn, socket.id, request, refused);
  relayRequest(turn, socket, request, to);
}

/** RFC 4662 §4: the subscriber's own home is the server of its lists. */
const relayOwn = (turn: Turn, socket: Socket, request: SipRequest): void =>
  relayTo(turn, socket, request, turn.state.aor);

export const hopOf = ({ ports }: Scope, { requestUri }: SipRequest): NextHop =>
  nextHopOf(requestUri, ports.settings.realms, (purpose) => ports.keyring.seal(purpose));

/** Whether this home is the one that serves the request, and so challenges with 401 (RFC 3261 §22.2). */
export function isAnsweredHere({ state }: Scope, request: SipRequest, hop: NextHop): boolean {
  const { method } = request;
  if (method === "REGISTER" || method === "PUBLISH") return true;
  // RFC 3261 §11.2: what is sent to the domain goes no further.
  if (hop.kind === "gateway" && !hasToTag(request)) return true;
  return method === "SUBSCRIBE" && hop.kind === "user" && hop.aor === state.aor;
}

/** From is the user, one of the user's other names, or nobody (RFC 3323 §4.1.1.3). */
function refuseSender(turn: Turn, request: SipRequest): Refusal | undefined {
  const value = headerValue(request, "from") ?? "";
  if (bracketedUri(value) === `sip:${turn.state.aor}`) return undefined;
  const from = parseNameAddr(value);
  const uri = from.ok ? parseUri(from.value.uri) : from;
  if (uri.ok && uri.value.kind === "sip") {
    if (isAnonymous(uri.value)) return undefined;
    const sender = addressOfRecordOf(uri.value);
    if (sender === turn.state.aor) return undefined;
    if (sender !== undefined && accountOf(turn)?.aliases.includes(sender) === true) return undefined;
  }
  return { status: 403, reason: "From is not yours" };
}

/** RFC 3261 §16.4: a Route that names us is popped; through us to anybody else there is no way. */
function refuseRoute(turn: Turn, request: SipRequest): Refusal | undefined {
  for (const value of headerValues(request, "route")) {
    const routes = parseNameAddrList(value);
    if (!routes.ok) return { status: 400, reason: "Bad Route" };
    if (!routes.value.every((route) => namesThisGateway(turn, route.uri))) {
      return { status: 403, reason: "Route is not ours" };
    }
  }
  return undefined;
}

/** A request to the domain itself: OPTIONS asks what we can do (RFC 3261 §11.2). */
function receiveForGateway(turn: Turn, socket: Socket, request: SipRequest): void {
  if (request.method !== "OPTIONS")
    return refuse(turn, socket.id, request, { status: 404 }, "for the gateway itself");
  respond(turn, socket.id, request, 200, {
    lines: [
      [
        "Allow",
        "INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, INFO, REFER, OPTIONS, REGISTER, MESSAGE, SUBSCRIBE, NOTIFY, PUBLISH",
      ],
      ["Supported", "path, outbound, gruu"],
      // RFC 6665 §4.4.4
      ["Allow-Events", allowEvents()],
      ["Accept", "*/*"],
    ],
  });
}

function refuseSize(turn: Turn, frame: Frame, request: SipRequest): Refusal | undefined {
  const { limits } = turn.ports.settings;
  // A UTF-16 unit is at most three octets: most messages need not be measured.
  if (frame.length * 3 <= Math.min(limits.frame, limits.body)) return undefined;
  if (frameLength(frame) > limits.frame) return { status: 513, reason: "Message Too Large" };
  const length = octetLength(request.text.slice(request.bodyStart), request.octets);
  return length > limits.body ? { status: 413, reason: "Request Entity Too Large" } : undefined;
}

/** RFC 5626 §4.4.1: CRLF CRLF is a ping; a lone CRLF is the answer to one, or noise. */
function isKeepAlive(frame: Frame): boolean {
  if (frame.length > 4 || frame.length === 0) return false;
  if (typeof frame === "string") return frame === "\r\n\r\n" || frame === "\r\n";
  return frame.every((octet, at) => octet === (at % 2 === 0 ? 13 : 10));
}

/** Text pings are answered by the runtime without waking this object; a binary one (baresip) comes here. */
function answerKeepAlive(turn: Turn, socket: Socket, frame: Frame): void {
  if (!socket.pinged) putSocket(turn, { ...socket, pinged: true });
  if (frame.length < 4) return;
  sendFrame(turn, socket.id, typeof frame === "string" ? "\r\n" : new Uint8Array([13, 10]));
}
