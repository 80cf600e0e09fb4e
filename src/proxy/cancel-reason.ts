// Why a branch is cancelled, and what its device is told of it in Reason (RFC 3326 §2).
//
// Clients count a missed call unless the Reason says that somebody else dealt with it. So there is one when
// another device answered or declined for the user, and none when nobody answered.

import { reasonPhrase } from "../sip/reason-phrase";

export type CancelCause =
  | { readonly kind: "answeredElsewhere" }
  /** Another device's 6xx ended the fork. */
  | { readonly kind: "declinedElsewhere"; readonly status: number }
  /** The previous hop sent a CANCEL; its own Reason is copied. */
  | { readonly kind: "caller"; readonly reason?: string }
  /** It has rung long enough, in all or before the next group. */
  | { readonly kind: "noAnswer" }
  /** RFC 3261 §16.8. */
  | { readonly kind: "timerC" }
  /** The page was away, and its device rings elsewhere. */
  | { readonly kind: "replaced" }
  /** The hop failed without a clear answer: it may have the INVITE or not. */
  | { readonly kind: "unreachable" }
  /** The object began anew and its sockets are gone. */
  | { readonly kind: "restarted" };

/** The value of the Reason of a CANCEL; undefined for none. */
export function cancelReason(cause: CancelCause): string | undefined {
  switch (cause.kind) {
    case "answeredElsewhere":
      return 'SIP;cause=200;text="Call completed elsewhere"';
    case "declinedElsewhere":
      return `SIP;cause=${cause.status};text="${reasonPhrase(cause.status)}"`;
    case "caller":
      // RFC 3326 §2: a proxy SHOULD copy the Reason of the CANCEL that made it cancel.
      return cause.reason;
    default:
      return undefined;
  }
}

/**
 * What the end of a cancelled branch counts as, when it is a 487 or no answer at all: undefined for the 487 the
 * caller himself asked for. A 487 that nobody upstream asked for would tell the caller that he hung up.
 */
export function countedAs(cause: CancelCause): number | undefined {
  switch (cause.kind) {
    case "caller":
      return undefined;
    case "timerC":
      return 408;
    default:
      return 480;
  }
}
