// Who may watch a user's presence, and how much of it is shown (RFC 3856 §6.6.2, RFC 5025): the owner, then the blocked
// list, then the user's own rules, then the realm's word on those of whom no rule speaks.
// The RFC wants the presentity's word before anybody sees anything; where the realm's word is allow, that is the
// word, which every user can narrow: colleagues of our realms see each other. Strangers are let in by a rule of the
// user's or not at all.
// The identity judged is the authenticated one, never From (RFC 3856 §6.6.1).

import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { type Circumstances, judgeWatcher, type Watcher } from "./judge-watcher";
import type { Permissions, SubHandling } from "./permissions";
import type { Ruleset } from "./ruleset";

export interface WatcherPolicy {
  readonly presentity: AddressOfRecord;
  /** The account's blocked list. */
  readonly blocked: readonly AddressOfRecord[];
  /** What the blocked are told: that they may not, or that the user is never there. */
  readonly blockedSee: "reject" | "polite-block";
  /** The user's presence rules, if there are any. */
  readonly rules: Ruleset | undefined;
  /** The realm's word on a user of our realms. */
  readonly otherwise: "allow" | "confirm" | "block";
  /** Whether the realm's word is its word on anonymous watchers too; else they are blocked. */
  readonly anonymousWatchers: boolean;
}

/**
 * `pending` waits for the user's word and is shown nothing; `reject` is answered 403; `polite-block` is accepted and shown
 * unavailablePresence; `allow` is shown what transformPresence makes of the document.
 */
export type WatcherVerdict =
  | { readonly kind: "pending" | "reject" | "polite-block" }
  | {
      readonly kind: "allow";
      /** Everything when undefined. */
      readonly permissions: Permissions | undefined;
    };

export function verdictOf(
  watcher: Watcher,
  policy: WatcherPolicy,
  circumstances: Circumstances,
): WatcherVerdict {
  if (watcher.kind === "user") {
    // The owner first: nobody can lock himself out by blocking himself.
    if (watcher.aor === policy.presentity) return { kind: "allow", permissions: undefined };
    if (policy.blocked.includes(watcher.aor)) return { kind: policy.blockedSee };
  }
  const judged = policy.rules && judgeWatcher(policy.rules, watcher, circumstances);
  return judged?.handling === undefined
    ? inWords(wordOfRealm(watcher, policy), undefined)
    : inWords(judged.handling, judged.permissions);
}

function wordOfRealm({ kind }: Watcher, { otherwise, anonymousWatchers }: WatcherPolicy): SubHandling {
  switch (kind) {
    case "user":
      return otherwise;
    case "anonymous":
      return anonymousWatchers ? otherwise : "block";
    case "foreign":
      return "block";
  }
}

/** RFC 5025 §3.2.1. */
function inWords(handling: SubHandling, permissions: Permissions | undefined): WatcherVerdict {
  switch (handling) {
    case "block":
      return { kind: "reject" };
    case "confirm":
      return { kind: "pending" };
    case "polite-block":
      return { kind: "polite-block" };
    case "allow":
      return { kind: "allow", permissions };
  }
}
