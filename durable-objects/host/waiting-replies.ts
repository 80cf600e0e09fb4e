// The calls of other homes that wait for a reply: each parcel's first reply is its call's result, later ones go by
// a call of their own.

import type { Reply } from "../../src/contracts/parcel";

interface Waiter {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (why: Error) => void;
}

export class WaitingReplies {
  readonly #waiting = new Map<string, Waiter[]>();

  /** The first reply to that key. */
  next(key: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const known = this.#waiting.get(key);
      if (known === undefined) this.#waiting.set(key, [{ resolve, reject }]);
      else known.push({ resolve, reject });
    });
  }

  /** Gives a reply to whoever waits for it; false when nobody does. */
  give(reply: Reply): boolean {
    const waiting = this.#waiting.get(reply.key);
    this.#waiting.delete(reply.key);
    for (const { resolve } of waiting ?? []) resolve(reply);
    return waiting !== undefined;
  }

  /** This memory ends: nobody is kept waiting, and whoever called may call again. */
  giveUp(why: Error): void {
    for (const { reject } of [...this.#waiting.values()].flat()) reject(why);
    this.#waiting.clear();
  }
}
