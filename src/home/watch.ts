// SUBSCRIBE at the home of the resource (RFC 6665 §4.2.1): the 200, and at once behind it the first NOTIFY.

import type { Parcel } from "../contracts/parcel";
import { processSubscribe, subscribeResponse } from "../events/subscribe";
import { isAnonymous } from "../proxy/privacy";
import { tokenList } from "../sip/headers/list";
import { parseNameAddr } from "../sip/headers/name-addr";
import { tagOf } from "../sip/headers/tag";
import { headerValue, headerValues, type SipRequest } from "../sip/message";
import { parseUri } from "../sip/uri/uri";
import { advanceNotifier, applySubscriptions, notifierContact } from "./notify";
import { judge } from "./presence-rules";
import { answer, reply } from "./reply";
import { currentDocument } from "./settle-events";
import { log, type Turn } from "./turn";
import { noteFetch } from "./watcher-info";

/** Whether a SUBSCRIBE with a To-tag refreshes a subscription that is served here. */
export function servesSubscription(turn: Turn, request: SipRequest): boolean {
  const callId = headerValue(request, "call-id");
  const tag = tagOf(headerValue(request, "to") ?? "");
  for (const known of turn.state.subscriptions.values()) {
    if (known.callId === callId && known.localTag === tag) return true;
  }
  return false;
}

export function receiveSubscribe(turn: Turn, parcel: Parcel, request: SipRequest): void {
  // A NOTIFY needs a home to go to: whoever is not a user of one has none.
  if (!parcel.authenticated) return answer(turn, parcel, request, 403);
  const required = tokenList(headerValues(request, "require"));
  // RFC 3261 §8.2.2.3
  if (required.length > 0) {
    return answer(turn, parcel, request, 420, { lines: [["Unsupported", required.join(", ")]] });
  }
  const { settings, entropy } = turn.ports;
  const anonymous = asksAnonymously(request);
  const outcome = processSubscribe(
    {
      request,
      existing: [...turn.state.subscriptions.values()],
      watcher: parcel.from,
      judge: (watcher, event) => judge(turn, { watcher, ...(anonymous ? { anonymous: true } : {}) }, event),
      anonymous,
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
  if (!outcome.ok) {
    const { status, reason, lines } = outcome.error;
    log(turn, "subscription refused", { from: parcel.from, status, why: reason });
    return answer(turn, parcel, request, status, {
      ...(reason === undefined ? {} : { reason }),
      ...(lines === undefined ? {} : { lines }),
    });
  }
  const { subscription } = outcome.value.notify;
  if (outcome.value.changes.length === 0) noteFetch(turn, subscription);
  // The version must be there before the first NOTIFY counts from it, and those who watch already must hear of it.
  currentDocument(turn, subscription.event);
  const underWay = turn.state.notifiers.get(subscription.id);
  applySubscriptions(turn, outcome.value.changes);
  // A NOTIFY that is still under way goes before the final one.
  if (underWay !== undefined) turn.state.notifiers.set(subscription.id, underWay);
  const frame = subscribeResponse(request, outcome.value, notifierContact(turn));
  reply(turn, parcel, { kind: "answered", key: parcel.key, frame });
  advanceNotifier(turn, subscription, { kind: "subscribed", subscription });
}

/** RFC 3323 §4.1.1.3 */
function asksAnonymously(request: SipRequest): boolean {
  const from = parseNameAddr(headerValue(request, "from") ?? "");
  const uri = from.ok ? parseUri(from.value.uri) : from;
  return uri.ok && uri.value.kind === "sip" && isAnonymous(uri.value);
}
