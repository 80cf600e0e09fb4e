// A SUBSCRIBE as JsSIP sends it, and the facts a notifier judges it by.

import { type EpochMs, epochMs, seconds } from "../../src/base/brand";
import { processSubscribe, type SubscribeFacts } from "../../src/events/subscribe";
import type { Subscription } from "../../src/events/subscription";
import { SubscriptionTable } from "../../src/events/subscription-table";
import { request } from "./message";

export const start = epochMs(1_700_000_000_000);

/** The first SUBSCRIBE of JsSIP 3.13, with lines put in the place of its own by name. */
export function subscribeText(lines: Readonly<Record<string, string | undefined>> = {}): string {
  const all: Readonly<Record<string, string | undefined>> = {
    Via: "SIP/2.0/WSS 6hq3pa0bjvm2.invalid;branch=z9hG4bK7293419",
    "Max-Forwards": "69",
    To: "<sip:alice@example.com>",
    From: "<sip:bob@example.com>;tag=t8ik2f9dk1",
    "Call-ID": "9c6s1h0ekk0mv7r2d0gq",
    CSeq: "8113 SUBSCRIBE",
    Event: "presence",
    Expires: "900",
    Accept: "application/pidf+xml",
    Contact: "<sip:k2jd90ap@6hq3pa0bjvm2.invalid;transport=ws>",
    "Content-Length": "0",
    ...lines,
  };
  const head = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}`,
  );
  return ["SUBSCRIBE sip:alice@example.com SIP/2.0", ...head].join("\n");
}

/** Other facts than usual, with the subscriptions that are there as a list. */
export type Changes = Partial<Omit<SubscribeFacts, "existing">> & {
  readonly existing?: readonly Subscription[];
};

export function facts(text: string, { existing = [], ...changes }: Changes = {}): SubscribeFacts {
  return {
    request: request(text),
    existing: new SubscriptionTable(existing),
    watcher: "bob@example.com",
    judge: () => "allow",
    anonymous: false,
    limits: {
      subscriptions: 10,
      subscriptionsPerWatcher: 3,
      minExpires: seconds(60),
      maxExpires: seconds(3600),
    },
    newTag: "ours",
    newId: "s1",
    ...changes,
  };
}

export function outcomeOf(text: string, changes: Changes = {}, now: EpochMs = start) {
  const result = processSubscribe(facts(text, changes), now);
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value;
}

export function refusalOf(text: string, changes: Changes = {}, now: EpochMs = start) {
  const result = processSubscribe(facts(text, changes), now);
  if (result.ok) throw new Error("accepted");
  return result.error;
}

export const first = (changes: Changes = {}): Subscription =>
  outcomeOf(subscribeText(), changes).notify.subscription;

export const inDialog = { To: "<sip:alice@example.com>;tag=ours", CSeq: "8114 SUBSCRIBE" };
export const minute = (count: number): EpochMs => epochMs(start + count * 60_000);
