// The text of a NOTIFY (RFC 6665 §3.2, RFC 3261 §12.2.1.1): a request in the dialog that the SUBSCRIBE began, sent
// by the side that was its UAS.

import { invariant } from "../base/invariant";
import { requestWithin } from "../dialog/within-dialog";
import { buildRequest, type HeaderLine } from "../sip/build";
import { formatParameters } from "../sip/parameters";
import type { Notification } from "./notification";
import { dialogOf, type Subscription } from "./subscription";

export interface NotifyParts {
  /** The Via value of this transaction. */
  readonly via: string;
  readonly maxForwards: number;
  /** The Contact value: that of the 200. SIP.js refuses a first NOTIFY without one. */
  readonly contact: string;
  /** What `notification.disclosure` calls for; undefined for no body. */
  readonly document: { readonly contentType: string; readonly body: string } | undefined;
}

export function buildNotify(
  subscription: Subscription,
  notification: Notification,
  parts: NotifyParts,
): string {
  const within = requestWithin(dialogOf(subscription), "NOTIFY", notification.cseq)?.request;
  invariant(within !== undefined, "the CSeq of a NOTIFY is below 2^31");
  const { document } = parts;
  const lines: HeaderLine[] = [
    ["Via", parts.via],
    ["Max-Forwards", String(parts.maxForwards)],
    ...within.lines,
    ["Contact", parts.contact],
    ["Event", subscription.event + eventId(subscription)],
    ["Subscription-State", notification.subscriptionState],
    // RFC 4662 §4.4
    ...(subscription.list === undefined ? [] : ([["Require", "eventlist"]] as const)),
  ];
  if (document === undefined) return buildRequest("NOTIFY", within.requestUri, lines);
  lines.push(["Content-Type", document.contentType]);
  return buildRequest("NOTIFY", within.requestUri, lines, document.body);
}

/** RFC 6665 §4.5.2: the id as subscribed. No other parameter takes part in matching (§8.2.1). */
function eventId({ eventId }: Subscription): string {
  return eventId === undefined ? "" : formatParameters([{ name: "id", value: eventId }]);
}
