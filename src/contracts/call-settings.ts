// What an operator may decide about calls, with safe defaults.

import { type Millis, millis } from "../base/brand";

export interface CallSettings {
  /** How long a call rings in all before it is given up. */
  readonly ringFor: Millis;
  /** Whether targets of a lower q ring only after those of a higher one (RFC 3261 §16.6); else all ring at once. */
  readonly serial: boolean;
  /** How long one q group rings before the next one does. */
  readonly groupRingsFor: Millis;
  /** How long a page whose socket was cut may be away before its branch, or its own call, is given up. */
  readonly backWithin: Millis;
  /** How long the call of a page that was reloaded waits to be claimed. */
  readonly claimedWithin: Millis;
  /** How long a caller that was away may take to acknowledge a 2xx before its home does, and hangs up. */
  readonly acknowledgedWithin: Millis;
  /** How long one INVITE may live at the caller's home, whatever the other side says. */
  readonly longestInvite: Millis;
  /** One device's 600 or 603: the user has spoken (RFC 3261 §16.7 step 5), or only this device is busy. */
  readonly oneDecline: "endsFork" | "countsAsBusy";
  /** Devices and addresses that one INVITE may be sent to. */
  readonly targets: number;
  /** Branches of one INVITE: more than targets, since a page that was reloaded is rung anew. */
  readonly branches: number;
  /** RFC 5393 §5.3.3: branches that may be open at once, and the highest Max-Breadth taken from a request. */
  readonly maxBreadth: number;
  /** Redirects that may follow one another. */
  readonly redirects: number;
}

/** What a home, beside its calls one by one, is told of all of them. */
export interface HomeCallSettings extends CallSettings {
  /** How long a page may be away from a call that is talked. */
  readonly grace: Millis;
  /** Calls of one home at once. */
  readonly open: number;
  /** Entries of a user's log of calls, and how long they stay. */
  readonly logEntries: number;
  readonly logFor: Millis;
}

export const defaultCallSettings: CallSettings = {
  // Longer than the minute after which stock clients give up by themselves, shorter than Timer C.
  ringFor: millis(120_000),
  serial: false,
  groupRingsFor: millis(20_000),
  backWithin: millis(10_000),
  claimedWithin: millis(5_000),
  acknowledgedWithin: millis(5_000),
  longestInvite: millis(3_600_000),
  oneDecline: "endsFork",
  targets: 20,
  branches: 60,
  maxBreadth: 60,
  redirects: 5,
};
