// What a load's run has to say of itself: nothing but figures when all went well, else each problem in full.

import type { Problem, ProblemKind } from "./ledger.ts";

/** More are counted, and not told one by one. */
const toldOfEach = 20;

export function countsOf(problems: readonly Problem[]): string {
  const kinds = Object.entries(Object.groupBy(problems, ({ kind }) => kind));
  return kinds.length === 0 ? "none" : kinds.map(([kind, found]) => `${found.length} ${kind}`).join(", ");
}

/** The first of each kind, in the order they came. */
export function problemsText(problems: readonly Problem[]): string {
  const told = new Map<ProblemKind, number>();
  const isTold = ({ kind }: Problem): boolean => {
    const count = (told.get(kind) ?? 0) + 1;
    told.set(kind, count);
    return count <= toldOfEach;
  };
  return problems
    .filter(isTold)
    .map(({ kind, at, what }) => `${new Date(at).toISOString()} ${kind}: ${what}\n`)
    .join("");
}
