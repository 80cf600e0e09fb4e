// All who watch are judged anew when the user's rules change, or when what they depend on does: a period begins or ends
// (RFC 4745 §7.4), the user is in another sphere (RFC 4745 §7.3). What admitted watchers may see may then be another
// thing too, so they are told once more.
//
// What rules depend on beside themselves is kept with the documents they rule (`under`): a memory that begins anew in the
// middle of a period finds nothing to tell, and one that begins behind its end does.

import type { Turn } from "../turn";
import { advanceNotifier } from "./notify";
import { judgeSubscription } from "./presence-rules";
import { tellAnew, tellNews } from "./settle-events";
import { rulingOf } from "./user-rules";
import { settleWaiting } from "./watcher-info";

/** The events that rules are about. */
const ruled = ["presence", "dialog"];

/** Whoever watches what the user's rules or his account decide over. */
export function judgeAnew(turn: Turn): void {
  turn.state.judgedUnder = rulingOf(turn);
  for (const subscription of [...turn.state.subscriptions.values()]) {
    advanceNotifier(turn, subscription, { kind: "judged", verdict: judgeSubscription(turn, subscription) });
  }
  settleWaiting(turn);
}

/** The rules are others: verdicts, and what transformations leave of each document. */
export function rulesChanged(turn: Turn): void {
  // First the version: then the NOTIFY of a new verdict is that of the new document too.
  for (const event of ruled) tellAnew(turn, event);
  judgeAnew(turn);
}

/** At the end of a step after which presence may be another: so may be what the rules say of it. */
export function settleRules(turn: Turn): void {
  if (turn.state.subscriptions.size === 0 || !ruled.some((event) => turn.changed.has(event))) return;
  const ruling = rulingOf(turn);
  if (ruling === undefined || ruling === turn.state.judgedUnder) return;
  for (const event of ruled) tellNews(turn, event);
  judgeAnew(turn);
}
