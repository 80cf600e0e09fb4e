// Calls by JsSIP, as a page makes them.

import JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import {
  type CallClient,
  type CallEvent,
  type CallOptions,
  inboundPackets,
  selectedRoute,
  statusOfSipfrag,
} from "./call-client";

const sessions: RTCSession[] = [];
let userAgent: JsSIP.UA;

const sessionOf = (call: number): RTCSession => {
  const session = sessions[call];
  if (session === undefined) throw new RangeError(`no call ${call}`);
  return session;
};

const constraints = ({ video = true }: CallOptions) => ({ audio: true, video });
const pcConfig = ({ iceServers = [], relayOnly = false }: CallOptions): RTCConfiguration => ({
  iceServers: iceServers.map((server) => ({ ...server })),
  iceTransportPolicy: relayOnly ? "relay" : "all",
});

/** What its events carry; its own types leave out half. */
interface SessionEvent {
  readonly originator?: string;
  readonly cause?: string;
  readonly message?: { readonly status_code?: number; getHeader?(name: string): string | undefined } | null;
  readonly response?: { readonly status_code: number };
  readonly dtmf?: { readonly tone: string };
  readonly info?: { readonly body: string };
  readonly request?: { readonly body: string };
}

function watch(session: RTCSession): number {
  const call = sessions.push(session) - 1;
  const say = (event: CallEvent, detail = "") => calls.events.push({ call, event, detail });
  const on = (name: string, tell: (event: SessionEvent) => void): void => {
    (session as unknown as { on(name: string, listener: (event: SessionEvent) => void): void }).on(
      name,
      tell,
    );
  };
  const isIncoming = session.direction === "incoming";
  on("progress", ({ response }) => {
    if (!isIncoming) say("ringing", String(response?.status_code ?? ""));
  });
  on("confirmed", () => say("answered"));
  const over = ({ cause, message }: SessionEvent): string =>
    `${message?.status_code ?? cause ?? ""} ${message?.getHeader?.("reason") ?? ""}`.trim();
  on("ended", (event) => say("ended", over(event)));
  on("failed", (event) => say("failed", over(event)));
  on("hold", ({ originator }) => originator === "remote" && say("hold"));
  on("unhold", ({ originator }) => originator === "remote" && say("resume"));
  on("newDTMF", ({ originator, dtmf }) => originator === "remote" && say("dtmf", dtmf?.tone));
  on("newInfo", ({ originator, info }) => originator === "remote" && say("info", info?.body));
  // RFC 3891 §3: the session that takes this one's place comes as any other, and ends this one.
  on("replaces", (event) => (event as unknown as { accept(): void }).accept());
  on("refer", (event) => {
    say("referred");
    const { accept } = event as unknown as {
      accept(placed: (session: RTCSession) => void, options: object): void;
    };
    accept(watch, { mediaConstraints: constraints(calls.options), pcConfig: pcConfig(calls.options) });
  });
  return call;
}

/** Follows what the sipfrags of a REFER say, until the last. */
function refer(call: number, to: string, replaces?: RTCSession): Promise<number> {
  return new Promise((resolve) => {
    const tell = (event: SessionEvent) => resolve(statusOfSipfrag(event.request?.body ?? ""));
    sessionOf(call).refer(to, {
      ...(replaces === undefined ? {} : { replaces }),
      eventHandlers: {
        requestFailed: () => resolve(0),
        accepted: tell,
        failed: tell,
      },
    } as never);
  });
}

/** JsSIP refuses an offer while it waits for the ACK of the last; a user presses the button again. */
function offered(offer: (done: () => void) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const press = (): void => {
      if (!offer(resolve)) setTimeout(press, 50);
    };
    press();
  });
}

export const calls: CallClient = {
  events: [],
  answering: "answer",
  options: {},
  place: (to, options) => {
    const before = sessions.length;
    userAgent.call(`sip:${to}`, {
      mediaConstraints: constraints(options),
      pcConfig: pcConfig(options),
      anonymous: options.anonymous === true,
    });
    return before;
  },
  answer: (call) =>
    sessionOf(call).answer({
      mediaConstraints: constraints(calls.options),
      pcConfig: pcConfig(calls.options),
    }),
  hangUp: (call) => sessionOf(call).terminate(),
  cancel: (call) => sessionOf(call).terminate(),
  hold: (call) => offered((done) => sessionOf(call).hold({}, done)),
  resume: (call) => offered((done) => sessionOf(call).unhold({}, done)),
  mute: (call, on) => {
    if (on) sessionOf(call).mute({ audio: true, video: true });
    else sessionOf(call).unmute({ audio: true, video: true });
  },
  isSending: (call) => {
    const senders = sessionOf(call).connection.getSenders();
    return senders.some(({ track }) => track?.kind === "audio" && track.enabled);
  },
  dtmf: (call, tone) => sessionOf(call).sendDTMF(tone),
  message: (call, body) =>
    new Promise((resolve) => {
      const tell = (response: { readonly status_code: number }) => resolve(response.status_code);
      const { sendRequest } = sessionOf(call) as unknown as {
        sendRequest(method: string, options: object): void;
      };
      sendRequest.call(sessionOf(call), JsSIP.C.MESSAGE, {
        extraHeaders: ["Content-Type: text/plain"],
        body,
        eventHandlers: { onSuccessResponse: tell, onErrorResponse: tell },
      });
    }),
  transfer: (call, to) => refer(call, `sip:${to}`),
  attend: (call, other) => {
    const target = sessionOf(other);
    return refer(call, target.remote_identity.uri.toString(), target);
  },
  packets: (call) => inboundPackets(sessionOf(call).connection),
  route: (call) => selectedRoute(sessionOf(call).connection),
};

/** Has the calls of that user agent told and answered. */
export function takeCalls(ua: JsSIP.UA): void {
  userAgent = ua;
  ua.on("newRTCSession", ({ session, originator }: { session: RTCSession; originator: string }) => {
    const call = watch(session);
    if (originator !== "remote") return;
    calls.events.push({ call, event: "incoming", detail: session.remote_identity.uri.toString() });
    if (calls.answering === "answer") calls.answer(call);
    else if (calls.answering === "busy") session.terminate({ status_code: 486 });
    else if (calls.answering === "decline") session.terminate({ status_code: 603 });
  });
}
