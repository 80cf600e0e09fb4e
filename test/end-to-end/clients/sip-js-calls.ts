// Calls by SIP.js, as a page makes them.

import {
  type Invitation,
  Inviter,
  type Session,
  SessionState,
  type URI,
  UserAgent,
  type UserAgentDelegate,
  type Web,
} from "sip.js";
import {
  type CallClient,
  type CallEvent,
  type CallOptions,
  inboundPackets,
  selectedRoute,
  statusOfSipfrag,
} from "./call-client";

const sessions: Session[] = [];
let userAgent: UserAgent;
let extraHeaders: string[] = [];

const sessionOf = (call: number): Session => {
  const session = sessions[call];
  if (session === undefined) throw new RangeError(`no call ${call}`);
  return session;
};

const uriOf = (address: string): URI => {
  const uri = UserAgent.makeURI(`sip:${address}`);
  if (uri === undefined) throw new TypeError(`no address: ${address}`);
  return uri;
};

const handlerOf = (call: number): Web.SessionDescriptionHandler =>
  sessionOf(call).sessionDescriptionHandler as Web.SessionDescriptionHandler;

function connectionOf(call: number): RTCPeerConnection {
  const connection = handlerOf(call).peerConnection;
  if (connection === undefined) throw new TypeError("no media");
  return connection;
}

const mediaOf = ({ video = true }: CallOptions) => ({ constraints: { audio: true, video } }) as object;

/** Read by the factory of session description handlers at each call. */
export const peerConnectionConfiguration: RTCConfiguration = { iceServers: [] };

function useMediaOf({ iceServers = [], relayOnly = false }: CallOptions): void {
  peerConnectionConfiguration.iceServers = iceServers.map((server) => ({ ...server }));
  peerConnectionConfiguration.iceTransportPolicy = relayOnly ? "relay" : "all";
}

interface Message {
  readonly statusCode?: number | undefined;
  getHeader(name: string): string | undefined;
  readonly body: string;
}

const directionOf = (sdp: string): string =>
  /^a=(sendrecv|sendonly|inactive|recvonly)/m.exec(sdp)?.[1] ?? "sendrecv";

function watch(session: Session): number {
  const call = sessions.push(session) - 1;
  const say = (event: CallEvent, detail = "") => calls.events.push({ call, event, detail });
  let why = "";
  let wasAnswered = false;
  session.stateChange.addListener((state) => {
    if (state === SessionState.Established) {
      wasAnswered = true;
      say("answered");
    } else if (state === SessionState.Terminated) {
      // The delegate that knows why is told after this.
      setTimeout(() => say(wasAnswered ? "ended" : "failed", why));
    }
  });
  session.delegate = {
    onBye: (bye) => {
      const { incomingByeRequest } = bye as unknown as {
        readonly incomingByeRequest: { readonly message: Message };
      };
      why = incomingByeRequest.message.getHeader("reason") ?? "";
      void bye.accept();
    },
    onCancel: (cancel) => {
      why = cancel.request.getHeader("reason") ?? "Canceled";
    },
    onInvite: (request) => {
      const { body } = request as unknown as Message;
      say(directionOf(body) === "sendrecv" ? "resume" : "hold");
    },
    onInfo: (info) => {
      const { body } = info.request;
      const tone = /^Signal= ?(\S+)/m.exec(body)?.[1];
      if (tone === undefined) say("info", body);
      else say("dtmf", tone);
      void info.accept();
    },
    onMessage: (message) => {
      say("message", message.request.body);
      void message.accept();
    },
    onRefer: (referral) => {
      say("referred");
      useMediaOf(calls.options);
      const inviter = referral.makeInviter({
        extraHeaders: [...extraHeaders],
        sessionDescriptionHandlerOptions: mediaOf(calls.options),
      });
      void referral.accept().then(() => {
        watch(inviter);
        return inviter.invite();
      });
    },
  };
  (session as unknown as { refused?: (message: Message) => void }).refused = ({ statusCode }) => {
    why = String(statusCode);
  };
  return call;
}

/** Follows what the sipfrags of a REFER say, until the last. */
const refer = (call: number, to: URI | Session): Promise<number> =>
  new Promise((resolve, reject) => {
    sessionOf(call)
      .refer(to, {
        onNotify: (notification) => {
          void notification.accept();
          const status = statusOfSipfrag(notification.request.body);
          if (status >= 200) resolve(status);
        },
        requestOptions: { extraHeaders },
        requestDelegate: { onReject: () => resolve(0) },
      })
      .catch(reject);
  });

/** RFC 3261 §14.1: no re-INVITE while one of the other side is under way, which it is until its ACK is here. */
async function isQuiet(session: Session): Promise<void> {
  const { dialog } = session as unknown as {
    readonly dialog?: { readonly reinviteUserAgentServer?: unknown };
  };
  while (dialog?.reinviteUserAgentServer !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A re-INVITE; resolves when it was accepted. */
async function reInvite(call: number, hold: boolean): Promise<void> {
  const session = sessionOf(call);
  await isQuiet(session);
  const options = { ...mediaOf(calls.options), hold } as object;
  session.sessionDescriptionHandlerOptionsReInvite = options;
  return new Promise((resolve, reject) => {
    session
      .invite({
        requestDelegate: {
          onAccept: () => resolve(),
          onReject: (response) => reject(new Error(String(response.message.statusCode))),
        },
        requestOptions: { extraHeaders },
      })
      .catch(reject);
  });
}

export const calls: CallClient = {
  events: [],
  answering: "answer",
  options: {},
  place: (to, options) => {
    useMediaOf(options);
    const inviter = new Inviter(userAgent, uriOf(to), {
      extraHeaders,
      sessionDescriptionHandlerOptions: mediaOf(options),
    });
    const call = watch(inviter);
    void inviter.invite({
      requestDelegate: {
        onProgress: ({ message }) =>
          calls.events.push({ call, event: "ringing", detail: String(message.statusCode) }),
        onReject: ({ message }) =>
          (inviter as unknown as { refused: (message: Message) => void }).refused(message as Message),
      },
    });
    return call;
  },
  answer: (call) => {
    useMediaOf(calls.options);
    void (sessionOf(call) as Invitation).accept({ sessionDescriptionHandlerOptions: mediaOf(calls.options) });
  },
  hangUp: (call) => void sessionOf(call).bye(),
  cancel: (call) => void (sessionOf(call) as Inviter).cancel(),
  hold: (call) => reInvite(call, true),
  resume: (call) => reInvite(call, false),
  mute: (call, on) => handlerOf(call).enableSenderTracks(!on),
  isSending: (call) =>
    connectionOf(call)
      .getSenders()
      .some(({ track }) => track?.kind === "audio" && track.enabled),
  dtmf: (call, tone) => {
    const body = {
      contentDisposition: "render",
      contentType: "application/dtmf-relay",
      content: `Signal=${tone}\r\nDuration=100`,
    };
    void sessionOf(call).info({ requestOptions: { extraHeaders, body } });
  },
  message: (call, content) =>
    new Promise((resolve, reject) => {
      const answered = ({ message }: { readonly message: { readonly statusCode?: number | undefined } }) =>
        resolve(message.statusCode ?? 0);
      const body = { contentDisposition: "render", contentType: "text/plain", content };
      sessionOf(call)
        .message({
          requestDelegate: { onAccept: answered, onReject: answered },
          requestOptions: { extraHeaders, body },
        })
        .catch(reject);
    }),
  transfer: (call, to) => refer(call, uriOf(to)),
  attend: (call, other) => refer(call, sessionOf(other)),
  packets: (call) => inboundPackets(connectionOf(call)),
  route: (call) => selectedRoute(connectionOf(call)),
};

/** Has the calls of a user agent told and answered: its delegate for them. */
export const callDelegate: Pick<UserAgentDelegate, "onInvite"> = {
  onInvite: (invitation) => {
    const call = watch(invitation);
    calls.events.push({ call, event: "incoming", detail: invitation.remoteIdentity.uri.toString() });
    if (calls.answering === "answer") calls.answer(call);
    else if (calls.answering === "reliably")
      void invitation.progress({ statusCode: 183, rel: true } as object).then(() => calls.answer(call));
    else if (calls.answering === "busy") void invitation.reject({ statusCode: 486 });
    else if (calls.answering === "decline") void invitation.reject({ statusCode: 603 });
  },
};

export function takeCalls(ua: UserAgent, headers: string[]): void {
  userAgent = ua;
  extraHeaders = headers;
}
