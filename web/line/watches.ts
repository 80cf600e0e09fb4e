// Whose presence is watched: one subscription for each address (RFC 3856, RFC 6665), for as long as the line is
// open, over all of its sockets.

import { type Notification, Subscriber, SubscriptionState, UserAgent } from "sip.js";
import { type Presence, pidfType, readPresence } from "./presence-document";

export interface Watches {
  watch(address: string): void;
  /** To be called after each registration: renews what the gateway still knows, subscribes anew to the rest. */
  renew(): void;
  /** To be called when the registration is gone. */
  pause(): void;
}

const subscribeSeconds = 600;

/** `changed` hears of each document; undefined when the gateway tells nothing about that address. */
export function createWatches(
  userAgent: UserAgent,
  changed: (address: string, presence: Presence | undefined) => void,
): Watches {
  const subscribers = new Map<string, Subscriber | undefined>();
  let paused = true;

  function subscribe(address: string): void {
    const target = UserAgent.makeURI(`sip:${address}`);
    if (target === undefined) return;
    const subscriber = new Subscriber(userAgent, target, "presence", {
      expires: subscribeSeconds,
      extraHeaders: [`Accept: ${pidfType}`],
    });
    subscriber.delegate = { onNotify: (notification) => notified(address, notification) };
    subscriber.stateChange.addListener((state) => {
      if (state !== SubscriptionState.Terminated || subscribers.get(address) !== subscriber) return;
      subscribers.set(address, undefined);
      changed(address, undefined);
    });
    subscribers.set(address, subscriber);
    void subscriber.subscribe();
  }

  function notified(address: string, notification: Notification): void {
    const { body } = notification.request;
    void notification.accept();
    // A subscription may start with nothing to say (RFC 6665 §4.2.1.2).
    if (body !== "") changed(address, readPresence(body));
  }

  return {
    watch(address) {
      if (subscribers.has(address)) return;
      subscribers.set(address, undefined);
      if (!paused) subscribe(address);
    },
    renew() {
      paused = false;
      for (const [address, subscriber] of subscribers) {
        if (subscriber?.state === SubscriptionState.Subscribed) void subscriber.subscribe();
        else subscribe(address);
      }
    },
    pause() {
      paused = true;
    },
  };
}
