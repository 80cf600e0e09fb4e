// Subscriptions by JsSIP, as a page makes them.

import type JsSIP from "jssip";
import type { Subscriber } from "jssip/lib/Subscriber";
import type { EventClient } from "./event-client";
import { eventReader } from "./read-event";

const subscribers: Subscriber[] = [];
let userAgent: JsSIP.UA;

const subscriberOf = (watch: number): Subscriber => {
  const subscriber = subscribers[watch];
  if (subscriber === undefined) throw new RangeError(`no subscription ${watch}`);
  return subscriber;
};

export const events: EventClient = {
  notifies: [],
  watch: (to, { event, accept, extraHeaders = [], body }) => {
    const subscriber = userAgent.subscribe(`sip:${to}`, event, accept, {
      extraHeaders: [...extraHeaders],
      contentType: body?.contentType ?? "",
    });
    const watch = subscribers.push(subscriber) - 1;
    const read = eventReader();
    // It tells of a NOTIFY that has a body, and of no other.
    subscriber.on("notify", (_isFinal, request, text = "", contentType = "") => {
      const subscriptionState = request.getHeader("subscription-state") ?? "";
      events.notifies.push({ watch, subscriptionState, body: text, says: read(contentType, text) });
    });
    subscriber.subscribe(body?.content);
    return watch;
  },
  refresh: (watch) => subscriberOf(watch).subscribe(),
  leave: (watch) => subscriberOf(watch).terminate(),
};

export function takeEvents(ua: JsSIP.UA): void {
  userAgent = ua;
}
