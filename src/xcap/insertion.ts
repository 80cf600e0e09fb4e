// Where a new element goes among its siblings (RFC 4825 §8.2.3). Only the place is found here; whether the selector
// then selects the new element is seen afterwards, on the new document.

import type { LocatedElement } from "../xml/locate";
import type { ExpandedName, Step } from "./node-selector";
import { matchesName } from "./select";

/** Before or behind a sibling, or as the last thing in the parent; undefined when there is no such position. */
export type Place = { readonly at: number } | "last-in-parent";

export function findPlace(
  siblings: readonly LocatedElement[],
  step: Step,
  inserted: ExpandedName,
): Place | undefined {
  return step.position === undefined
    ? unconstrained(siblings, inserted)
    : constrained(
        siblings.filter((sibling) => matchesName(sibling, step.name)),
        step.position,
      );
}

/**
 * "Earliest last": right behind the last sibling of the same name. Without one, behind everything in the parent, the
 * comments and white space after the former last element included.
 */
function unconstrained(siblings: readonly LocatedElement[], inserted: ExpandedName): Place {
  const last = siblings.findLast((sibling) => matchesName(sibling, inserted));
  return last === undefined ? "last-in-parent" : { at: last.end };
}

/** "Earliest nth" among the siblings that the step's name, or `*`, matches. */
function constrained(counted: readonly LocatedElement[], position: number): Place | undefined {
  if (position === 1) {
    const first = counted[0];
    return first === undefined ? "last-in-parent" : { at: first.start };
  }
  const previous = counted[position - 2];
  return previous === undefined ? undefined : { at: previous.end };
}
