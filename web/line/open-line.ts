// A signed-in user's line, put together: a SIP.js user agent that stays registered, and what goes over it. Its Contact
// stays the same over all of its sockets, so that to the gateway it is one page, which missed nothing.

import { type Message, SIPExtension, UserAgent } from "sip.js";
import { sipJsSettings } from "../client-settings";
import { keepSession } from "../session";
import { createCalls } from "./calls/calls";
import type { Line } from "./contract";
import { keepAlive } from "./keep-alive";
import { createConversations } from "./messages/conversations";
import { createOwnApi } from "./own-api";
import { createRoster } from "./people/roster";
import { createWaiting, type Reach } from "./reach";
import { createRegistration } from "./registration";
import { type LineState, stayRegistered } from "./stay-registered";
import { createStore } from "./store";

export interface LineAccount {
  /** Where the gateway is, such as `location.origin`. */
  readonly gateway: string;
  readonly aor: string;
  /** Undefined: the session's cookie opens the socket. */
  readonly password?: string | undefined;
  /** A UUID that stays the same as long as the device does. */
  readonly instanceId: string;
}

/** Longer than a gateway lets a call ring: it says when that is enough, with whatever the user's rules make of it. */
const ringSeconds = 600;

/** Milliseconds for the gateway to answer the last that is said. */
const farewell = 1500;

/** Opens a line and keeps it open. Throws where the address is none. */
export function openLine({ gateway, aor, password, instanceId }: LineAccount): Line {
  const settings = sipJsSettings({ gateway, aor, password: password ?? "", instanceId });
  const uri = UserAgent.makeURI(`sip:${aor}`);
  if (uri === undefined) throw new TypeError(`no address-of-record: ${aor}`);
  const state = createStore<LineState>({ kind: "connecting" });
  const waiting = createWaiting();
  const api = createOwnApi({ gateway, aor, password });
  let doubt = (): void => {};
  let closed = false;
  let hasBeenRegistered = false;

  const take = (message: Message): void => {
    conversations.take(message);
    void message.accept();
  };
  const calls = createCalls(() => reach, api, aor, take);
  const userAgent = new UserAgent({
    ...settings.userAgent,
    uri,
    // SIP.js sends these pings too, but does not notice a missing answer.
    transportOptions: { ...settings.userAgent.transportOptions, keepAliveInterval: 0, traceSip: false },
    // close() says what there is to say: SIP.js would wait for each answer, and forever for one that does not come.
    gracefulShutdown: false,
    logLevel: "error",
    logBuiltinEnabled: false,
    noAnswerTimeout: ringSeconds,
    sipExtensionReplaces: SIPExtension.Supported,
    sessionDescriptionHandlerFactory: calls.sessionDescriptionHandlerFactory,
    delegate: {
      onInvite: calls.invited,
      onMessage: take,
      onConnect: () => {
        const { ws } = userAgent.transport as unknown as { readonly ws: WebSocket };
        // A dead socket takes a minute to close: it is left behind, and the next one opened.
        doubt = keepAlive(ws, () => void userAgent.transport.disconnect().catch(() => {}));
      },
      onDisconnect: () => {
        waiting.registered(false);
        if (!closed) persistence.lost();
      },
    },
  });
  // Challenged without a session that holds, SIP.js would make a guess of no password, and the gateway counts guesses.
  if (password === undefined) userAgent.userAgentCore.configuration.authenticationFactory = () => undefined;
  const reach: Reach = { ...waiting, aor, userAgent };
  const roster = createRoster(reach, api, uri, instanceId);
  const conversations = createConversations(reach, api);
  // What another tab of the same user sends is then shown here as well.
  const registererOptions = { ...settings.registerer, extraContactHeaderParams: ["+durasip.carbons"] };
  const registration = createRegistration(userAgent, registererOptions, () => persistence.lost());
  const persistence = stayRegistered(userAgent, registration, (next) => {
    const isRegistered = next.kind === "registered";
    waiting.registered(isRegistered);
    if (isRegistered) registered();
    if (next.kind === "refused") close();
    state.set(next);
  });

  function registered(): void {
    roster.renew();
    if (hasBeenRegistered) calls.lineCameBack();
    hasBeenRegistered = true;
    void conversations.readLog();
  }

  // A page that was put aside finds out at once whether its connection still carries.
  const woken = (): void => {
    if (document.visibilityState === "hidden") return;
    persistence.hurry();
    doubt();
  };
  // A page that goes hangs up; of one that cannot the gateway does, after a while.
  const leaving = (): void => calls.hangUpAll();
  window.addEventListener("online", woken);
  window.addEventListener("pagehide", leaving);
  document.addEventListener("visibilitychange", woken);

  function close(): void {
    if (closed) return;
    closed = true;
    calls.hangUpAll();
    persistence.end();
    letSessionGo();
    window.removeEventListener("online", woken);
    window.removeEventListener("pagehide", leaving);
    document.removeEventListener("visibilitychange", woken);
    const stop = (): void => void userAgent.stop().catch(() => {});
    if (!userAgent.isConnected()) return stop();
    // Nobody sees who has signed out, and no socket stays, whether the gateway answers or not.
    roster.end();
    const unregistered = registration.end().catch(() => {});
    waiting.registered(false);
    void Promise.race([unregistered, new Promise((over) => setTimeout(over, farewell))]).then(stop);
  }

  // The cookie has to be good whenever the socket is opened anew.
  const letSessionGo = password === undefined ? keepSession(gateway, aor) : () => {};
  persistence.start();
  return { aor, state, roster, conversations, calls, close };
}
