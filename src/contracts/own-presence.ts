// What the HTTP of users asks of a home about presence: what the user states of himself, who watches him, and his word on
// each. Plain data both ways; every call may be made twice.

import type { AddressOfRecord } from "../sip/uri/address-of-record";

/** Basic status, and of activity, note and mood what is stated (src/presence/presence-from-json.ts). */
export interface PresenceStatement {
  readonly basic: "open" | "closed";
  readonly activity?: string;
  readonly note?: string;
  readonly mood?: string;
}

export interface PresenceView extends PresenceStatement {
  /** RFC 3339. */
  readonly statedAt: string;
  readonly expiresAt: string;
}

export type PutPresenceOutcome =
  | { readonly kind: "stated"; readonly presence: PresenceView }
  | { readonly kind: "refused"; readonly where: "activity" | "note" | "mood"; readonly detail: string }
  | { readonly kind: "no-account" };

/** RFC 5025 §3.2.1. */
export type Decision = "allow" | "confirm" | "block" | "polite-block";

/** One subscription to the user's presence (RFC 3858 §3), or a watcher who waits for a word. */
export interface WatcherView {
  readonly id: string;
  /** An address-of-record, or `anonymous@anonymous.invalid`. */
  readonly watcher: string;
  readonly status: "pending" | "active" | "waiting";
  readonly event: "subscribe" | "approved" | "timeout";
}

export interface WatcherList {
  readonly watchers: readonly WatcherView[];
  /** What the user has said of single watchers, whether they watch or not. */
  readonly decisions: readonly { readonly aor: string; readonly decision: Decision }[];
}

export type DecideOutcome =
  /** `verdict` is what holds for the watcher now, all rules and the blocked list together. */
  | { readonly kind: "decided"; readonly verdict: "allow" | "pending" | "reject" | "polite-block" }
  /** The user's rules cannot hold the decision. */
  | { readonly kind: "refused" }
  | { readonly kind: "no-account" };

/** The calls that the HTTP of users makes on the object of an address-of-record, for a user who is authenticated. */
export interface OwnPresence {
  /** Undefined when nothing is stated. */
  readPresence(): Promise<PresenceView | undefined>;
  putPresence(stated: PresenceStatement, expires: number | undefined): Promise<PutPresenceOutcome>;
  /** False when nothing was stated. */
  deletePresence(): Promise<boolean>;
  listWatchers(): Promise<WatcherList>;
  /** Without a decision the one there was is taken back. */
  decideWatcher(watcher: AddressOfRecord, decision: Decision | undefined): Promise<DecideOutcome>;
}
