// Lists that this home serves its user (RFC 4662 §4): the list machine (rls/list-machine.ts) between the subscription of
// the user's page, the virtual subscriptions to the entries, and their rows.

import { after, type EpochMs, epochMs } from "../../base/brand";
import { invariant } from "../../base/invariant";
import { earlier } from "../../base/timer-table";
import type { SubscribedList, Subscription } from "../../events/subscription";
import { type ListInput, listStep, newList } from "../../rls/list-machine";
import { formatListNotification, type ListNotification } from "../../rls/list-notification";
import { type ListResource, type ListState, nextRetryAt, owes } from "../../rls/list-state";
import type { TypedBody } from "../../rls/multipart";
import type { HomeState } from "../state";
import { emit, realmOf, type Turn } from "../turn";
import { forgetBackEnd, leaveBackEnd } from "./list-dialogs";
import { eraseMark, readMark, writeMark } from "./list-marks";

/** Octets that the header fields of a NOTIFY may take of its frame. */
const headOfNotify = 8_192;

/** A SUBSCRIBE to a list was accepted. */
export function openList(turn: Turn, { id, list }: Subscription): void {
  invariant(list !== undefined, "a subscription to a list has one");
  turn.state.lists.set(id, {
    state: newList,
    documents: new Map(),
    dialogs: new Map(),
    asking: [],
    refreshAt: undefined,
    sentAt: undefined,
  });
  stepList(turn, id, { kind: "started", list });
}

/** Somebody has come to the list, or gone, by its owner's document. */
export function changeList(turn: Turn, id: string, list: SubscribedList): void {
  stepList(turn, id, { kind: "listChanged", list });
}

/** Tells one list what happened; the NOTIFY that it calls for, if the input lets one go. */
export function stepList(turn: Turn, id: string, input: ListInput): ListNotification | undefined {
  const run = turn.state.lists.get(id);
  if (run === undefined || run.state.kind === "over") return undefined;
  const maxOctets = turn.ports.settings.limits.frame - headOfNotify;
  const context = { documents: (uri: string) => run.documents.get(uri), maxOctets };
  const { state, effects } = listStep(run.state, input, context, turn.now);
  turn.state.lists.set(id, { ...run, state });
  const changed = new Set<string>();
  let notification: ListNotification | undefined;
  for (const effect of effects) {
    switch (effect.kind) {
      case "subscribe":
        ask(turn, id, effect.uri);
        break;
      case "unsubscribe":
        leaveBackEnd(turn, id, effect.uri);
        break;
      case "putDocument":
        run.documents.set(effect.uri, effect.document);
        changed.add(effect.uri);
        break;
      case "deleteDocument":
        run.documents.delete(effect.uri);
        changed.add(effect.uri);
        break;
      case "sendList":
        notification = effect.notification;
        break;
      case "retry":
        // `nextListAlarm` reads it from the state.
        break;
    }
  }
  writeRows(turn, id, run.state, state, changed);
  return notification;
}

function ask(turn: Turn, id: string, uri: string): void {
  const run = turn.state.lists.get(id);
  if (run !== undefined) turn.state.lists.set(id, { ...run, asking: [...run.asking, uri] });
}

/** A row for each entry that is another; one of which nothing is known but that it was asked needs none. */
function writeRows(
  turn: Turn,
  list: string,
  before: ListState,
  now: ListState,
  changed: ReadonlySet<string>,
): void {
  const old = new Map(resourcesOf(before).map((resource) => [resource.uri, resource]));
  for (const resource of resourcesOf(now)) {
    const known = old.get(resource.uri);
    old.delete(resource.uri);
    if (changed.has(resource.uri) || !isKnownTo(known, resource)) putRow(turn, list, resource);
  }
  for (const uri of old.keys()) {
    forgetBackEnd(turn, list, uri);
    emit(turn, { kind: "deleteListEntry", list, uri });
  }
}

const resourcesOf = (state: ListState): readonly ListResource[] =>
  state.kind === "open" ? state.resources : [];

/** That something was told, and is owed no more, is with the socket. */
function isKnownTo(known: ListResource | undefined, resource: ListResource): boolean {
  if (known === resource || (known === undefined && resource.backEnd.kind === "asked")) return true;
  const { owedSince: _, ...before } = known ?? resource;
  const { owedSince, ...after } = resource;
  const isNewlyOwed = owedSince !== undefined && owedSince !== known?.owedSince;
  return known !== undefined && !isNewlyOwed && JSON.stringify(before) === JSON.stringify(after);
}

function putRow(turn: Turn, list: string, resource: ListResource): void {
  const run = turn.state.lists.get(list);
  const [document, dialog] = [run?.documents.get(resource.uri), run?.dialogs.get(resource.uri)];
  emit(turn, {
    kind: "putListEntry",
    row: {
      list,
      uri: resource.uri,
      resource,
      ...(document === undefined ? {} : { document }),
      ...(dialog === undefined ? {} : { dialog }),
    },
  });
}

/** The entry's row, where its dialog is another. */
export function putListEntry(turn: Turn, list: string, uri: string): void {
  const run = turn.state.lists.get(list);
  const resource = resourcesOf(run?.state ?? newList).find((each) => each.uri === uri);
  if (resource !== undefined) putRow(turn, list, resource);
}

/** What counts as the version of its document: one more while something is owed. */
export function listVersion(state: HomeState, id: string): number {
  const list = state.lists.get(id)?.state;
  if (list?.kind === "open") return list.version + (owes(list) === "nothing" ? 0 : 1);
  return state.lists.get(id)?.farewell?.version ?? 0;
}

/** The body of a NOTIFY that goes now: what is owed, or all, where one is called for that owes nothing. */
export function listBody(turn: Turn, subscription: Subscription, isLast: boolean): TypedBody | undefined {
  const { id } = subscription;
  const run = turn.state.lists.get(id);
  if (run?.farewell !== undefined) {
    turn.state.lists.delete(id);
    return run.farewell;
  }
  if (run === undefined) return undefined;
  if (owes(run.state) === "nothing") stepList(turn, id, { kind: "notifyLost" });
  const notification = stepList(turn, id, { kind: "throttleFired" });
  // Somebody has looked once (RFC 6665 §4.4.3), and there is no row of his.
  if (isLast) dropList(turn, id);
  const sent = turn.state.lists.get(id);
  if (notification === undefined) return undefined;
  if (sent === undefined) return bodyOf(turn, subscription, notification);
  const current = { ...sent, sentAt: turn.now };
  turn.state.lists.set(id, current);
  writeMark(turn, subscription, current);
  return bodyOf(turn, subscription, notification);
}

const bodyOf = (turn: Turn, { localTag }: Subscription, notification: ListNotification): TypedBody =>
  formatListNotification(notification, {
    seed: localTag.replace(/[^A-Za-z0-9]/g, "").slice(0, 40),
    host: realmOf(turn),
  });

/** The subscription is over; its last NOTIFY, if there is to be one, has its list once more (RFC 4662 §4.5). */
export function closeList(turn: Turn, subscription: Subscription): void {
  const { id } = subscription;
  const last = stepList(turn, id, { kind: "ended", tell: true });
  eraseMark(turn, id);
  const run = turn.state.lists.get(id);
  if (run === undefined) return;
  if (last === undefined) turn.state.lists.delete(id);
  else {
    const farewell = { ...bodyOf(turn, subscription, last), version: last.version + 1 };
    turn.state.lists.set(id, { ...run, asking: [], farewell });
  }
}

function dropList(turn: Turn, id: string): void {
  stepList(turn, id, { kind: "ended", tell: false });
  turn.state.lists.delete(id);
}

/** Memory was read from rows. */
export function resumeLists(turn: Turn): void {
  for (const [id, run] of [...turn.state.lists]) {
    const subscription = turn.state.subscriptions.get(id);
    if (subscription !== undefined) turn.state.lists.set(id, readMark(turn, subscription, run));
  }
}

/** What is due: refreshes, other tries. */
export function sweepLists(turn: Turn): void {
  for (const [id, run] of [...turn.state.lists]) {
    const isForgotten = turn.state.subscriptions.get(id) === undefined && !turn.state.notifiers.has(id);
    if (isForgotten) turn.state.lists.delete(id);
    if (isForgotten || run.state.kind !== "open") continue;
    if (run.refreshAt !== undefined && run.refreshAt <= turn.now) {
      const asking = new Set([...run.asking, ...run.dialogs.keys()]);
      turn.state.lists.set(id, { ...run, asking: [...asking], refreshAt: undefined });
    }
    stepList(turn, id, { kind: "timerFired" });
  }
}

/**
 * When the list's news may go: at once, or together with what else comes soon after the last. Undefined while there is
 * none, a NOTIFY is under way, or the page is away.
 */
export function listDueAt(
  { lists, notifiers, subscriptions }: HomeState,
  id: string,
  { events }: Turn["ports"]["settings"],
): EpochMs | undefined {
  const run = lists.get(id);
  const owed = subscriptions.get(id)?.owed;
  const isWaiting = owed === undefined || owed === "on-return" || owed === "later" || notifiers.has(id);
  if (run === undefined || isWaiting || owes(run.state) === "nothing") return undefined;
  return run.sentAt === undefined ? epochMs(0) : after(run.sentAt, events.coalesce);
}

/** The nearest moment that the lists of a home must not miss. */
export function nextListAlarm({ lists }: HomeState, now: EpochMs): EpochMs | undefined {
  let next: EpochMs | undefined;
  for (const { state, asking, refreshAt } of lists.values()) {
    if (asking.length > 0) next = earlier(next, now);
    next = earlier(next, refreshAt);
    next = earlier(next, nextRetryAt(state));
  }
  return next;
}
