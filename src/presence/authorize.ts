// Who may watch a user's presence: the first floor, before rules of the user's own (RFC 3856 §6.6.2, RFC 5025).
// The RFC wants the presentity's word before anybody sees anything; here that word is the realm's rule, which
// every user can narrow: colleagues of our realms see each other, strangers do not.
// The identity judged is the authenticated one, never From (RFC 3856 §6.6.1).

import type { AddressOfRecord } from "../sip/uri/address-of-record";

export type Watcher =
  /** Authenticated by one of our homes, as this address-of-record. */
  | { readonly kind: "user"; readonly aor: AddressOfRecord }
  /** Named by a peer outside our realms. */
  | { readonly kind: "foreign" }
  | { readonly kind: "anonymous" };

export interface WatcherPolicy {
  readonly presentity: AddressOfRecord;
  /** The account's blocked list. */
  readonly blocked: readonly AddressOfRecord[];
  /** What the blocked are told: that they may not, or that the user is never there. */
  readonly blockedSee: "reject" | "polite-block";
  readonly anonymousWatchers: boolean;
}

/** `reject` is answered 403; `polite-block` is accepted and shown unavailablePresence. */
export type WatcherDecision = "allow" | "reject" | "polite-block";

export function authorizeWatcher(watcher: Watcher, policy: WatcherPolicy): WatcherDecision {
  switch (watcher.kind) {
    case "anonymous":
      return policy.anonymousWatchers ? "allow" : "reject";
    case "foreign":
      return "reject";
    case "user":
      // The owner first: nobody can lock himself out by blocking himself.
      if (watcher.aor === policy.presentity) return "allow";
      return policy.blocked.includes(watcher.aor) ? policy.blockedSee : "allow";
  }
}
