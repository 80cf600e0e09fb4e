// Subscriptions to one event of several users (RFC 6665), for as long as the line is open and over all of its sockets.

import { type Notification, Subscriber, SubscriptionState, UserAgent } from "sip.js";
import type { Reach } from "../reach";

export interface EventKind {
  readonly event: string;
  readonly accept: string;
}

/** `state` is that of Subscription-State: active, pending, terminated. */
export interface EventObserver {
  notified(address: string, state: string, body: string): void;
  /** Refused, ended by the notifier, or its dialog is gone; tried again with the next registration. */
  ended(address: string): void;
}

export interface Subscriptions {
  open(address: string): void;
  close(address: string): void;
  /** To be called after each registration: renews what the gateway still knows, subscribes anew to the rest. */
  renew(): void;
  end(): void;
}

/** Refreshes cost the gateway work; a page that goes takes its subscriptions with it. */
const subscribeSeconds = 3600;

export function createSubscriptions(
  reach: Reach,
  { event, accept }: EventKind,
  observer: EventObserver,
): Subscriptions {
  const subscribers = new Map<string, Subscriber | undefined>();

  function subscribe(address: string): void {
    const target = UserAgent.makeURI(`sip:${address}`);
    if (target === undefined) return;
    const extraHeaders = [`Accept: ${accept}`];
    const subscriber = new Subscriber(reach.userAgent, target, event, {
      expires: subscribeSeconds,
      extraHeaders,
    });
    subscriber.delegate = { onNotify: (notification) => notified(address, subscriber, notification) };
    subscriber.stateChange.addListener((state) => {
      if (state !== SubscriptionState.Terminated || subscribers.get(address) !== subscriber) return;
      subscribers.set(address, undefined);
      observer.ended(address);
    });
    subscribers.set(address, subscriber);
    void subscriber.subscribe();
  }

  function notified(address: string, subscriber: Subscriber, notification: Notification): void {
    void notification.accept();
    if (subscribers.get(address) !== subscriber) return;
    const { request } = notification;
    const [state = ""] = (request.getHeader("subscription-state") ?? "").split(";", 1);
    observer.notified(address, state.trim().toLowerCase(), request.body);
  }

  function close(address: string): void {
    const subscriber = subscribers.get(address);
    subscribers.delete(address);
    void subscriber?.unsubscribe();
  }

  return {
    open(address) {
      if (subscribers.has(address)) return;
      subscribers.set(address, undefined);
      if (reach.isRegistered()) subscribe(address);
    },
    close,
    end() {
      for (const address of [...subscribers.keys()]) close(address);
    },
    renew() {
      for (const [address, subscriber] of subscribers) {
        if (subscriber?.state === SubscriptionState.Subscribed) void subscriber.subscribe();
        else subscribe(address);
      }
    },
  };
}
