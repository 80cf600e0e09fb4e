// All who watch are judged anew when the user's rules change, or when what they depend on does: a period begins or ends
// (RFC 4745 §7.4), the user is in another sphere (RFC 4745 §7.3). What admitted watchers may see may then be another
// thing too, so they are told once more.
//
// Many are judged in bursts, as they are told (settle-events.ts); till it is his turn a watcher is shown no more than the
// new rules allow, since they are asked at each NOTIFY. A memory that is lost meanwhile begins with all of them; one that
// is lost after that with none.
//
// What rules depend on beside themselves is kept with the documents they rule (`under`): a memory that begins anew in the
// middle of a period finds nothing to tell, and one that begins behind its end does.

import { accountOf } from "../tenancy";
import type { Turn } from "../turn";
import { judgeOn } from "./judge-on";
import { tellAnew, tellNews } from "./settle-events";
import { rulingOf } from "./user-rules";
import { settleWaiting } from "./watcher-info";

/** The events that rules are about. */
const ruled = ["presence", "dialog"];

/** Whoever watches what the user's rules or his account decide over; whom he has blocked first of all. */
export function judgeAnew(turn: Turn): void {
  const { state } = turn;
  state.judgedUnder = rulingOf(turn);
  for (const watcher of accountOf(turn)?.blocked ?? []) {
    for (const { id } of state.subscriptions.ofWatcher(watcher)) state.toJudge.add(id);
  }
  for (const { id } of state.subscriptions.values()) state.toJudge.add(id);
  judgeOn(turn);
  settleWaiting(turn);
}

/** The rules are others: verdicts, and what transformations leave of each document. */
export function rulesChanged(turn: Turn): void {
  // First the version: then the NOTIFY of a new verdict is that of the new document too.
  for (const event of ruled) tellAnew(turn, event);
  judgeAnew(turn);
}

/**
 * What rows say all have been judged under: who is told is judged first, so a document that was told is one whose watchers
 * are. Undefined where one is still to be told, or they say different things.
 */
function toldUnder({ state }: Turn): string | undefined {
  const documents = ruled.flatMap((event) =>
    state.subscriptions.isWatched(event) ? [state.documents.get(event)] : [],
  );
  const [first] = documents;
  return documents.every((each) => each?.told === true && each.under === first?.under)
    ? first?.under
    : undefined;
}

/** At the end of a step after which presence may be another: so may be what the rules say of it. */
export function settleRules(turn: Turn): void {
  if (turn.state.subscriptions.size === 0 || !ruled.some((event) => turn.changed.has(event))) return;
  const ruling = rulingOf(turn);
  turn.state.judgedUnder ??= toldUnder(turn);
  if (ruling === undefined || ruling === turn.state.judgedUnder) return;
  for (const event of ruled) tellNews(turn, event);
  judgeAnew(turn);
}
