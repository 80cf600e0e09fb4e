// What the page asks of a user's line, and what it can watch: plain data in, snapshots out, no SIP and no user
// interface. The views know this file alone.

import type { OwnPresence, Presence } from "./presence-document";
import type { LineState } from "./stay-registered";

/** Something that changes and says so: `get` gives the same snapshot until it does. */
export interface Observable<Value> {
  get(): Value;
  /** The listener hears of every change; the result ends that. */
  subscribe(listener: () => void): () => void;
}

/** A signed-in user's line. `close` ends publication, subscriptions and registration, then the connection. */
export interface Line {
  readonly aor: string;
  readonly state: Observable<LineState>;
  readonly roster: Roster;
  readonly conversations: Conversations;
  readonly calls: Calls;
  close(): void;
}

/* People */

export interface Person {
  /** The address-of-record: `bob@example.com`. */
  readonly address: string;
  /** Undefined when the gateway says nothing about that address. */
  readonly presence: Presence | undefined;
  /** The busy lamp (RFC 4235); undefined when the user may not see it. */
  readonly lamp: "idle" | "ringing" | "busy" | undefined;
  /** He may not be watched yet: the user has been asked (RFC 3857 `pending`), or has said no. */
  readonly watching: "asking" | "active" | "pending" | "refused";
}

/** Somebody who watches the user, or wants to (RFC 3858). */
export interface Watcher {
  readonly address: string;
  readonly status: "active" | "pending" | "waiting";
  readonly decision: "allow" | "block" | "polite-block" | "confirm" | undefined;
}

export interface Roster {
  readonly people: Observable<readonly Person[]>;
  readonly watchers: Observable<readonly Watcher[]>;
  readonly own: Observable<OwnPresence>;
  add(address: string): void;
  remove(address: string): void;
  /** Rejects when the gateway did not take it. */
  decide(address: string, decision: "allow" | "block" | "polite-block"): Promise<void>;
  publish(presence: OwnPresence): void;
}

/* Messages */

/** What became of a message: the gateway's answer, then the recipient's reports (RFC 5438). */
export type Mark =
  | { readonly kind: "sending" }
  /** 202: kept, and delivered when the recipient is back. */
  | { readonly kind: "stored" }
  | { readonly kind: "delivered" }
  | { readonly kind: "displayed" }
  | { readonly kind: "refused"; readonly status: number; readonly reason: string }
  /** The page was left before the answer came. */
  | { readonly kind: "unknown" };

export interface Said {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Undefined for what was received. */
  readonly mark: Mark | undefined;
}

export interface Conversation {
  readonly peer: string;
  /** In the order of their times. */
  readonly lines: readonly Said[];
  readonly unread: number;
  /** The other side is writing (RFC 3994). */
  readonly composing: boolean;
}

export interface Conversations {
  readonly all: Observable<ReadonlyMap<string, Conversation>>;
  send(peer: string, text: string): void;
  /** Sends a line that was refused, or whose answer nobody heard, once more. */
  sendAgain(peer: string, id: string): void;
  /** The user is writing, or has stopped; called at each key. */
  composing(peer: string, isComposing: boolean): void;
  /** The user has the conversation before his eyes: unread is none, and the senders hear of it. */
  displayed(peer: string): void;
}

/* Calls */

export type CallPhase =
  /** The INVITE is under way and nothing rings yet. */
  | "calling"
  /** It rings: there for an outgoing call, here for an incoming one. */
  | "ringing"
  /** Answered, the media not yet there. */
  | "connecting"
  | "active"
  | "ended";

/** Why a call is over, for people. */
export type CallEnd =
  | { readonly kind: "hung-up"; readonly by: "us" | "them" | "gateway"; readonly reason: string | undefined }
  | { readonly kind: "cancelled" }
  | { readonly kind: "answered-elsewhere" }
  | { readonly kind: "declined" }
  | { readonly kind: "busy" }
  | { readonly kind: "no-answer" }
  | { readonly kind: "unreachable"; readonly status: number }
  | { readonly kind: "refused"; readonly status: number; readonly reason: string }
  /** The browser gave no microphone or camera: `name` is that of the DOMException. */
  | { readonly kind: "no-media"; readonly name: string }
  /** No media passes between the two (ICE failed). */
  | { readonly kind: "media-failed" }
  | { readonly kind: "transferred"; readonly to: string };

export interface Call {
  readonly id: string;
  /** For the ladder and the log. */
  readonly callId: string;
  readonly direction: "incoming" | "outgoing";
  readonly peer: string;
  readonly peerName: string | undefined;
  readonly phase: CallPhase;
  readonly startedAt: number;
  readonly answeredAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly end: CallEnd | undefined;
  /** Video is part of the call: offered for one that rings, agreed for one that is answered. */
  readonly video: boolean;
  readonly muted: boolean;
  readonly cameraOff: boolean;
  /** By us, and by the other side. */
  readonly held: boolean;
  readonly heldByPeer: boolean;
  /** The media path is broken and being sought anew (ICE restart). */
  readonly reconnecting: boolean;
  readonly localStream: MediaStream | undefined;
  readonly remoteStream: MediaStream | undefined;
  /** A transfer that we asked for, and how far it is. */
  readonly transfer:
    | {
        readonly to: string;
        readonly state: "trying" | "ringing" | "failed";
        readonly status: number | undefined;
      }
    | undefined;
}

/** One line of the user's log of calls, as `GET /v1/me/calls` gives it. */
export interface LoggedCall {
  readonly id: string;
  readonly direction: "incoming" | "outgoing";
  readonly peer: string;
  readonly peerName?: string;
  readonly startedAt: string;
  readonly duration?: number;
  readonly outcome: string;
  readonly missed: boolean;
  readonly status?: number;
}

export interface MediaDevices {
  /** `deviceId`s; undefined for the system's default. */
  readonly microphone: string | undefined;
  readonly camera: string | undefined;
  readonly speaker: string | undefined;
}

export interface Calls {
  /** Those that go on, oldest first, and each ended one until `dismiss`. At most one is not held. */
  readonly open: Observable<readonly Call[]>;
  /** The log, newest first, as far as it was read; undefined until it was. */
  readonly log: Observable<readonly LoggedCall[] | undefined>;
  readonly devices: Observable<MediaDevices>;
  /** Starts a call and holds the one that is talked; gives its id at once. */
  call(peer: string, media: { readonly video: boolean }): string;
  answer(id: string, media: { readonly video: boolean }): void;
  /** 603 to this call, on all devices. */
  decline(id: string): void;
  /** Ends a call in any phase: CANCEL, BYE. */
  hangUp(id: string): void;
  dismiss(id: string): void;
  mute(id: string, muted: boolean): void;
  /** False where the browser gave no camera, or the other side takes no picture. */
  turnCamera(id: string, on: boolean): Promise<boolean>;
  /** Holding one call and going on with another is `hold(other, false)`: it holds whichever is talked. */
  hold(id: string, held: boolean): void;
  /** One of `0123456789*#`: RFC 4733 where the browser can, and INFO where not. */
  sendDigit(id: string, digit: string): void;
  /** Blind: REFER to an address-of-record. */
  transfer(id: string, to: string): void;
  /** Attended: the other side of one call is joined with that of the other (Refer-To with Replaces). */
  join(id: string, other: string): void;
  chooseDevices(devices: MediaDevices): void;
  /** Reads more of the log; false when there is none. */
  readLog(): Promise<boolean>;
}
