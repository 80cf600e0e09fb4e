// SUBSCRIBE at the home of the resource (RFC 6665 §4.2.1): the 200, and at once behind it the first NOTIFY.

import { ok } from "../base/result";
import type { Parcel } from "../contracts/parcel";
import { processSubscribe, subscribeResponse } from "../events/subscribe";
import { hasToTag } from "../proxy/admit";
import { isAnonymous } from "../proxy/privacy";
import { parseNameAddr } from "../sip/headers/name-addr";
import { tagOf } from "../sip/headers/tag";
import { headerValue, type SipRequest } from "../sip/message";
import type { Refusal } from "../sip/refusal";
import { parseUri } from "../sip/uri/uri";
import { listOf, requiresMore } from "./list-subscribe";
import { openList, stepList } from "./lists";
import { advanceNotifier, applySubscriptions, notifierContact } from "./notify";
import { judge } from "./presence-rules";
import { answer, reply } from "./reply";
import { currentDocument } from "./settle-events";
import { log, type Turn } from "./turn";

/** Whether a SUBSCRIBE with a To-tag refreshes a subscription that is served here. */
export function servesSubscription(turn: Turn, request: SipRequest): boolean {
  const callId = headerValue(request, "call-id");
  const tag = tagOf(headerValue(request, "to") ?? "");
  return turn.state.subscriptions.ofCallId(callId ?? "").some(({ localTag }) => localTag === tag);
}

export function receiveSubscribe(turn: Turn, parcel: Parcel, request: SipRequest): void {
  // A NOTIFY needs a home to go to: whoever is not a user of one has none.
  if (!parcel.authenticated) return answer(turn, parcel, request, 403);
  const list = ownListOf(turn, parcel, request);
  if (!list.ok) return refuse(turn, parcel, request, list.error);
  const isOfList = list.value !== undefined || (hasToTag(request) && parcel.from === turn.state.aor);
  const required = requiresMore(request, isOfList);
  // RFC 3261 §8.2.2.3
  if (required.length > 0) {
    return answer(turn, parcel, request, 420, { lines: [["Unsupported", required.join(", ")]] });
  }
  const { settings, entropy } = turn.ports;
  const anonymous = asksAnonymously(request);
  const outcome = processSubscribe(
    {
      request,
      existing: turn.state.subscriptions,
      watcher: parcel.from,
      judge: (watcher, event) => judge(turn, { watcher, ...(anonymous ? { anonymous: true } : {}) }, event),
      anonymous,
      ...(list.value === undefined ? {} : { list: list.value }),
      limits: {
        subscriptions: settings.events.subscriptions,
        subscriptionsPerWatcher: settings.events.subscriptionsPerWatcher,
        minExpires: settings.events.minExpires,
        maxExpires: settings.events.maxExpires,
      },
      newTag: entropy.token(),
      newId: entropy.token(),
    },
    turn.now,
  );
  if (!outcome.ok) return refuse(turn, parcel, request, outcome.error);
  const { subscription } = outcome.value.notify;
  // The version must be there before the first NOTIFY counts from it, and those who watch already must hear of it.
  if (subscription.list === undefined) currentDocument(turn, subscription.event);
  else if (turn.state.lists.has(subscription.id)) stepList(turn, subscription.id, { kind: "refreshed" });
  else openList(turn, subscription);
  const underWay = turn.state.notifiers.get(subscription.id);
  applySubscriptions(turn, outcome.value.changes);
  // A NOTIFY that is still under way goes before the final one.
  if (underWay !== undefined) turn.state.notifiers.set(subscription.id, underWay);
  const frame = subscribeResponse(request, outcome.value, notifierContact(turn));
  reply(turn, parcel, { kind: "answered", key: parcel.key, frame });
  advanceNotifier(turn, subscription, { kind: "subscribed", subscription });
}

/** Lists are the business of the subscriber's own home. */
const ownListOf = (turn: Turn, parcel: Parcel, request: SipRequest): ReturnType<typeof listOf> =>
  parcel.from !== turn.state.aor || hasToTag(request) ? ok(undefined) : listOf(turn, request);

function refuse(turn: Turn, parcel: Parcel, request: SipRequest, refusal: Refusal): void {
  const { status, reason, lines } = refusal;
  log(turn, "subscription refused", { from: parcel.from, status, why: reason });
  answer(turn, parcel, request, status, {
    ...(reason === undefined ? {} : { reason }),
    ...(lines === undefined ? {} : { lines }),
  });
}

/** RFC 3323 §4.1.1.3 */
function asksAnonymously(request: SipRequest): boolean {
  const from = parseNameAddr(headerValue(request, "from") ?? "");
  const uri = from.ok ? parseUri(from.value.uri) : from;
  return uri.ok && uri.value.kind === "sip" && isAnonymous(uri.value);
}
