// The lines of a conversation as they are shown: days, and within them runs of one side, of which the last line alone
// tells the time.

import type { Said } from "../line/contract";
import { dayWords } from "./times";

export interface Bubble {
  readonly said: Said;
  /** It begins, or ends, what one side said in one go. */
  readonly first: boolean;
  readonly last: boolean;
}

export interface Day {
  readonly key: string;
  readonly words: string;
  readonly bubbles: readonly Bubble[];
}

/** Lines further apart than this are no longer one go. */
const pause = 3 * 60_000;

export function daysOf(lines: readonly Said[], now: number): readonly Day[] {
  const days: { key: string; words: string; bubbles: Bubble[] }[] = [];
  for (const [at, said] of lines.entries()) {
    const key = new Date(said.at).toDateString();
    const first = !inOneGo(lines[at - 1], said);
    const last = !inOneGo(said, lines[at + 1]) || said.mark?.kind !== lines[at + 1]?.mark?.kind;
    if (days.at(-1)?.key !== key) days.push({ key, words: dayWords(said.at, now), bubbles: [] });
    days.at(-1)?.bubbles.push({ said, first, last });
  }
  return days;
}

const inOneGo = (one: Said | undefined, next: Said | undefined): boolean =>
  one !== undefined &&
  next !== undefined &&
  (one.mark === undefined) === (next.mark === undefined) &&
  next.at - one.at < pause &&
  new Date(one.at).toDateString() === new Date(next.at).toDateString();
