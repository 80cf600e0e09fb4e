// A live ladder grows by what comes after its cursor. The answer is whole but for its lines.

import type { Ladder, LadderLine } from "./contract";

export interface Grown {
  readonly ladder: Ladder;
  /** What was not there before. */
  readonly fresh: readonly LadderLine[];
}

/** The ladder with what came; a line that came before is taken anew, where it stands. */
export function growLadder(before: Ladder | undefined, more: Ladder): Grown {
  if (before === undefined) return { ladder: more, fresh: [] };
  const again = new Map(more.lines.map((line) => [line.id, line]));
  const known = new Set(before.lines.map(({ id }) => id));
  const fresh = more.lines.filter(({ id }) => !known.has(id));
  const lines = [...before.lines.map((line) => again.get(line.id) ?? line), ...fresh];
  // The homes' halves come when they come; among equals the order of arrival stays.
  const ladder = { ...more, lines: lines.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)) };
  const next = more.next ?? before.next;
  return { ladder: next === undefined ? ladder : { ...ladder, next }, fresh };
}
