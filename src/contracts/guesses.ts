// What a realm is told of guesses: a home knows those at its own account, the realm those that come from one address,
// whatever account they are at. Those at the operator's token are counted in the first realm.

import type { Millis } from "../base/brand";

/** A login that is about to be answered. */
export interface Guess {
  /** What is guessed: the password of some account, or the operator's token. */
  readonly door: "account" | "administration";
  /** What counts as one address (auth/back-off). */
  readonly network: string;
  /** A right one is not counted; but where too many were wrong it is not heard either, or nothing would be held back. */
  readonly isRight: boolean;
}

/** A call on the object of a realm. It may be made twice: the guess then counts twice. */
export interface GuessKeeping {
  /** How long nobody from there is heard; 0 for a guess that is to be answered. */
  guess(guess: Guess): Promise<Millis>;
}
