// What goes in and out of a client transaction, RFC 3261 §17.1. The "TU" of the RFC (a proxy or a user
// agent) reads `deliver` and `inform`; `send` and the messages it is asked to build go to the hop of the
// request. Messages are opaque: the status arrives beside the text as a fact.

import type { TimerName } from "./timers";

export type ClientInput =
  /** A response that matches the transaction (§17.1.3). */
  | { readonly kind: "received"; readonly status: number; readonly message: string }
  | { readonly kind: "timerFired"; readonly timer: TimerName }
  /** The hop could not take what the machine last sent (§17.1.4). */
  | { readonly kind: "transportFailed" };

export type ClientEffect =
  | { readonly kind: "send"; readonly message: string }
  /** Build the ACK of §17.1.1.3 from both texts and send it where the request went. */
  | { readonly kind: "acknowledge"; readonly request: string; readonly response: string }
  /** Build the CANCEL of §9.1 and send it, in a transaction of its own, where the request went. */
  | { readonly kind: "cancel"; readonly request: string }
  | { readonly kind: "deliver"; readonly status: number; readonly message: string }
  | { readonly kind: "inform"; readonly failure: "timeout" | "transport" }
  | { readonly kind: "terminated" };

export type ResponseClass = "provisional" | "success" | "failure";

/** The class of a status as the figures use it; undefined for a number that is no SIP status. */
export function responseClass(status: number): ResponseClass | undefined {
  if (status >= 100 && status < 200) return "provisional";
  if (status >= 200 && status < 300) return "success";
  if (status >= 300 && status < 700) return "failure";
  return undefined;
}
