// The end of a step, as far as events go (RFC 6665 §4.2.2): what has changed is compared with what watchers were told,
// and told. News that follows other news within a moment goes out with it, and to many watchers in bounded bursts, one
// for each time the object's clock wakes it: no single wake-up has to reach ten thousand of them.

import { after } from "../../base/brand";
import { announce, resume, settle } from "../../events/announcement";
import { askOn } from "../lists/list-back-end";
import { listDueAt } from "../lists/lists";
import type { EventDocument, HomeState } from "../state";
import { emit, type Turn } from "../turn";
import type { EventContent } from "./event-source";
import { sourceOf } from "./event-sources";
import { judgeNow, judgeOn } from "./judge-on";
import { lookAtCountsAgain, noteCounts } from "./message-summary";
import { advanceNotifier } from "./notify";

/** Octets of a NOTIFY before its body, or a little more. */
const headOfNotify = 1_000;

/** Whatever changed in this step is told, as far as this burst goes. */
export function settleEvents(turn: Turn): void {
  const { changed, state } = turn;
  if (isUnwatched(state)) {
    changed.clear();
    return;
  }
  for (const [event, { dueAt }] of state.fanOuts) {
    if (dueAt !== undefined && dueAt <= turn.now) changed.add(event);
  }
  noteCounts(turn);
  for (const event of changed) settleEvent(turn, event);
  changed.clear();
  judgeOn(turn);
  for (const event of state.fanOuts.keys()) tellOn(turn, event);
  askOn(turn);
  tellLists(turn);
  for (const document of state.documents.values()) settleDocument(turn, document);
  lookAtCountsAgain(turn);
}

/** Nobody watches, waits to be told, or has left anything to be said: so it is with most homes at most steps. */
const isUnwatched = ({ subscriptions, documents, fanOuts, lists, toJudge }: HomeState): boolean =>
  subscriptions.size + documents.size + fanOuts.size + lists.size + toJudge.size === 0;

/** Memory was read from rows: what changed unseen is news, and whoever may not have been told is told once more. */
export function resumeEvents(turn: Turn): void {
  for (const document of [...turn.state.documents.values()]) {
    turn.changed.add(document.event);
    if (!turn.state.subscriptions.isWatched(document.event)) continue;
    const resumed = resume(document);
    if (resumed === document) continue;
    putDocument(turn, resumed);
    beginTelling(turn, document.event);
  }
}

/**
 * The document as it is now, for a NOTIFY of one watcher: where it is another than it was, all who watch hear of it too
 * (RFC 6665 §4.2.2: its version only rises).
 */
export function currentDocument(turn: Turn, event: string): void {
  const content = sourceOf(event).content(turn);
  if (isNews(turn, event, content)) announceContent(turn, event, content);
}

/** The rules have changed what watchers may see, though the state is the same. */
export function tellAnew(turn: Turn, event: string): void {
  if (turn.state.subscriptions.isWatched(event)) announceContent(turn, event, sourceOf(event).content(turn));
}

/** As at the end of a step, but at once. */
export function tellNews(turn: Turn, event: string): void {
  if (!turn.state.subscriptions.isWatched(event)) return;
  const content = sourceOf(event).content(turn);
  if (isNews(turn, event, content)) announceContent(turn, event, content);
}

function isNews({ state }: Turn, event: string, { text, under }: EventContent): boolean {
  const known = state.documents.get(event);
  return known?.text !== text || known.under !== under;
}

/** Unwatched, nothing is made or written, and what was still to be told is nobody's any more. */
function settleEvent(turn: Turn, event: string): void {
  const { state, now } = turn;
  if (!state.subscriptions.isWatched(event)) {
    state.fanOuts.delete(event);
    return;
  }
  const content = sourceOf(event).content(turn);
  const fanOut = state.fanOuts.get(event);
  if (!isNews(turn, event, content)) {
    if (fanOut?.dueAt !== undefined) state.fanOuts.set(event, { ...fanOut, dueAt: undefined });
    return;
  }
  const dueAt = fanOut === undefined ? now : after(fanOut.begunAt, turn.ports.settings.events.coalesce);
  if (fanOut === undefined || dueAt <= now) announceContent(turn, event, content);
  else state.fanOuts.set(event, { ...fanOut, dueAt });
}

/** The document in its next version, which is a row, and everyone to be told. */
function announceContent(turn: Turn, event: string, content: EventContent): void {
  const before = turn.state.documents.get(event);
  const { version, told } = announce(before ?? { version: 0, told: true });
  const isTold = turn.state.subscriptions.isWatched(event) ? told : true;
  if (before !== undefined && !isTold) sourceOf(event).superseded?.(turn, before, content);
  putDocument(turn, { ...content, event, version, told: isTold });
  if (!isTold) beginTelling(turn, event);
}

function beginTelling(turn: Turn, event: string): void {
  const { subscriptions, fanOuts } = turn.state;
  // Who still waits for what is older goes first, or news that never ends would not reach the last of them.
  const queue = new Set(fanOuts.get(event)?.queue);
  for (const each of subscriptions.values()) {
    if (each.event === event && each.list === undefined) queue.add(each.id);
  }
  fanOuts.set(event, { begunAt: turn.now, dueAt: undefined, queue });
}

/** Tells as many as may be told now, each of the newest state. */
function tellOn(turn: Turn, event: string): void {
  const { state, ports } = turn;
  const fanOut = state.fanOuts.get(event);
  if (fanOut === undefined || fanOut.queue.size === 0) return;
  const { queue } = fanOut;
  const { notifiesAtOnce } = ports.settings.events;
  for (const id of queue) {
    if (state.burst >= notifiesAtOnce || !hasRoom(turn, event)) break;
    queue.delete(id);
    const subscription = judgeNow(turn, id);
    const isNewsTo = subscription !== undefined && (sourceOf(event).concerns?.(turn, subscription) ?? true);
    if (isNewsTo) advanceNotifier(turn, subscription, { kind: "documentChanged" });
  }
  const isHeldUp = state.burst < notifiesAtOnce && queue.size > 0;
  if (isHeldUp !== fanOut.isHeldUp) state.fanOuts.set(event, { ...fanOut, isHeldUp });
}

/** Whether one more NOTIFY may be under way: they wait in memory, those that are slow too. */
function hasRoom({ state, ports }: Turn, event: string): boolean {
  const { notifiesUnderWay, octetsUnderWay } = ports.settings.events;
  const octets = headOfNotify + (state.documents.get(event)?.text.length ?? 0);
  return state.notifiers.weight < notifiesUnderWay && state.notifiers.size * octets < octetsUnderWay;
}

/** The news of lists, each to the one who subscribed to it. */
function tellLists(turn: Turn): void {
  const { state, now, ports } = turn;
  if (state.lists.size === 0) return;
  for (const id of [...state.lists.keys()]) {
    const subscription = state.subscriptions.get(id);
    const dueAt = listDueAt(state, id, ports.settings);
    const isDue = dueAt !== undefined && dueAt <= now;
    if (subscription !== undefined && isDue) advanceNotifier(turn, subscription, { kind: "documentChanged" });
  }
}

/** A document is told once nobody is left to be told of it and every NOTIFY is answered. */
function settleDocument(turn: Turn, document: EventDocument): void {
  if (document.told) return;
  const isBeingTold =
    (turn.state.fanOuts.get(document.event)?.queue.size ?? 0) > 0 ||
    isAnyNotifying(turn.state, document.event);
  const settled = settle(document, isBeingTold);
  if (settled !== document) putDocument(turn, settled);
}

/** Asked at each answer of each watcher: while any is under way, the first tells. */
function isAnyNotifying({ notifiers }: HomeState, event: string): boolean {
  for (const notifier of notifiers.values()) {
    if (notifier.kind === "notifying" && notifier.subscription.event === event) return true;
  }
  return false;
}

function putDocument(turn: Turn, document: EventDocument): void {
  turn.state.documents.set(document.event, document);
  emit(turn, { kind: "putDocument", document });
}
