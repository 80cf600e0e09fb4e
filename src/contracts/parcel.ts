// What passes between two homes: SIP as text, in batches, answered by the call's own result.
//
// Text is immune to version skew while two deployments overlap, prints in a log and replays in a test. A call
// may arrive twice, so a request is known by its key; a reply that did not make it into the result follows
// by a call of its own.

import type { Frame } from "../sip/frame";
import type { AddressOfRecord } from "../sip/uri/address-of-record";

/** A request on its way from one home to another. The sending home's Via is on top. */
export interface Parcel {
  /** Branch and method of the sending home's transaction: the same parcel twice has the same key. */
  readonly key: string;
  readonly frame: Frame;
  /** The home that sends it, and whose user it speaks for. */
  readonly from: AddressOfRecord;
  /** False when the sender is no authenticated user of ours: a guest, or the operator's own voice. */
  readonly authenticated: boolean;
  /** Objects this request has crossed, this hop included; more than the limit is refused. */
  readonly hops: number;
  /** A call that its sender's home has sent on for its user, and of whose end it is to be told (decision 0017). */
  readonly sentOn?: true;
  /** It was sent before, and what became of that is not known. */
  readonly isAgain?: true;
}

/** What became of a parcel. */
export type Reply =
  /** The response, with the sending home's Via on top again. */
  | { readonly kind: "answered"; readonly key: string; readonly frame: Frame }
  /** It waits for a device; the answer follows through `replied`. */
  | { readonly kind: "pending"; readonly key: string }
  /** Nobody will answer (RFC 4320 §4.2: a non-INVITE that timed out gets no 408). */
  | { readonly kind: "abandoned"; readonly key: string }
  /** A NOTIFY for a page that is away and may yet come back: nothing is kept of it (RFC 6665 §4.2.2). */
  | { readonly kind: "absent"; readonly key: string }
  /** The call of an INVITE that was sent on and taken is over. */
  | { readonly kind: "ended"; readonly key: string }
  /** This name is an alias: the parcel belongs to another home. */
  | { readonly kind: "moved"; readonly key: string; readonly to: AddressOfRecord };

/**
 * A parcel between two objects: a list, since the platform's copy of an object with named members costs a tenth of
 * a whole relayed message more. What is new is added at the end.
 */
export type WireParcel = readonly [
  key: string,
  frame: Frame,
  from: AddressOfRecord,
  authenticated: boolean,
  hops: number,
  sentOn?: true,
];

/** A reply between two objects. */
export type WireReply =
  | readonly [kind: "answered", key: string, frame: Frame]
  | readonly [kind: "pending" | "abandoned" | "absent" | "ended", key: string]
  | readonly [kind: "moved", key: string, to: AddressOfRecord];

/**
 * The reply to the one parcel of a call: the text of a response as it is, a word for there being none, a list for what is
 * neither. A call whose result is no object costs a twentieth of a whole relayed message less: the platform makes one to be disposed of.
 */
export type WireAnswer = string | WireReply;

/** A subscription's dialog by its three names, as its notifier knows it (RFC 3261 §12). */
export interface DialogName {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
}

/** What a watcher's home says of the page that subscribed. */
export type PageNews = "returned" | "gone";

/** The calls one home makes on another. */
export interface Home {
  /** Takes requests in order; the result has one reply for each, in the same order. Again: a call before this one failed. */
  receive(parcels: readonly WireParcel[], isAgain?: boolean): Promise<readonly WireReply[]>;
  /** As `receive`, of one parcel. An object of a version before has not got it. */
  receiveOne(parcel: WireParcel, isAgain?: boolean): Promise<WireAnswer>;
  /** Takes answers that were `pending`, in order. */
  replied(replies: readonly WireReply[]): Promise<void>;
  /** The page that subscribed here is back: what it was owed can be sent. */
  returned(dialogs: readonly DialogName[]): Promise<void>;
  /** The page that subscribed here will not come back: a NOTIFY would be answered 481. */
  gone(dialogs: readonly DialogName[]): Promise<void>;
}
