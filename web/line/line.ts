// One user's line to the gateway: a SIP.js user agent that stays registered, and what goes over it. Its Contact
// stays the same over all of its sockets, so that to the gateway it is one page, which missed nothing.

import { type Message, UserAgent } from "sip.js";
import { type ClientAccount, sipJsSettings } from "../client-settings";
import { keepAlive } from "./keep-alive";
import { type Delivery, type ReceivedMessage, readMessage, sendMessage } from "./messages";
import { createOwnPublication } from "./own-publication";
import type { OwnPresence, Presence } from "./presence-document";
import { createRegistration } from "./registration";
import { type LineState, stayRegistered } from "./stay-registered";
import { createWatches } from "./watches";

export interface LineObserver {
  state(state: LineState): void;
  /** To return is to take it: a message on which this throws is delivered again. */
  received(message: ReceivedMessage): void;
  /** Undefined when the gateway says nothing about that address. */
  presence(address: string, presence: Presence | undefined): void;
}

export interface Line {
  send(to: string, text: string): Promise<Delivery>;
  watch(address: string): void;
  publish(presence: OwnPresence): void;
  /** Ends publication, subscriptions and registration, then the connection. */
  close(): void;
}

/** Opens a line and keeps it open. */
export function openLine(account: ClientAccount, observer: LineObserver): Line {
  const settings = sipJsSettings(account);
  const uri = UserAgent.makeURI(`sip:${account.aor}`);
  if (uri === undefined) throw new TypeError(`no address-of-record: ${account.aor}`);
  let doubt = () => {};
  let closed = false;

  const userAgent = new UserAgent({
    ...settings.userAgent,
    uri,
    // SIP.js sends these pings too, but does not notice a missing answer.
    transportOptions: { ...settings.userAgent.transportOptions, keepAliveInterval: 0, traceSip: false },
    logLevel: "error",
    delegate: {
      onMessage: (message) => take(message, observer),
      onConnect: () => {
        const { ws } = userAgent.transport as unknown as { readonly ws: WebSocket };
        // A dead socket takes a minute to close: it is left behind, and the next one opened.
        doubt = keepAlive(ws, () => void userAgent.transport.disconnect().catch(() => {}));
      },
      onDisconnect: () => {
        if (!closed) persistence.lost();
      },
    },
  });
  // What another tab of the same user sends is then shown here as well.
  const registererOptions = { ...settings.registerer, extraContactHeaderParams: ["+durasip.carbons"] };
  const registration = createRegistration(userAgent, registererOptions, () => persistence.lost());
  const watches = createWatches(userAgent, observer.presence);
  const publication = createOwnPublication(userAgent, uri, account.instanceId);
  const persistence = stayRegistered(userAgent, registration, (state) => {
    if (state.kind === "registered") {
      watches.renew();
      publication.renew();
    } else watches.pause();
    if (state.kind === "refused") close();
    observer.state(state);
  });

  // A page that was put aside finds out at once whether its connection still carries.
  const woken = () => {
    if (document.visibilityState === "hidden") return;
    persistence.hurry();
    doubt();
  };
  window.addEventListener("online", woken);
  document.addEventListener("visibilitychange", woken);

  function close(): void {
    closed = true;
    persistence.end();
    window.removeEventListener("online", woken);
    document.removeEventListener("visibilitychange", woken);
    userAgent.stop().catch(() => {});
  }

  persistence.start();
  return {
    send: (to, text) => sendMessage(userAgent, to, text),
    watch: watches.watch,
    publish: publication.state,
    close,
  };
}

function take(message: Message, observer: LineObserver): void {
  const read = readMessage(message);
  if (read !== undefined) observer.received(read);
  void message.accept();
}
