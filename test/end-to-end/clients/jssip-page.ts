// JsSIP as a page uses it.

import JsSIP from "jssip";
import type { IncomingMessageEvent, OutgoingMessageEvent } from "jssip/lib/UA";
import { calls, takeCalls } from "./jssip-calls";
import { events, takeEvents } from "./jssip-events";
import type { ClientOptions, JsSipClient, SeenMessage } from "./stock-client";

const messages: SeenMessage[] = [];
let userAgent: JsSIP.UA;

type JsSipMessage = IncomingMessageEvent | OutgoingMessageEvent;

/** What its events carry; its own types leave out half. */
interface AnswerEvent {
  readonly response?: { readonly status_code: number } | null;
  readonly message?: { readonly status_code?: number } | null;
}

const statusOf = ({ response, message }: AnswerEvent): number =>
  response?.status_code ?? message?.status_code ?? 0;

function start({ url, aor, password, token, instanceId, carbons, isSilent }: ClientOptions): Promise<number> {
  userAgent = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(url)],
    uri: `sip:${aor}`,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 2,
    ...(password === undefined ? {} : { password }),
    ...(token === undefined ? {} : { authorization_jwt: `Bearer ${token}` }),
    ...(instanceId === undefined ? {} : { instance_id: instanceId }),
    register: isSilent !== true,
  });
  takeCalls(userAgent);
  takeEvents(userAgent);
  if (carbons) userAgent.registrator().setExtraContactParams({ "+durasip.carbons": "" });
  userAgent.on("newMessage", ({ originator, request }: JsSipMessage) => {
    if (originator !== "remote") return;
    messages.push({
      callId: request.getHeader("call-id") ?? "",
      from: `${request.from.uri.user}@${request.from.uri.host}`,
      to: `${request.to.uri.user}@${request.to.uri.host}`,
      body: request.body ?? "",
    });
  });
  return new Promise((resolve) => {
    if (isSilent) userAgent.on("connected", () => resolve(0));
    userAgent.on("registered", (event) => resolve(statusOf(event)));
    userAgent.on("registrationFailed", (event) => resolve(statusOf(event)));
    userAgent.start();
  });
}

const sendTyped = (to: string, body: string, contentType: string): Promise<number> =>
  new Promise((resolve) => {
    const answered = (event: AnswerEvent) => resolve(statusOf(event));
    const eventHandlers = { succeeded: answered, failed: answered };
    userAgent.sendMessage(`sip:${to}`, body, { contentType, eventHandlers });
  });

const send = (to: string, body: string): Promise<number> => sendTyped(to, body, "text/plain");

const ask = (to: string): Promise<number> =>
  new Promise((resolve) => {
    const answered = (event: AnswerEvent) => resolve(statusOf(event));
    const { sendOptions } = userAgent as unknown as {
      sendOptions(target: string, body: string, options: object): void;
    };
    sendOptions.call(userAgent, `sip:${to}`, "", {
      eventHandlers: { succeeded: answered, failed: answered },
    });
  });

const ringAndHangUp = (to: string): Promise<string> =>
  new Promise((resolve) => {
    const session = userAgent.call(`sip:${to}`, { mediaConstraints: { audio: true, video: false } });
    session.on("progress", () => session.terminate());
    session.on("confirmed", () => session.terminate());
    session.on("ended", ({ cause }) => resolve(cause));
    session.on("failed", ({ cause }) => resolve(cause));
  });

const stop = (): Promise<void> =>
  new Promise((resolve) => {
    userAgent.on("disconnected", () => resolve());
    userAgent.stop();
  });

window.stockClient = Object.assign(window.stockClient ?? {}, {
  ...{ messages, start, send, sendTyped, ask, ringAndHangUp, stop, calls, events },
} satisfies JsSipClient);
