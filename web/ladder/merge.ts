// A live ladder grows by what comes after its cursor. The answer is whole but for its lines.
//
// The gateway orders lines by what came of what, which times alone do not tell where two homes' clocks differ. So what is
// known keeps its order, what is new keeps its own, and times say only where the one goes into the other; when the call
// is over the ladder is read whole once more (use-ladder.ts).

import type { Ladder, LadderLine } from "../../src/contracts/ladder";

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
  const lines = before.lines.map((line) => again.get(line.id) ?? line);
  let least = 0;
  for (const line of fresh) {
    const at = placeFor(line, lines, least);
    lines.splice(at, 0, line);
    least = at + 1;
  }
  const ladder = { ...more, lines };
  const next = more.next ?? before.next;
  return { ladder: next === undefined ? ladder : { ...ladder, next }, fresh };
}

/** Behind all that is not later, and behind the new line before. */
function placeFor(line: LadderLine, lines: readonly LadderLine[], least: number): number {
  let at = lines.length;
  while (at > least && Date.parse(lines[at - 1]?.at ?? "") > Date.parse(line.at)) at -= 1;
  return at;
}
