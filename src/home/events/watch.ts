// SUBSCRIBE at the home of the resource (RFC 6665 §4.2.1): the 200, and at once behind it the first NOTIFY.

import { err, ok, type Result } from "../../base/result";
import type { Parcel } from "../../contracts/parcel";
import { hiding } from "../../events/notification";
import {
  processSubscribe,
  type SubscribeFacts,
  type SubscribeOutcome,
  subscribeResponse,
  tooMany,
} from "../../events/subscribe";
import type { Subscription } from "../../events/subscription";
import { hasToTag } from "../../proxy/admit";
import { isAnonymous } from "../../proxy/privacy";
import { parseContentDisposition } from "../../sip/headers/content-disposition";
import { parseEvent } from "../../sip/headers/event";
import { parseNameAddr } from "../../sip/headers/name-addr";
import { tagOf } from "../../sip/headers/tag";
import { body, headerValue, type SipRequest } from "../../sip/message";
import { parameter } from "../../sip/parameters";
import type { Refusal } from "../../sip/refusal";
import { parseUri } from "../../sip/uri/uri";
import { listOf, requiresMore } from "../lists/list-subscribe";
import { openList, stepList } from "../lists/lists";
import { answer, reply } from "../reply";
import type { Turn } from "../turn";
import { refuseDialogFilter } from "./dialog-info";
import { advanceNotifier, applySubscriptions, notifierContact } from "./notify";
import { type Asker, judge } from "./presence-rules";
import { currentDocument } from "./settle-events";
import { noteFetch } from "./watcher-info";
import { tellAll } from "./xcap-diff";
import { readInterest } from "./xcap-interest";

/** The subscription served here that a SUBSCRIBE with a To-tag refreshes. */
export function servedSubscription({ state }: Turn, request: SipRequest): Subscription | undefined {
  const callId = headerValue(request, "call-id");
  const tag = tagOf(headerValue(request, "to") ?? "");
  return state.subscriptions.ofCallId(callId ?? "").find(({ localTag }) => localTag === tag);
}

export function receiveSubscribe(turn: Turn, parcel: Parcel, request: SipRequest): void {
  // A NOTIFY needs a home to go to: whoever is not a user of one has none.
  if (!parcel.authenticated) return answer(turn, parcel, request, 403);
  const wish = wishOf(turn, parcel, request);
  if (!wish.ok) return refuse(turn, parcel, request, wish.error);
  const { asker, ...wanted } = wish.value;
  const { settings, entropy } = turn.ports;
  const { subscriptions, subscriptionsPerWatcher, minExpires, maxExpires } = settings.events;
  const outcome = processSubscribe(
    {
      request,
      existing: turn.state.subscriptions,
      watcher: parcel.from,
      judge: (watcher, event) => judge(turn, { ...asker, watcher }, event),
      ...(parcel.isAgain === true ? { isAgain: true } : {}),
      anonymous: asker.anonymous === true,
      ...wanted,
      limits: { subscriptions, subscriptionsPerWatcher, minExpires, maxExpires },
      newTag: entropy.token(),
      newId: entropy.token(),
    },
    turn.now,
  );
  if (!outcome.ok) return refuse(turn, parcel, request, outcome.error);
  accept(turn, parcel, request, outcome.value);
}

/** Who asks, and what beside the package and the time. */
interface Wish extends Pick<SubscribeFacts, "list" | "xcap"> {
  readonly asker: Asker;
}

function wishOf(turn: Turn, parcel: Parcel, request: SipRequest): Result<Wish, Refusal> {
  const isWithin = hasToTag(request);
  const list = ownListOf(turn, parcel, request);
  if (!list.ok) return list;
  const isOfList = list.value !== undefined || (isWithin && parcel.from === turn.state.aor);
  const xcap = readInterest(turn, parcel, request, isWithin);
  if (!xcap.ok) return xcap;
  // In a dialog he is who he was at its beginning: another From does not make him another watcher.
  const anonymous = isWithin
    ? servedSubscription(turn, request)?.anonymous === true
    : asksAnonymously(request);
  const asker: Asker = { watcher: parcel.from, ...(anonymous ? { anonymous } : {}) };
  const refusal =
    refuseExtensions(request, isOfList) ??
    (list.value === undefined ? refuseBody(request) : undefined) ??
    refuseEvent(turn, request, asker) ??
    (isWithin ? undefined : refuseLooks(turn, parcel));
  if (refusal !== undefined) return err(refusal);
  return ok({
    asker,
    ...(list.value === undefined ? {} : { list: list.value }),
    ...(xcap.value === undefined ? {} : { xcap: xcap.value }),
  });
}

/** RFC 3261 §8.2.2.3 */
function refuseExtensions(request: SipRequest, isOfList: boolean): Refusal | undefined {
  const required = requiresMore(request, isOfList);
  return required.length === 0 ? undefined : { status: 420, lines: [["Unsupported", required.join(", ")]] };
}

/** Rows, the 200, and at once behind it the first NOTIFY. */
function accept(turn: Turn, parcel: Parcel, request: SipRequest, outcome: SubscribeOutcome): void {
  const accepted = outcome.notify.subscription;
  if (outcome.changes.length === 0) noteFetch(turn, accepted);
  // The version must be there before the first NOTIFY counts from it, and those who watch already must hear of it.
  if (accepted.list === undefined) currentDocument(turn, accepted.event);
  else if (turn.state.lists.has(accepted.id)) stepList(turn, accepted.id, { kind: "refreshed" });
  else openList(turn, accepted);
  const subscription = hiding(accepted, hiddenVersion(turn, accepted, request));
  const underWay = turn.state.notifiers.get(subscription.id);
  applySubscriptions(
    turn,
    outcome.changes.map((each) => (each.kind === "deleteSubscription" ? each : { ...each, subscription })),
  );
  // A NOTIFY that is still under way goes before the final one.
  if (underWay !== undefined) turn.state.notifiers.set(subscription.id, underWay);
  if (subscription.xcap !== undefined) {
    // What it selects is compared from here on.
    currentDocument(turn, subscription.event);
    tellAll(turn, subscription);
  }
  const frame = subscribeResponse(request, outcome, notifierContact(turn));
  reply(turn, parcel, { kind: "answered", key: parcel.key, frame });
  advanceNotifier(turn, subscription, { kind: "subscribed", subscription });
}

/** From whom all is hidden from the beginning sees the first version, as of a user of whom there never was news. */
const hiddenVersion = ({ state }: Turn, { event }: Subscription, request: SipRequest): number =>
  hasToTag(request) ? (state.documents.get(event)?.version ?? 1) : 1;

/** Who looks once has no row that counts. NOTIFYs that he does not answer must not take the place of others'. */
function refuseLooks({ state, ports }: Turn, { from }: Parcel): Refusal | undefined {
  let looks = 0;
  for (const notifier of state.notifiers.values()) {
    const isLook = notifier.kind === "notifying" && notifier.subscription.end !== undefined;
    if (isLook && notifier.subscription.watcher === from) looks++;
  }
  return looks >= ports.settings.events.subscriptionsPerWatcher ? tooMany : undefined;
}

/** RFC 3261 §8.2.3: a body that says what is wanted, in terms we do not know, cannot be passed over unless it says so. */
function refuseBody(request: SipRequest): Refusal | undefined {
  const disposition = parseContentDisposition(headerValue(request, "content-disposition") ?? "session");
  const handling = disposition.ok ? parameter(disposition.value.parameters, "handling") : undefined;
  const isRead = packageNamed(request) === "xcap-diff" || handling?.toLowerCase() === "optional";
  if (body(request) === "" || isRead) return undefined;
  return { status: 415, lines: [["Accept", "application/resource-lists+xml"]] };
}

function packageNamed(request: SipRequest): string | undefined {
  const event = parseEvent(headerValue(request, "event") ?? "");
  return event.ok ? event.value.package : undefined;
}

/** What the package itself has against the SUBSCRIBE. */
function refuseEvent(turn: Turn, request: SipRequest, asker: Asker): Refusal | undefined {
  const event = parseEvent(headerValue(request, "event") ?? "");
  return event.ok && event.value.package === "dialog"
    ? refuseDialogFilter(turn, asker, event.value.parameters)
    : undefined;
}

/** Lists are the business of the subscriber's own home. */
const ownListOf = (turn: Turn, parcel: Parcel, request: SipRequest): ReturnType<typeof listOf> =>
  parcel.from !== turn.state.aor || hasToTag(request) ? ok(undefined) : listOf(turn, request);

function refuse(turn: Turn, parcel: Parcel, request: SipRequest, refusal: Refusal): void {
  const { status, reason, lines } = refusal;
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
