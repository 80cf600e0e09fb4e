// SIP.js as a page uses it.

import { Messager, Registerer, RegistererState, SIPExtension, type URI, UserAgent } from "sip.js";
import { callDelegate, calls, peerConnectionConfiguration, takeCalls } from "./sip-js-calls";
import { events, publish, takeEvents, unpublish } from "./sip-js-events";
import type { ClientOptions, SeenMessage, SipJsClient } from "./stock-client";

const messages: SeenMessage[] = [];
let userAgent: UserAgent;
let registerer: Registerer;
/** SIP.js has no setting for a token: a page gives it with each request. */
let extraHeaders: string[] = [];

const addressOf = ({ user, host }: URI): string => `${user}@${host}`;

const uriOf = (address: string): URI => {
  const uri = UserAgent.makeURI(`sip:${address}`);
  if (uri === undefined) throw new TypeError(`no address: ${address}`);
  return uri;
};

async function start({
  url,
  aor,
  password,
  token,
  instanceId,
  carbons,
  reliable,
  isSilent,
}: ClientOptions): Promise<number> {
  extraHeaders = token === undefined ? [] : [`Authorization: Bearer ${token}`];
  userAgent = new UserAgent({
    uri: uriOf(aor),
    transportOptions: { server: url },
    logLevel: "error",
    sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration },
    sipExtensionReplaces: SIPExtension.Supported,
    ...(reliable ? { sipExtension100rel: SIPExtension.Required } : {}),
    ...(password === undefined
      ? {}
      : { authorizationUsername: uriOf(aor).user ?? "", authorizationPassword: password }),
    delegate: {
      ...callDelegate,
      onMessage: (message) => {
        const { callId, from, to, body } = message.request;
        messages.push({ callId, from: addressOf(from.uri), to: addressOf(to.uri), body });
        void message.accept();
      },
      onDisconnect: (error) => {
        if (error) void comeBack();
      },
    },
  });
  takeCalls(userAgent, extraHeaders);
  takeEvents(userAgent, extraHeaders);
  await userAgent.start();
  if (isSilent) return 0;
  registerer = new Registerer(userAgent, {
    extraHeaders,
    extraContactHeaderParams: carbons ? ["+durasip.carbons"] : [],
    ...(instanceId === undefined ? {} : { instanceId, regId: 1 }),
  });
  return register();
}

/** SIP.js leaves reconnecting to the page. */
async function comeBack(): Promise<void> {
  await userAgent.reconnect().then(register, () => setTimeout(comeBack, 200));
}

const register = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const answered = ({ message }: { readonly message: { readonly statusCode?: number | undefined } }) =>
      resolve(message.statusCode ?? 0);
    registerer.register({ requestDelegate: { onAccept: answered, onReject: answered } }).catch(reject);
  });

const send = (to: string, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const answered = ({ message }: { readonly message: { readonly statusCode?: number | undefined } }) =>
      resolve(message.statusCode ?? 0);
    new Messager(userAgent, uriOf(to), body, "text/plain", { extraHeaders })
      .message({ requestDelegate: { onAccept: answered, onReject: answered } })
      .catch(reject);
  });

async function stop(): Promise<void> {
  await new Promise<void>((resolve) => {
    registerer.stateChange.addListener((state) => {
      if (state === RegistererState.Unregistered) resolve();
    });
    void registerer.unregister();
  });
  await userAgent.stop();
}

window.stockClient = Object.assign(window.stockClient ?? {}, {
  ...{ messages, start, send, publish, unpublish, stop, calls, events },
} satisfies SipJsClient);
