// How a NOTIFY came back, and what that means for its subscription (RFC 6665 §4.2.2, RFC 5057 §5).

import { type Seconds, seconds } from "../base/brand";

export type NotifyOutcome =
  | { readonly kind: "answered"; readonly status: number; readonly retryAfter?: Seconds }
  /** Timer F, or no way there: nobody has answered. */
  | { readonly kind: "timeout" }
  /** The subscriber's home says that the page is away and may yet return. */
  | { readonly kind: "absent" }
  /** The subscriber's home says that the page will not return. */
  | { readonly kind: "gone" };

export type Impact =
  | { readonly kind: "taken" }
  /** The subscription is over. */
  | { readonly kind: "destroyed" }
  /** Its home says when it is back, or gone; `wait` is how long that word is waited for, which may be lost. */
  | { readonly kind: "absent"; readonly wait: Seconds }
  /** This NOTIFY alone has failed; `wait` is how long to leave the watcher in peace. */
  | { readonly kind: "failed"; readonly wait: Seconds };

/** RFC 6665 §4.2.2: the notifier MUST remove the subscription. 502 is of RFC 5057 Table 1: it ends the dialog. */
const destroying = new Set([404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 502, 604]);

// Longer than a page takes to load again or a home to start, and well under any subscription's duration.
const patience = seconds(30);
const mostPatience = seconds(600);

/** The impact of an outcome. A status that RFC 5057 counts against the transaction alone has failed once. */
export function impactOf(outcome: NotifyOutcome): Impact {
  switch (outcome.kind) {
    case "gone":
      return { kind: "destroyed" };
    case "absent":
      return { kind: "absent", wait: patience };
    case "timeout":
      return { kind: "failed", wait: patience };
    case "answered": {
      if (outcome.status < 300) return { kind: "taken" };
      if (destroying.has(outcome.status)) return { kind: "destroyed" };
      const asked = Math.max(patience, outcome.retryAfter ?? 0);
      return { kind: "failed", wait: seconds(Math.min(asked, mostPatience)) };
    }
  }
}
