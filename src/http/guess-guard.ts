// The realm's word on a guess (contracts/guesses.ts), asked for before the guess is answered. What a network is held until is
// known to the whole isolate from then on: until then the realm is not asked again, since nothing can make it sooner.

import { after, type EpochMs, epochMs, millis } from "../base/brand";
import type { Guess, GuessKeeping } from "../contracts/guesses";
import { log } from "./log";

const mostHeld = 1_000;

/** By realm, door and network, the one that was learned of first in front. */
const held = new Map<string, EpochMs>();

/**
 * Until when that guess is not to be answered; undefined for one that is. Never rejects: a realm that cannot be asked holds
 * nobody off, or its fault would be everybody's. `keeping` gives a stub.
 */
export async function heldUntil(
  realm: string,
  keeping: () => GuessKeeping,
  guess: Guess,
): Promise<EpochMs | undefined> {
  const key = `${realm} ${guess.door} ${guess.network}`;
  const known = held.get(key);
  if (known !== undefined && known > Date.now()) return known;
  held.delete(key);
  try {
    const wait = await keeping().guess(guess);
    if (wait <= 0) return undefined;
    const until = after(epochMs(Date.now()), millis(wait));
    held.set(key, until);
    for (const oldest of held.keys()) {
      if (held.size <= mostHeld) break;
      held.delete(oldest);
    }
    return until;
  } catch (thrown) {
    log("warn", "guess not told", { realm, why: String(thrown) });
    return undefined;
  }
}
