// Wrong passwords from one address, over all accounts: so many at once, and as many an hour after that. One number a
// network: the moment at which all of its guesses are forgotten (the generic cell rate algorithm of ITU-T I.371).
//
// A rate and no doubling pauses, since an address may be that of many people: a phone with an old password tries a few times an
// hour for ever, and must not shut the door to its neighbours.

import { after, type EpochMs, epochMs, type Millis, millis } from "../base/brand";

const hour = millis(3_600_000);

export interface JudgedGuess {
  /** 0 for a guess that is answered; else none is before that. */
  readonly wait: Millis;
  /** With this guess, where it is answered. */
  readonly forgottenAt: EpochMs;
}

/**
 * Judges one more wrong password. `forgottenAt` is that of the guess before it; undefined when there was none lately. Of other
 * things counted so, the time in which as many more are answered as at once may be another.
 */
export function judgeGuess(
  forgottenAt: EpochMs | undefined,
  perWindow: number,
  now: EpochMs,
  window: Millis = hour,
): JudgedGuess {
  const latest = after(now, window);
  // What is later than that was reckoned by a clock that has been set back since.
  const known = Math.min(Math.max(forgottenAt ?? 0, now), latest);
  const withThis = known + Math.floor(window / perWindow);
  const wait = millis(Math.max(0, withThis - latest));
  return { wait, forgottenAt: epochMs(wait > 0 ? known : withThis) };
}
