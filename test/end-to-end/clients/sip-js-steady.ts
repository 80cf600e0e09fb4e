// SIP.js as a page uses it that stays in touch. It does nothing of that by itself; left to the page:
//
// - it connects and registers again (stay-registered.ts and registration.ts of the page's own line do);
// - a final response that was lost with the socket never comes: a call that was placed before is given up after a while,
//   and by the page, since SIP.js waits for the answer to its CANCEL for good;
// - a BYE that comes with the 200, of a call that was hung up while the page was away, is dropped: `bye()` throws afterwards;
// - a SUBSCRIBE or PUBLISH that fails ends its Subscriber or Publisher.

import {
  type Invitation,
  Inviter,
  Messager,
  Publisher,
  PublisherState,
  type Session,
  SessionState,
  Subscriber,
  SubscriptionState,
  type URI,
  UserAgent,
  type Web,
} from "sip.js";
import { sipJsSettings } from "../../../web/client-settings";
import { createRegistration } from "../../../web/line/registration";
import { stayRegistered } from "../../../web/line/stay-registered";
import { randomFrom } from "../../support/chaos/random";
import { pidf } from "./event-client";
import { type LibraryCall, type SteadyCalls, steadyCalls } from "./steady-calls";
import { longAway, noAnswer, type SteadyOptions } from "./steady-client";
import { pageName, tellForSure } from "./told-for-sure";

const cancelPatience = 3_000;
const tryAgainAfter = 1_000;
const mediaOptions = { constraints: { audio: true, video: false } } as object;

interface SipJsCall extends LibraryCall {
  readonly session: Session;
}

let userAgent: UserAgent;
let calls: SteadyCalls;
let own: SteadyOptions;
let publisher: Publisher | undefined;
let sockets = 0;
let awaySince: number | undefined;
const open = new Set<SipJsCall>();
const renewals: (() => void)[] = [];

const uriOf = (address: string): URI => {
  const uri = UserAgent.makeURI(`sip:${address}`);
  if (uri === undefined) throw new TypeError(`no address: ${address}`);
  return uri;
};

function start(options: SteadyOptions): void {
  own = options;
  calls = steadyCalls(randomFrom(options.seed));
  const settings = sipJsSettings(options);
  userAgent = new UserAgent({
    ...settings.userAgent,
    uri: uriOf(options.aor),
    logLevel: "error",
    logBuiltinEnabled: false,
    sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: { iceServers: [] } },
    delegate: {
      onConnect: () => {
        sockets += 1;
      },
      onDisconnect: () => {
        registered(false);
        for (const call of open) giveUpUnanswered(call);
        persistence.lost();
      },
      onInvite: (invitation) => calls.rings(follow(invitation)),
      onMessage: (message) => {
        const { callId, body } = message.request;
        tellForSure({ kind: "message", body, callId, socket: `${pageName}#${sockets}` });
        void message.accept();
      },
    },
  });
  const registration = createRegistration(userAgent, settings.registerer, () => persistence.lost());
  const persistence = stayRegistered(userAgent, registration, ({ kind }) =>
    registered(kind === "registered"),
  );
  persistence.start();
}

function registered(is: boolean): void {
  const wasAway = awaySince === undefined ? 0 : Date.now() - awaySince;
  awaySince = is ? undefined : (awaySince ?? Date.now());
  void window.tell({ kind: "registered", is });
  calls.registered(is);
  if (is && wasAway > longAway) for (const renew of renewals) renew();
}

function message(to: string, body: string): void {
  const answered = ({ message: { statusCode } }: { message: { statusCode?: number | undefined } }): void =>
    tellForSure({ kind: "answered", body, status: statusCode ?? noAnswer });
  new Messager(userAgent, uriOf(to), body, "text/plain")
    .message({ requestDelegate: { onAccept: answered, onReject: answered } })
    .catch(() => answered({ message: {} }));
}

function follow(session: Session): SipJsCall {
  const handler = (): Web.SessionDescriptionHandler | undefined =>
    session.sessionDescriptionHandler as Web.SessionDescriptionHandler | undefined;
  const call: SipJsCall = {
    session,
    callId: (session as Inviter | Invitation).request.callId,
    isIncoming: !(session instanceof Inviter),
    connection: () => handler()?.peerConnection,
    answer: () =>
      void (session as Invitation)
        .accept({ sessionDescriptionHandlerOptions: mediaOptions })
        .catch(() => over()),
    refuse: () => void (session as Invitation).reject({ statusCode: 486 }).catch(() => over()),
    hangUp: () => hangUp(),
  };
  const over = (): void => {
    if (!open.delete(call)) return;
    calls.over(call);
    // Of a BYE that is not answered SIP.js keeps the sound until it gives up.
    handler()?.close();
  };
  const hangUp = (): void => {
    if (session.state === SessionState.Established) void bye(session).catch(() => {});
    over();
  };
  session.stateChange.addListener((state) => {
    if (state === SessionState.Established) calls.answered(call);
    else if (state === SessionState.Terminated) over();
  });
  open.add(call);
  return call;
}

/** Where a BYE has come before the 200 was worked through SIP.js drops it with the dialog, and throws here ever after. */
const bye = async (session: Session): Promise<unknown> => session.bye();

function giveUpUnanswered(call: SipJsCall): void {
  const { session } = call;
  const isRinging = (): boolean => open.has(call) && session.state === SessionState.Establishing;
  if (!(session instanceof Inviter) || !isRinging()) return;
  setTimeout(() => {
    calls.whenRegistered(() => {
      if (!isRinging()) return;
      void session.cancel().catch(() => {});
      setTimeout(() => open.has(call) && call.hangUp(), cancelPatience);
    });
  }, own.ringing);
}

function call(to: string, talk: number): void {
  const inviter = new Inviter(userAgent, uriOf(to), { sessionDescriptionHandlerOptions: mediaOptions });
  const placed = follow(inviter);
  calls.placed(placed, talk);
  inviter.invite().catch(() => placed.hangUp());
}

function watch(aor: string): void {
  let renew = (): void => {};
  renewals.push(() => renew());
  const subscribe = (): void => {
    const extraHeaders = ["Accept: application/pidf+xml"];
    const subscriber = new Subscriber(userAgent, uriOf(aor), "presence", { expires: 3600, extraHeaders });
    subscriber.delegate = {
      onNotify: (notification) => {
        void window.tell({ kind: "notified", aor, body: notification.request.body });
        void notification.accept();
      },
    };
    subscriber.stateChange.addListener((state) => {
      if (state !== SubscriptionState.Terminated) return;
      setTimeout(() => calls.whenRegistered(subscribe), tryAgainAfter);
    });
    void subscriber.subscribe();
    renew = () => {
      if (subscriber.state === SubscriptionState.Subscribed) void subscriber.subscribe();
    };
  };
  calls.whenRegistered(subscribe);
}

function publish(note: string): void {
  const body = pidf(own.aor, note);
  if (publisher === undefined || publisher.state === PublisherState.Terminated) {
    publisher = new Publisher(userAgent, uriOf(own.aor), "presence", {
      ...{ body, contentType: "application/pidf+xml", expires: 600 },
    });
  }
  void publisher.publish(body);
}

window.steadyClient = { start, message, call, watch, publish };
