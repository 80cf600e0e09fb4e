import type { Millis } from "../../../src/base/brand";
export interface Guess {
  readonly door: "account" | "administration";
  readonly network: string;
  readonly isRight: boolean;
}
export interface GuessKeeping {
  guess(guess: Guess): Promise<Millis>;
}
