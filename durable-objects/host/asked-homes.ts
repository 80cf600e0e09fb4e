// Which homes a realm asks for what they have not told, while an operator looks at its figures: those that told
// something of late, whose last minute waits with them; and, a few at a time, those that told long ago that their user is
// there, and may have lost him with their memory.

import type { EpochMs } from "../../src/base/brand";

const lateFor = 10 * 60_000;
const askedApart = 10_000;
const mostAtOnce = 50;
const mostKnown = 1000;
const staleAfter = 15 * 60_000;
const staleAtOnce = 10;

type OnlineAfter = (aor: string, toldBefore: number, limit: number) => readonly string[];

export class AskedHomes {
  /** When each last told, oldest first. */
  readonly #told = new Map<string, EpochMs>();
  readonly #since: EpochMs;
  #askedAt = 0;
  #cursor = "";

  /** `since`: when this memory began. What took it away may have taken the homes' sockets too. */
  constructor(since: EpochMs) {
    this.#since = since;
  }

  heard(aor: string, at: EpochMs): void {
    this.#told.delete(aor);
    this.#told.set(aor, at);
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= mostKnown) break;
      this.#told.delete(oldest);
    }
  }

  /** Whom to ask now; nobody when that was done a moment ago. */
  toAsk(now: EpochMs, onlineAfter: OnlineAfter): readonly string[] {
    if (now - this.#askedAt < askedApart) return [];
    this.#askedAt = now;
    for (const [aor, at] of this.#told) if (now - at > lateFor) this.#told.delete(aor);
    const lately = [...this.#told.keys()].slice(-mostAtOnce);
    const stale = onlineAfter(this.#cursor, Math.max(this.#since, now - staleAfter), staleAtOnce);
    this.#cursor = stale.length < staleAtOnce ? "" : (stale.at(-1) ?? "");
    return [...new Set([...lately, ...stale])];
  }
}
