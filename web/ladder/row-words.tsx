// What every form of a line has: its mark, and its words for those who do not see the drawing.

import { CircleX, Flag, Zap } from "lucide-react";
import type { PlacedLine } from "./layout";

/** A failed line has a mark as well as a colour; so has the one that decided the call. */
export function LineMarks({ row, isCause }: { readonly row: PlacedLine; readonly isCause: boolean }) {
  const { failed, kind } = row.line;
  return (
    <>
      {failed ? <CircleX className="line-mark" aria-hidden="true" /> : null}
      {!failed && kind === "event" ? <Zap className="line-mark" aria-hidden="true" /> : null}
      {isCause ? <Flag className="line-mark line-flag" aria-hidden="true" /> : null}
    </>
  );
}

/** `, response from home of bob to home of alice; failed; this decided the call`. */
export function restInWords({ line, from, to, points }: PlacedLine, isCause: boolean): string {
  const way = points === "here" ? `at ${from}` : `from ${from} to ${to}`;
  const more = [line.failed && "failed", isCause && "this decided the call", line.words];
  return [`, ${line.kind} ${way}`, ...more.filter(Boolean)].join("; ");
}
