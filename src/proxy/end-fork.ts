// The end of a fork: no branch begins any more, and those that ring are cancelled (RFC 3261 §16.7 step 10, §16.10).

import type { EpochMs } from "../base/brand";
import type { CancelCause } from "./cancel-reason";
import { cancelBranch } from "./fork-branch";
import { type ContextStep, eachBranch, type ResponseContext, stay } from "./response-context-state";

/** A fork ends once; only a 2xx may still change how, since it is passed on whatever came before it. */
export function endFork(state: ResponseContext, cause: CancelCause, now: EpochMs): ContextStep {
  if (state.ending !== undefined && cause.kind !== "answeredElsewhere") return stay(state);
  const ended: ResponseContext = { ...state, ending: cause, waiting: [], coming: [], timers: {} };
  return eachBranch(ended, (at, index) => cancelBranch(at, index, cause, now));
}
