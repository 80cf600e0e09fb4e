// What goes in and out of a server transaction, RFC 3261 §17.2. The request that opens it was read by the
// core before the transaction existed (RFC 6026 §8.10), so it is not delivered a second time.

import type { TimerName } from "./timers";

export type ServerInput =
  /** A request that matches the transaction (§17.2.3): a retransmission, or an ACK. */
  | { readonly kind: "received"; readonly method: string; readonly message: string }
  /** The TU passed a response. */
  | { readonly kind: "responded"; readonly status: number; readonly message: string }
  | { readonly kind: "timerFired"; readonly timer: TimerName }
  /** The hop could not take what the machine last sent (§17.2.4). */
  | { readonly kind: "transportFailed" };

export type ServerEffect =
  | { readonly kind: "send"; readonly message: string }
  /** The TU owes a 100: build it and pass it as any other response. */
  | { readonly kind: "answerTrying" }
  | { readonly kind: "deliver"; readonly method: string; readonly message: string }
  | { readonly kind: "inform"; readonly failure: "timeout" | "transport" }
  | { readonly kind: "terminated" };
