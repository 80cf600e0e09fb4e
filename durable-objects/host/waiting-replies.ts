// The calls of other homes that wait for a reply: each parcel's first reply is its call's result, later ones go by
// a call of their own.

import type { Reply } from "../../src/contracts/parcel";

export class WaitingReplies {
  readonly #waiting = new Map<string, ((reply: Reply) => void)[]>();

  /** The first reply to that key. */
  next(key: string): Promise<Reply> {
    return new Promise((resolve) => {
      const known = this.#waiting.get(key);
      if (known === undefined) this.#waiting.set(key, [resolve]);
      else known.push(resolve);
    });
  }

  /** Gives a reply to whoever waits for it; false when nobody does. */
  give(reply: Reply): boolean {
    const waiting = this.#waiting.get(reply.key);
    this.#waiting.delete(reply.key);
    for (const resolve of waiting ?? []) resolve(reply);
    return waiting !== undefined;
  }

  /** A step failed before it could reply: nobody is kept waiting. */
  giveUp(keys: readonly string[]): void {
    for (const key of keys) this.give({ kind: "abandoned", key });
  }
}
