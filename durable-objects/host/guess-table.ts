// The networks that passwords, or the operator's token, are guessed from, over all accounts of a realm: a row each, with the moment its guesses are
// forgotten (src/auth/guess-rate.ts). A guess that is held back writes nothing, nor does a right one.

import { judgeGuess } from "../../src/auth/guess-rate";
import { type EpochMs, epochMs, type Millis } from "../../src/base/brand";
import type { Guess } from "../../src/contracts/guesses";
import type { Migrations } from "./migrations";

/** A step of the realm's schema. */
export const createGuessTable: Migrations[number] = [
  "CREATE TABLE guess (network TEXT PRIMARY KEY, forgotten_at INTEGER NOT NULL) WITHOUT ROWID",
];

/** More make room: those that are forgotten soonest go. */
const mostNetworks = 10_000;
/** Rows that are of no use any more are looked for, and taken away, once in so many guesses. */
const sweepAfter = 500;

type Execute = (
  statement: string,
  ...values: readonly SqlStorageValue[]
) => readonly Record<string, SqlStorageValue>[];

export interface GuessOutcome {
  readonly wait: Millis;
  /** The network has none left now, and had one before. */
  readonly isSpent: boolean;
}

export class GuessTable {
  readonly #execute: Execute;
  /** Of this memory: one that is new looks at its first guess. */
  #guesses = 0;

  constructor(execute: Execute) {
    this.#execute = execute;
  }

  guess({ door, network: from, isRight }: Guess, perHour: number, now: EpochMs): GuessOutcome {
    const network = door === "account" ? from : `${door} ${from}`;
    const [known] = this.#execute("SELECT forgotten_at FROM guess WHERE network = ?", network);
    const before = known === undefined ? undefined : epochMs(Number(known["forgotten_at"]));
    const { wait, forgottenAt } = judgeGuess(before, perHour, now);
    if (isRight || wait > 0) return { wait, isSpent: false };
    this.#execute("INSERT OR REPLACE INTO guess (network, forgotten_at) VALUES (?, ?)", network, forgottenAt);
    if (this.#guesses++ % sweepAfter === 0) this.#sweep(now);
    return { wait, isSpent: judgeGuess(forgottenAt, perHour, now).wait > 0 };
  }

  #sweep(now: EpochMs): void {
    this.#execute("DELETE FROM guess WHERE forgotten_at <= ?", now);
    this.#execute(
      `DELETE FROM guess WHERE network IN
        (SELECT network FROM guess ORDER BY forgotten_at LIMIT max(0, (SELECT count(*) FROM guess) - ?))`,
      mostNetworks,
    );
  }
}
