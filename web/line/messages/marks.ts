// What became of a line, by all that is heard of it: an answer, a report, and both of them late or twice.

import type { Mark, Said } from "../contract";

/** A mark gives way to those above it alone. */
const rank: Readonly<Record<Mark["kind"], number>> = {
  sending: 0,
  unknown: 1,
  refused: 1,
  stored: 2,
  delivered: 3,
  displayed: 4,
};

/** The mark that stands after news; a try anew is `sending` and set, not raised. */
export function raiseMark(mark: Mark | undefined, news: Mark): Mark | undefined {
  if (mark === undefined) return undefined;
  return rank[news.kind] >= rank[mark.kind] ? news : mark;
}

/**
 * The lines after a report on one of them. What was sent before it has got as far: one report may stand for all that
 * came together (body.ts). A line that was refused, or whose fate nobody knows, is told of by its own report alone.
 */
export function reported<Line extends Said>(
  lines: readonly Line[],
  id: string,
  status: "delivered" | "displayed",
): readonly Line[] {
  const at = lines.findIndex((line) => line.id === id && line.mark !== undefined);
  if (at < 0) return lines;
  return lines.map((line, index) => {
    const { mark } = line;
    const isMeant = index === at || (index < at && (mark?.kind === "stored" || mark?.kind === "delivered"));
    return isMeant ? { ...line, mark: raiseMark(mark, { kind: status }) } : line;
  });
}
