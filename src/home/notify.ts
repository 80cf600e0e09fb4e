// NOTIFY from this home to its watchers (RFC 6665 §4.2.2): the notifier machines between the document, the rows of
// subscriptions and the watchers' homes. One dead watcher holds up nobody but itself.

import { seconds } from "../base/brand";
import { invariant } from "../base/invariant";
import { announce, resume, settle } from "../events/announcement";
import type { Disclosure, Notification } from "../events/notification";
import { type NotifierInput, type NotifierState, notifierStep } from "../events/notifier";
import { buildNotify } from "../events/notify";
import type { NotifyOutcome } from "../events/notify-outcome";
import type { Subscription, SubscriptionChange } from "../events/subscription";
import { unavailablePresence } from "../presence/compose";
import { parseDeltaSeconds } from "../sip/headers/integer";
import { headerValue, type SipResponse } from "../sip/message";
import { parseText } from "../sip/parser";
import { parseAddressOfRecord } from "../sip/uri/address-of-record";
import { forward } from "./forward";
import type { PresenceDocument } from "./state";
import { entityOf } from "./tenancy";
import { emit, newBranch, realmOf, type Turn } from "./turn";

/** Tells every watcher that the document has changed; those who are away are owed it. */
export function notifyWatchers(turn: Turn): void {
  for (const subscription of [...turn.state.subscriptions.values()]) {
    advanceNotifier(turn, subscription, { kind: "documentChanged" });
  }
  // Nobody may have needed a NOTIFY: then everyone is told already.
  settleDocument(turn);
}

/** One input to the notifier of a subscription. */
export function advanceNotifier(turn: Turn, subscription: Subscription, input: NotifierInput): void {
  const { notifiers, document } = turn.state;
  const known: NotifierState = notifiers.get(subscription.id) ?? { kind: "idle", subscription };
  const { state, effects } = notifierStep(known, input, document?.version ?? 0, turn.now);
  if (state.kind === "notifying") notifiers.set(subscription.id, state);
  else notifiers.delete(subscription.id);
  for (const effect of effects) {
    if (effect.kind === "sendNotify") sendNotify(turn, effect.subscription, effect.notification);
    else applySubscriptions(turn, [effect]);
  }
  // A row deleted with its final NOTIFY still under way keeps its machine until the answer.
  if (state.kind === "notifying") notifiers.set(subscription.id, state);
}

/** The answer to a NOTIFY, or that there will be none. */
export function notifyConcluded(turn: Turn, id: string, cseq: number, outcome: NotifyOutcome): void {
  const notifier = turn.state.notifiers.get(id);
  const subscription =
    notifier?.kind === "notifying" ? notifier.subscription : turn.state.subscriptions.get(id);
  if (subscription === undefined) return;
  advanceNotifier(turn, subscription, { kind: "answered", cseq, outcome });
  settleDocument(turn);
}

export function outcomeOf(response: SipResponse): NotifyOutcome {
  const retryAfter = parseDeltaSeconds(headerValue(response, "retry-after") ?? "");
  return retryAfter === undefined
    ? { kind: "answered", status: response.status }
    : { kind: "answered", status: response.status, retryAfter: seconds(retryAfter) };
}

/** Rows were read into an empty memory: what may not have been told is told once more. */
export function restartNotifiers(turn: Turn): void {
  for (const subscription of [...turn.state.subscriptions.values()]) {
    advanceNotifier(turn, subscription, { kind: "restarted" });
  }
  const { document } = turn.state;
  const resumed = document === undefined || turn.state.subscriptions.size === 0 ? document : resume(document);
  if (resumed === document || resumed === undefined) return;
  putDocument(turn, resumed);
  notifyWatchers(turn);
}

/** The document in its next version. */
export function announceDocument(
  turn: Turn,
  content: Pick<PresenceDocument, "text" | "registration">,
): PresenceDocument {
  const { version, told } = announce(turn.state.document ?? { version: 0, told: true });
  const isWatched = turn.state.subscriptions.size > 0;
  return putDocument(turn, { ...content, version, told: isWatched ? told : true });
}

/** Expiries and retries that are due. */
export function sweepSubscriptions(turn: Turn): void {
  for (const subscription of [...turn.state.subscriptions.values()]) {
    const { expiresAt, retryAt } = subscription;
    const isDue = expiresAt <= turn.now || (retryAt !== undefined && retryAt <= turn.now);
    if (isDue) advanceNotifier(turn, subscription, { kind: "timerFired" });
  }
}

/** Where a watcher's requests in the dialog come to: the address-of-record itself, which is this object. */
export const notifierContact = (turn: Turn): string => `<${entityOf(turn)}>`;

/** Makes changes of subscriptions true in memory and in rows. */
export function applySubscriptions(turn: Turn, changes: readonly SubscriptionChange[]): void {
  for (const change of changes) {
    if (change.kind === "putSubscription")
      turn.state.subscriptions.set(change.subscription.id, change.subscription);
    else {
      turn.state.subscriptions.delete(change.id);
      turn.state.notifiers.delete(change.id);
    }
    emit(turn, change);
  }
}

function settleDocument(turn: Turn): void {
  const { document, notifiers } = turn.state;
  if (document === undefined) return;
  const settled = settle(document, isAnyNotifying(notifiers.values()));
  if (settled !== document) putDocument(turn, settled);
}

/** Asked at each answer of each watcher: while any is under way, the first tells. */
function isAnyNotifying(notifiers: Iterable<NotifierState>): boolean {
  for (const { kind } of notifiers) if (kind === "notifying") return true;
  return false;
}

function putDocument(turn: Turn, document: PresenceDocument): PresenceDocument {
  turn.state.document = document;
  emit(turn, { kind: "putDocument", document });
  return document;
}

function sendNotify(turn: Turn, subscription: Subscription, notification: Notification): void {
  const to = parseAddressOfRecord(subscription.watcher);
  const branch = newBranch(turn);
  const body = documentFor(turn, notification.disclosure);
  const text = buildNotify(subscription, notification, {
    via: `SIP/2.0/WSS ${realmOf(turn)};branch=${branch}`,
    maxForwards: 70,
    contact: notifierContact(turn),
    document: body === undefined ? undefined : { contentType: subscription.contentType, body },
  });
  const parsed = parseText(text);
  invariant(parsed.ok && parsed.value.kind === "request", "a NOTIFY of ours parses");
  invariant(to !== undefined, "a watcher is an authenticated user of a home");
  const purpose = { kind: "notify", subscription: subscription.id, cseq: notification.cseq } as const;
  const whom = { to, request: parsed.value, purpose, socket: undefined, page: undefined };
  forward(turn, whom, branch, text);
}

function documentFor(turn: Turn, disclosure: Disclosure): string | undefined {
  switch (disclosure) {
    case "document":
      return turn.state.document?.text;
    case "decoy":
    case "neutral":
      return unavailablePresence(entityOf(turn));
    case "nothing":
      return undefined;
  }
}
