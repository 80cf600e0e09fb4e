// Timers of the transaction machines: RFC 3261 Table 4, RFC 6026 §8.11 (L, M), RFC 4320 §4.1 and RFC 3261
// §9.1 and §16.6 step 11. The timers that repeat messages (A, E, G) do not exist here: every hop is a
// WebSocket or a call between two objects, and neither loses a message while it stands.
//
// Three names have no letter, because the RFCs give them none: `cancelled` (§9.1), the two `…Trying` and the
// two `…Expiry`, after which a server transaction stops to wait for a user that has forgotten it.

import { after, type EpochMs, type Millis, millis } from "../base/brand";
import { invariant } from "../base/invariant";
import { startTimer, type TimerTable } from "../base/timer-table";

export type TimerName =
  | "B"
  | "C"
  | "D"
  | "F"
  | "H"
  | "I"
  | "J"
  | "K"
  | "L"
  | "M"
  | "cancelled"
  | "inviteTrying"
  | "inviteExpiry"
  | "nonInviteTrying"
  | "nonInviteExpiry";

/** How long each timer runs. Zero means that the state it would hold is left in the step that enters it. */
export type TimerValues = Readonly<Record<TimerName, Millis>>;

export type Timers = TimerTable<TimerName>;

export interface RoundTrip {
  /** RFC 3261 §17.1.1.1: an estimate of the round-trip time. */
  readonly t1: Millis;
  /** RFC 3261 §17.1.2.2: how long a server takes that does not answer a non-INVITE request at once. */
  readonly t2: Millis;
  /** RFC 3261 §17.1.2.2: how long the network holds a message. */
  readonly t4: Millis;
}

export const defaultRoundTrip: RoundTrip = { t1: millis(500), t2: millis(4000), t4: millis(5000) };

/** RFC 3261 §16.6 step 11: "larger than 3 minutes". */
const timerC = millis(181_000);

/** Timers of a hop that delivers each message once: D, I, J and K are zero. */
export function reliableTimers(roundTrip: RoundTrip = defaultRoundTrip): TimerValues {
  const { t1, t2 } = roundTrip;
  invariant(t1 > 0, "T1 is a positive time");
  const transaction = millis(64 * t1);
  return {
    B: transaction,
    C: timerC,
    D: millis(0),
    F: transaction,
    H: transaction,
    I: millis(0),
    J: millis(0),
    K: millis(0),
    L: transaction,
    M: transaction,
    cancelled: transaction,
    inviteTrying: millis(200),
    // Outlasts the client side of the same proxy: Timer C, the wait for the 487, and the wait for our user.
    inviteExpiry: millis(timerC + 2 * transaction),
    nonInviteTrying: timerEReachesT2(t1, t2),
    nonInviteExpiry: transaction,
  };
}

/**
 * Timers of a hop that loses nothing but may deliver a message twice, as a call between objects that is
 * tried again after an error: D, I, J and K have the values RFC 3261 gives them for an unreliable transport,
 * so that the second copy is known as one.
 */
export function repeatingTimers(roundTrip: RoundTrip = defaultRoundTrip): TimerValues {
  const values = reliableTimers(roundTrip);
  const { t4 } = roundTrip;
  return { ...values, D: millis(Math.max(32_000, values.H)), I: t4, J: millis(64 * roundTrip.t1), K: t4 };
}

export const defaultTimers: TimerValues = reliableTimers();

/** RFC 4320 §4.1: the time after which a client on an unreliable transport would first set Timer E to T2. */
function timerEReachesT2(t1: Millis, t2: Millis): Millis {
  let elapsed = 0;
  for (let interval: number = t1; interval < t2; interval *= 2) elapsed += interval;
  return millis(elapsed);
}

/** `timers` with the named one running from `now`; it starts anew if it ran. */
export function start(timers: Timers, name: TimerName, values: TimerValues, now: EpochMs): Timers {
  return startTimer(timers, name, after(now, values[name]));
}

/** False for a timer that does not run or is not due: a late, repeated or early wake-up changes nothing. */
export function isDue(timers: Timers, name: TimerName, now: EpochMs): boolean {
  const deadline = timers[name];
  return deadline !== undefined && deadline <= now;
}
