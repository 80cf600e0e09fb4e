// Subscriptions and publications by SIP.js, as a page makes them.

import { type Notification, Publisher, Subscriber, type URI, UserAgent } from "sip.js";
import type { EventClient } from "./event-client";
import { eventReader } from "./read-event";

const subscribers: Subscriber[] = [];
let userAgent: UserAgent;
let credentials: readonly string[] = [];
let publisher: Publisher | undefined;

const subscriberOf = (watch: number): Subscriber => {
  const subscriber = subscribers[watch];
  if (subscriber === undefined) throw new RangeError(`no subscription ${watch}`);
  return subscriber;
};

const uriOf = (address: string): URI => {
  const uri = UserAgent.makeURI(`sip:${address}`);
  if (uri === undefined) throw new TypeError(`no address: ${address}`);
  return uri;
};

export const events: EventClient = {
  notifies: [],
  watch: (to, { event, accept, extraHeaders = [], body }) => {
    const subscriber = new Subscriber(userAgent, uriOf(to), event, {
      extraHeaders: [...credentials, `Accept: ${accept}`, ...extraHeaders],
      ...(body === undefined ? {} : { body: body.content, contentType: body.contentType }),
    });
    const watch = subscribers.push(subscriber) - 1;
    const read = eventReader();
    subscriber.delegate = {
      onNotify: (notification: Notification) => {
        const { request } = notification;
        events.notifies.push({
          watch,
          subscriptionState: request.getHeader("subscription-state") ?? "",
          body: request.body,
          says: read(request.getHeader("content-type") ?? "", request.body),
        });
        void notification.accept();
      },
    };
    void subscriber.subscribe();
    return watch;
  },
  refresh: (watch) => void subscriberOf(watch).subscribe(),
  // Once it has asked to leave, SIP.js tells the page of no NOTIFY any more, the last one included.
  leave: (watch) => void subscriberOf(watch).unsubscribe(),
};

/** RFC 3903: SIP.js keeps the entity-tag, and refreshes. */
export function publish(body: string): void {
  const { user, host } = userAgent.configuration.uri;
  publisher ??= new Publisher(userAgent, uriOf(`${user}@${host}`), "presence", {
    ...{ body, contentType: "application/pidf+xml", expires: 600, extraHeaders: [...credentials] },
  });
  void publisher.publish(body);
}

export const unpublish = (): void => void publisher?.unpublish();

export function takeEvents(ua: UserAgent, headers: readonly string[]): void {
  userAgent = ua;
  credentials = headers;
}
