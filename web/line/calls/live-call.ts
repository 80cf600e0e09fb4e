// One call: its SIP.js session, its media, and the snapshot the views have of it (call-state.ts says what follows what).
// A cut socket ends nothing: what is to be said waits for the line, and the media go on meanwhile.

import { Invitation, Inviter, type Message, type Session, SessionState } from "sip.js";
import type { Call, CallEnd, MediaDevices } from "../contract";
import type { Reach } from "../reach";
import { endOfBye, endOfCancel, endOfRefusal, mediaFailedReason } from "./call-end";
import { type CallInput, nextCall } from "./call-state";
import { digitInfo } from "./digit-info";
import type { Media } from "./media";
import { type MediaPath, watchMediaPath } from "./media-path";
import { createReInvites, putOffEarlyOffers, type ReInvites } from "./re-invite";
import { sipfragStatus, transferOf } from "./transfer";

export interface CallContext {
  readonly reach: Reach;
  /** Opens microphone, camera and a connection for this session's descriptions. */
  openMedia(session: Session, video: boolean, changed: () => void): Promise<Media>;
  iceServers(): Promise<readonly RTCIceServer[]>;
  changed(call: Call): void;
  messaged(message: Message): void;
  /** The other side asks us to call somebody (RFC 3515). */
  referred(call: LiveCall, referral: Parameters<ReferDelegate>[0]): void;
}

type ReferDelegate = NonNullable<NonNullable<Session["delegate"]>["onRefer"]>;

/** Who is transferred may take so long to say how it went. */
const transferPatience = 180_000;

export class LiveCall {
  readonly session: Session;
  readonly #context: CallContext;
  readonly #reInvites: ReInvites;
  readonly #path: MediaPath;
  #call: Call;
  #media: Media | undefined;
  /** Why it ends, as heard before SIP.js says that it has. */
  #why: CallEnd | undefined;
  /** Whom the other side talks to instead, once it hangs up on us (RFC 3891). */
  #replacement: string | undefined;
  /** It rang there: 480 then means that nobody answered. */
  #hasRung = false;
  /** The user has said so; the browser may still be asking him for the microphone. */
  #isTaken = false;

  constructor(context: CallContext, session: Session, call: Call) {
    this.#context = context;
    this.session = session;
    this.#call = call;
    const isOutgoing = session instanceof Inviter;
    this.#reInvites = createReInvites(context.reach, session, isOutgoing);
    putOffEarlyOffers(session);
    this.#path = watchMediaPath(
      {
        came: () => this.#step({ kind: "mediaCame" }),
        lost: () => this.#step({ kind: "mediaLost" }),
        restart: () => this.#restart(),
        failed: () => this.#fail(),
      },
      // Both sides notice, and one is enough to mend it.
      isOutgoing ? 2500 : 5000,
    );
    session.stateChange.addListener((state) => this.#sessionIs(state));
    session.delegate = {
      onBye: (bye) => {
        const { message } = (bye as unknown as IncomingBye).incomingByeRequest;
        const { transfer } = this.#call;
        // Who is transferred may hang up before he has said that it went well.
        const to = transfer?.state === "failed" ? undefined : (transfer?.to ?? this.#replacement);
        this.#why = to === undefined ? endOfBye(message.getHeader("reason")) : { kind: "transferred", to };
        void bye.accept();
      },
      onCancel: ({ request }) => {
        this.#why = endOfCancel(request.getHeader("reason"));
      },
      // A re-INVITE of theirs was answered.
      onInvite: () => this.#described(),
      onInfo: (info) => void info.accept(),
      // RFC 3428 §7: said within the call, and no less said.
      onMessage: (message) => context.messaged(message),
      onRefer: (referral) => context.referred(this, referral),
    };
  }

  get call(): Call {
    return this.#call;
  }

  get isOver(): boolean {
    return this.#call.phase === "ended";
  }

  /** Answered, and not over. */
  get isTalked(): boolean {
    return this.#call.phase === "connecting" || this.#call.phase === "active";
  }

  /** It comes, and rings. */
  get isAsking(): boolean {
    return this.session instanceof Invitation && this.#call.phase === "ringing";
  }

  /** Of a call that comes, rings until this. */
  async answer(video: boolean): Promise<void> {
    const { session } = this;
    if (!(session instanceof Invitation) || !this.isAsking || this.#isTaken) return;
    this.#isTaken = true;
    if (!(await this.#open(video))) {
      // This device cannot; the others ring on.
      this.#context.reach.whenRegistered(() => void session.reject({ statusCode: 480 }).catch(ignore));
      return;
    }
    this.#step({ kind: "answered" });
    this.#context.reach.whenRegistered(() => void session.accept().catch(() => this.#fail()));
  }

  /** The INVITE of a call that goes out, once there are media and a line. */
  async place(video: boolean): Promise<void> {
    const { session } = this;
    if (!(session instanceof Inviter) || !(await this.#open(video))) return;
    this.#context.reach.whenRegistered(() => {
      if (this.isOver) return;
      const requestDelegate = {
        onProgress: ({ message: { statusCode = 0 } }: Answered) => {
          if (statusCode < 180) return;
          this.#hasRung = true;
          this.#step({ kind: "rang" });
        },
        onReject: ({ message: { statusCode = 0, reasonPhrase = "" } }: Answered) => {
          this.#why = endOfRefusal(statusCode, reasonPhrase, this.#hasRung);
        },
      };
      session.invite({ requestDelegate }).catch(() => this.#end({ kind: "unreachable", status: 503 }));
    });
  }

  decline(): void {
    const { session } = this;
    if (!(session instanceof Invitation) || this.isOver) return;
    this.#end({ kind: "declined" });
    this.#context.reach.whenRegistered(() => void session.reject({ statusCode: 603 }).catch(ignore));
  }

  hangUp(end: CallEnd = { kind: "hung-up", by: "us", reason: undefined }, reason?: string): void {
    if (this.isOver) return;
    const { session } = this;
    if (session instanceof Invitation && !this.isTalked) return this.decline();
    this.#end(session instanceof Inviter && !this.isTalked ? { kind: "cancelled" } : end);
    const extraHeaders = reason === undefined ? [] : [`Reason: ${reason}`];
    this.#context.reach.whenRegistered(() => leave(session, extraHeaders));
  }

  mute(muted: boolean): void {
    this.#media?.mute(muted);
    this.#step({ kind: "muted", muted });
  }

  async hold(held: boolean): Promise<void> {
    const media = this.#media;
    if (media === undefined || !this.isTalked || this.#call.held === held) return;
    this.#step({ kind: "held", held });
    const outcome = await this.#reInvites.offer(() => media.hold(this.#call.held));
    if (outcome === "gone") this.#end({ kind: "hung-up", by: "them", reason: undefined });
    else if (outcome === "agreed") this.#described();
    else if (this.#call.held === held) {
      media.hold(!held);
      this.#step({ kind: "held", held: !held });
    }
  }

  /** False where the browser gave no camera, or the other side takes no picture. */
  async turnCamera(on: boolean): Promise<boolean> {
    const media = this.#media;
    if (media === undefined || !this.isTalked) return true;
    const outcome = await this.#reInvites.offer(() => media.turnCamera(on));
    // Nobody would see it, and its light would be on.
    if (outcome === "refused" && on) await media.turnCamera(false);
    if (outcome === "agreed") this.#described();
    return outcome !== "refused";
  }

  sendDigit(digit: string): void {
    if (!this.isTalked || !/^[0-9A-D*#]$/.test(digit) || this.#media?.sendDigit(digit)) return;
    const { session } = this;
    if (session.state === SessionState.Established) {
      void session.info({ requestOptions: { body: digitInfo(digit) } }).catch(ignore);
    }
  }

  takeDevices(devices: MediaDevices): void {
    this.#media?.takeDevices(devices).catch(ignore);
  }

  /** Refers the other side to an address-of-record, or to who talks in another call of ours. */
  transfer(
    to: string,
    target: Parameters<Session["refer"]>[0],
    over: (wentWell: boolean) => void = () => {},
  ): void {
    const { session } = this;
    if (!this.isTalked || session.state !== SessionState.Established) return;
    const says = (status: number): void => {
      if (status >= 200 && status < 300) {
        clearTimeout(timer);
        this.hangUp({ kind: "transferred", to });
        over(true);
      } else {
        if (status >= 300) {
          clearTimeout(timer);
          over(false);
        }
        this.#step({ kind: "transferring", transfer: transferOf(to, status) });
      }
    };
    const timer = setTimeout(() => says(408), transferPatience);
    says(100);
    this.#context.reach.whenRegistered(() => {
      session
        .refer(target, {
          onNotify: (notification) => {
            void notification.accept();
            const status = sipfragStatus(notification.request.body);
            if (status !== undefined) says(status);
          },
          requestDelegate: { onReject: ({ message: { statusCode = 500 } }) => says(statusCode) },
        })
        .catch(() => says(500));
    });
  }

  /** Another call takes the place of this one, which is then hung up; undefined: it does not after all. */
  replacedBy(peer: string | undefined): void {
    this.#replacement = peer;
  }

  /** The socket was gone and is back. */
  lineCameBack(): void {
    if (this.isTalked && this.session.state === SessionState.Established) this.#path.lineCameBack();
  }

  async #open(video: boolean): Promise<boolean> {
    try {
      const media = await this.#context.openMedia(this.session, video, () => this.#described());
      if (this.isOver) {
        media.close();
        return false;
      }
      this.#media = media;
      media.mute(this.#call.muted);
      const { connection } = media;
      connection.addEventListener("connectionstatechange", () => this.#path.is(connection.connectionState));
      this.#described();
      return true;
    } catch (error) {
      this.#end({ kind: "no-media", name: error instanceof Error ? error.name : "" });
      return false;
    }
  }

  #described(): void {
    if (this.#media === undefined) return;
    this.#step({ kind: "mediaChanged", media: this.#media.state() });
    this.#step({ kind: "heldByPeer", held: this.#media.isHeldByPeer() });
  }

  async #restart(): Promise<void> {
    const media = this.#media;
    if (media === undefined) return;
    const iceServers = await this.#context.iceServers();
    const outcome = await this.#reInvites.offer(() => media.restart(iceServers));
    if (outcome === "gone") this.#end({ kind: "hung-up", by: "them", reason: undefined });
  }

  #fail(): void {
    this.hangUp({ kind: "media-failed" }, mediaFailedReason);
  }

  #sessionIs(state: SessionState): void {
    if (state === SessionState.Established) {
      this.#step({ kind: "answered" });
      this.#path.is(this.#media?.connection.connectionState ?? "new");
    } else if (state === SessionState.Terminated) {
      // The delegate that knows why is told after this.
      setTimeout(() => this.#end(this.#why ?? this.#whyNot()));
    }
  }

  /** SIP.js ended it by itself: it hangs up on who is replaced, and on what it cannot describe. */
  #whyNot(): CallEnd {
    const to = this.#replacement;
    if (to !== undefined) return { kind: "transferred", to };
    return this.isTalked ? { kind: "media-failed" } : { kind: "cancelled" };
  }

  #end(end: CallEnd): void {
    if (this.isOver) return;
    this.#path.end();
    this.#step({ kind: "ended", end });
    this.#media?.close();
  }

  #step(input: CallInput): void {
    const next = nextCall(this.#call, input, Date.now());
    if (next === this.#call) return;
    this.#call = next;
    this.#context.changed(next);
  }
}

interface Answered {
  readonly message: {
    readonly statusCode?: number | undefined;
    readonly reasonPhrase?: string | undefined;
  };
}

interface IncomingBye {
  readonly incomingByeRequest: { readonly message: { getHeader(name: string): string | undefined } };
}

/** What cannot be said any more is for the gateway to say. */
const ignore = (): void => {};

/** SIP.js drops a BYE that comes before it has worked through the 200, with the dialog: it throws here ever after. */
const bye = async (session: Session, extraHeaders: string[]): Promise<unknown> =>
  session.bye({ requestOptions: { extraHeaders } });

/** CANCEL, BYE, or whatever else ends it in the state it is in. */
function leave(session: Session, extraHeaders: string[]): void {
  switch (session.state) {
    case SessionState.Initial:
    case SessionState.Establishing:
      if (session instanceof Inviter) void session.cancel({ extraHeaders }).catch(ignore);
      else if (session instanceof Invitation) void session.reject({ statusCode: 480 }).catch(ignore);
      return;
    case SessionState.Established:
      void bye(session, extraHeaders).catch(ignore);
      return;
    default:
  }
}
