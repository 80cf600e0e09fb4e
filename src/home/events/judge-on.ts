// Subscriptions that are to be judged anew (judge-anew.ts), so many at a time as one wake-up can bear.

import type { Subscription } from "../../events/subscription";
import type { Turn } from "../turn";
import { advanceNotifier } from "./notify";
import { judgeSubscription } from "./presence-rules";

/** The largest rules there can be take a millisecond for each. */
const judgedAtOnce = 250;

/** Judges as many as may be now; the others follow by the alarm. */
export function judgeOn(turn: Turn): void {
  const { state, ports } = turn;
  let judged = 0;
  for (const id of state.toJudge) {
    if (judged++ >= judgedAtOnce || state.burst >= ports.settings.events.notifiesAtOnce) return;
    judgeNow(turn, id);
  }
}

/** Judges one that still waits for it; the subscription as it is then, if it is there. */
export function judgeNow(turn: Turn, id: string): Subscription | undefined {
  const subscription = turn.state.subscriptions.get(id);
  if (!turn.state.toJudge.delete(id) || subscription === undefined) return subscription;
  advanceNotifier(turn, subscription, { kind: "judged", verdict: judgeSubscription(turn, subscription) });
  return turn.state.subscriptions.get(id);
}
