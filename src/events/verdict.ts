// What the user's rules say of a watcher, and what a verdict makes of a subscription (RFC 6665 §4.2.1.3, §4.2.2).

import { ended, owing, type Subscription } from "./subscription";

/** `polite-block` shows a false document in place of a refusal (RFC 6665 §6.2, RFC 3856 §6.6.2). */
export type Verdict = "allow" | "pending" | "reject" | "polite-block";

/** The subscription under a verdict: as it was, changed and owing a NOTIFY, or ended. */
export function underVerdict(subscription: Subscription, verdict: Verdict): Subscription {
  switch (verdict) {
    case "reject":
      return ended(subscription, "rejected");
    case "pending":
      // The figure of RFC 6665 §4.2.2 has no way back from active: the watcher subscribes anew, and waits.
      return subscription.state === "pending" ? subscription : ended(subscription, "deactivated");
    case "allow":
    case "polite-block": {
      const politelyBlocked = verdict === "polite-block";
      const stands = subscription.state === "active" && subscription.politelyBlocked === politelyBlocked;
      if (stands) return subscription;
      const approved = subscription.state === "pending" ? ({ approved: true } as const) : {};
      return owing({ ...subscription, ...approved, state: "active", politelyBlocked });
    }
  }
}
