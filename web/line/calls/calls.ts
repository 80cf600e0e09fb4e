// The user's calls: those that go on, at most one of them talked, and the log.

import {
  type Invitation,
  Inviter,
  type Message,
  type Referral,
  type Session,
  SessionState,
  UserAgent,
} from "sip.js";
import { kept, members } from "../../kept";
import type { Call, CallEnd, Calls, MediaDevices } from "../contract";
import type { OwnApi } from "../own-api";
import type { Reach } from "../reach";
import { createStore } from "../store";
import { createCallLog } from "./call-log";
import { newCall } from "./call-state";
import { createIceServers } from "./ice-servers";
import { type CallContext, LiveCall } from "./live-call";
import { type Media, openMedia } from "./media";
import { offersVideo } from "./sdp";

export interface OwnCalls extends Calls {
  readonly sessionDescriptionHandlerFactory: (session: Session) => Media;
  invited(invitation: Invitation): void;
  /** The socket was gone and is back. */
  lineCameBack(): void;
  /**
   * The page goes. What asks the user is left unsaid, since a decline would be for all his devices: it rings on there, and
   * here again after a reload.
   */
  hangUpAll(): void;
}

/** A user talks in one and holds another; a third finds him busy. */
const mostCalls = 2;
/** Of the name that a caller gives himself. */
const longestName = 100;
/** The home writes the log after the answer to the BYE. */
const logDelay = 1000;

/** `messaged` takes what is said within a call. */
export function createCalls(
  reach: () => Reach,
  api: OwnApi,
  aor: string,
  messaged: (message: Message) => void,
): OwnCalls {
  const open = createStore<readonly Call[]>([]);
  const keptDevices = kept(`devices.${aor}`, readDevices, "browser");
  const devices = createStore<MediaDevices>(keptDevices.get() ?? systemDevices);
  const live = new Map<string, LiveCall>();
  const mediaOf = new WeakMap<Session, Media>();
  const callLog = createCallLog(api);
  const iceServers = createIceServers(api);

  const changed = (call: Call): void => {
    open.update((all) => all.map((each) => (each.id === call.id ? call : each)));
    if (call.phase === "ended") setTimeout(callLog.refresh, logDelay);
  };

  const contextNow = (): CallContext => ({
    reach: reach(),
    iceServers,
    changed,
    messaged,
    referred: (call, referral) => follow(call, referral),
    async openMedia(session, video, told) {
      const options = { iceServers: await iceServers(), devices: devices.get(), video };
      const media = await openMedia(options, told);
      mediaOf.set(session, media);
      return media;
    },
  });

  function begin(session: Session, call: Call): LiveCall {
    const made = new LiveCall(contextNow(), session, call);
    live.set(call.id, made);
    open.update((all) => [...all, call]);
    return made;
  }

  /** A call that never was: nobody can be called so. */
  function stillborn(id: string, peer: string, video: boolean, end: CallEnd): void {
    const now = Date.now();
    const call = newCall({
      ...{ id, callId: "", direction: "outgoing", peer, peerName: undefined, video },
      startedAt: now,
    });
    open.update((all) => [...all, { ...call, phase: "ended", endedAt: now, end }]);
  }

  function placeWith(inviter: Inviter, id: string, peer: string, video: boolean): LiveCall {
    const { callId } = inviter.request;
    const startedAt = Date.now();
    const call = newCall({ id, callId, direction: "outgoing", peer, peerName: undefined, startedAt, video });
    const made = begin(inviter, call);
    holdOthers(id);
    void made.place(video);
    return made;
  }

  function holdOthers(id: string): void {
    for (const [other, call] of live) if (other !== id && call.isTalked) void call.hold(true);
  }

  /**
   * RFC 3515: the other side has transferred us. It is followed without a question, as every phone does; what the user
   * shows is what he has shown: no camera that was not on.
   */
  function follow(call: LiveCall, referral: Referral): void {
    const { user = "", host } = referral.referTo.uri;
    if (openCalls().length > mostCalls) {
      void referral.reject({ statusCode: 486 });
      return;
    }
    void referral.accept();
    const video = call.call.video && !call.call.cameraOff;
    const inviter = referral.makeInviter();
    const made = placeWith(inviter, crypto.randomUUID(), `${user}@${host}`, video);
    inviter.stateChange.addListener((state) => {
      // It came to nothing: back to whom the user talked to.
      const hasFailed = state === SessionState.Terminated && made.call.answeredAt === undefined;
      if (hasFailed && call.isTalked) void call.hold(false);
    });
  }

  const openCalls = (): readonly LiveCall[] => [...live.values()].filter(({ isOver }) => !isOver);

  function invited(invitation: Invitation): void {
    const { displayName, uri } = invitation.remoteIdentity;
    const replaced = openCalls().find(({ session }) => session === invitation.replacee);
    const isReplacing = invitation.replacee !== undefined;
    // RFC 3891 §3: only a call that is answered is taken over here.
    if (isReplacing && replaced?.session.state !== SessionState.Established) {
      void invitation.reject({ statusCode: 481 });
      return;
    }
    if (!isReplacing && openCalls().length >= mostCalls) {
      void invitation.reject({ statusCode: 486 });
      return;
    }
    const id = crypto.randomUUID();
    const call = newCall({
      id,
      callId: invitation.request.callId,
      direction: "incoming",
      peer: `${uri.user ?? ""}@${uri.host}`,
      // Its type does not say that there may be none.
      peerName: displayName?.slice(0, longestName) || undefined,
      startedAt: Date.now(),
      video: offersVideo(invitation.body ?? ""),
    });
    const made = begin(invitation, call);
    if (replaced === undefined) return;
    // SIP.js hangs up on who is replaced once this is answered.
    replaced.replacedBy(call.peer);
    void made.answer(replaced.call.video && !replaced.call.cameraOff);
  }

  return {
    open,
    log: callLog.log,
    readLog: callLog.readLog,
    devices,
    sessionDescriptionHandlerFactory(session) {
      const media = mediaOf.get(session);
      if (media === undefined) throw new Error("a call without media");
      return media;
    },
    invited,
    lineCameBack() {
      for (const call of live.values()) call.lineCameBack();
    },
    hangUpAll() {
      for (const call of openCalls()) if (!call.isAsking) call.hangUp();
    },
    call(peer, { video }) {
      const id = crypto.randomUUID();
      const target = UserAgent.makeURI(`sip:${peer}`);
      if (target === undefined)
        stillborn(id, peer, video, { kind: "refused", status: 484, reason: "Bad address" });
      else placeWith(new Inviter(reach().userAgent, target), id, peer, video);
      return id;
    },
    answer(id, { video }) {
      holdOthers(id);
      void live.get(id)?.answer(video);
    },
    decline: (id) => live.get(id)?.decline(),
    hangUp: (id) => live.get(id)?.hangUp(),
    dismiss(id) {
      if (live.get(id)?.isOver === false) return;
      live.delete(id);
      open.update((all) => all.filter((call) => call.id !== id));
    },
    mute: (id, muted) => live.get(id)?.mute(muted),
    turnCamera: async (id, on) => (await live.get(id)?.turnCamera(on)) ?? true,
    hold(id, held) {
      if (!held) holdOthers(id);
      void live.get(id)?.hold(held);
    },
    sendDigit: (id, digit) => live.get(id)?.sendDigit(digit),
    transfer(id, to) {
      const target = UserAgent.makeURI(`sip:${to}`);
      if (target !== undefined) live.get(id)?.transfer(to, target);
    },
    join(id, other) {
      const [one, two] = [live.get(id), live.get(other)];
      if (one === undefined || two?.isTalked !== true) return;
      // Whom it was handed to hangs up on us (RFC 3891 §3).
      two.replacedBy(one.call.peer);
      one.transfer(two.call.peer, two.session, (wentWell) => {
        if (wentWell) two.hangUp({ kind: "transferred", to: one.call.peer });
        else two.replacedBy(undefined);
      });
    },
    chooseDevices(chosen) {
      devices.set(chosen);
      keptDevices.set(chosen);
      for (const call of openCalls()) call.takeDevices(chosen);
    },
  };
}

const systemDevices: MediaDevices = { microphone: undefined, camera: undefined, speaker: undefined };

function readDevices(value: unknown): MediaDevices | undefined {
  const read = members(value);
  if (read === undefined) return undefined;
  const idOf = (name: string): string | undefined => {
    const id = read[name];
    return typeof id === "string" ? id : undefined;
  };
  return { microphone: idOf("microphone"), camera: idOf("camera"), speaker: idOf("speaker") };
}
