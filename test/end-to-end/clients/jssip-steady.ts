// JsSIP as a page uses it that stays in touch. It connects and registers again by itself; left to the page:
//
// - a REGISTER that fails while the socket stays is not tried again;
// - an INVITE that rang here when the socket ended cannot be answered any more, since its transaction went with the
//   socket: the session is ended, and the gateway sends the INVITE again;
// - the same for one whose answer was lost on the way;
// - a SUBSCRIBE that fails ends its Subscriber.

import JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRequest } from "jssip/lib/SIPMessage";
import type { IncomingMessageEvent, OutgoingMessageEvent, RTCSessionEvent } from "jssip/lib/UA";
import { jsSipSettings, keepJsSipAlive, socketUrl } from "../../../web/client-settings";
import { randomFrom } from "../../support/chaos/random";
import { type LibraryCall, type SteadyCalls, steadyCalls } from "./steady-calls";
import { longAway, noAnswer, type SteadyOptions } from "./steady-client";
import { pageName, tellForSure } from "./told-for-sure";

const tryAgainAfter = 1_000;
const media = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };

interface JsSipCall extends LibraryCall {
  readonly session: RTCSession;
}

let userAgent: JsSIP.UA;
let calls: SteadyCalls;
let sockets = 0;
let awaySince: number | undefined;
const sessions = new Map<string, JsSipCall>();
const renewals: (() => void)[] = [];

function start({ gateway, aor, password, instanceId, seed }: SteadyOptions): void {
  userAgent = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(socketUrl(gateway, aor))],
    ...jsSipSettings({ gateway, aor, password, instanceId }),
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 2,
  });
  keepJsSipAlive(userAgent);
  calls = steadyCalls(randomFrom(seed));
  userAgent.on("connected", () => {
    sockets += 1;
  });
  userAgent.on("registered", () => registered(true));
  userAgent.on("unregistered", () => registered(false));
  userAgent.on("registrationFailed", () => {
    registered(false);
    setTimeout(() => userAgent.isConnected() && userAgent.register(), tryAgainAfter);
  });
  userAgent.on("disconnected", () => {
    registered(false);
    for (const call of sessions.values()) if (isAsking(call)) end(call);
  });
  userAgent.on("newMessage", ({ originator, request }: IncomingMessageEvent | OutgoingMessageEvent) => {
    if (originator !== "remote") return;
    const callId = request.getHeader("call-id") ?? "";
    tellForSure({ kind: "message", body: request.body ?? "", callId, socket: `${pageName}#${sockets}` });
  });
  userAgent.on("newRTCSession", ({ originator, session, request }: RTCSessionEvent) => {
    if (originator === "remote") asked(session, request);
  });
  userAgent.start();
}

function registered(is: boolean): void {
  const wasAway = awaySince === undefined ? 0 : Date.now() - awaySince;
  awaySince = is ? undefined : (awaySince ?? Date.now());
  void window.tell({ kind: "registered", is });
  calls.registered(is);
  if (is && wasAway > longAway) for (const renew of renewals) renew();
}

function message(to: string, body: string): void {
  const answered = ({ response }: { readonly response?: { readonly status_code: number } | null }): void =>
    tellForSure({ kind: "answered", body, status: response?.status_code ?? noAnswer });
  userAgent.sendMessage(`sip:${to}`, body, {
    eventHandlers: { succeeded: answered, failed: answered },
  } as object);
}

const isAsking = ({ session }: JsSipCall): boolean =>
  session.direction === "incoming" && !session.isEstablished();

function end({ session }: JsSipCall): void {
  if (!session.isEnded()) session.terminate();
}

function asked(session: RTCSession, request: IncomingRequest): void {
  const callId = request.getHeader("call-id") ?? "";
  const before = sessions.get(callId);
  if (before !== undefined) end(before);
  const call = follow(session, callId);
  calls.rings(call);
}

function follow(session: RTCSession, callId: string): JsSipCall {
  const call: JsSipCall = {
    session,
    callId,
    isIncoming: session.direction === "incoming",
    connection: () => session.connection,
    answer: () => session.answer(media),
    refuse: () => session.terminate({ status_code: 486 }),
    hangUp: () => end(call),
  };
  sessions.set(callId, call);
  const over = (): void => {
    if (sessions.get(callId) === call) sessions.delete(callId);
    calls.over(call);
  };
  session.on("accepted", () => calls.answered(call));
  session.on("ended", over);
  session.on("failed", over);
  return call;
}

function call(to: string, talk: number): void {
  userAgent.once("newRTCSession", ({ session, request }: RTCSessionEvent) => {
    calls.placed(follow(session, request.getHeader("call-id") ?? ""), talk);
  });
  userAgent.call(`sip:${to}`, media);
}

function watch(aor: string): void {
  let renew = (): void => {};
  renewals.push(() => renew());
  const subscribe = (): void => {
    const subscriber = userAgent.subscribe(`sip:${aor}`, "presence", "application/pidf+xml", {
      expires: 3600,
    });
    subscriber.on(
      "notify",
      (_isFinal, _request, body = "") => void window.tell({ kind: "notified", aor, body }),
    );
    subscriber.on("terminated", () => setTimeout(() => calls.whenRegistered(subscribe), tryAgainAfter));
    subscriber.subscribe();
    renew = () => subscriber.subscribe();
  };
  calls.whenRegistered(subscribe);
}

window.steadyClient = {
  ...{ start, message, call, watch },
  publish: () => {
    throw new TypeError("JsSIP has no PUBLISH");
  },
};
