// Two users, each with one registered device: alice writes, bob takes whatever comes.

import { registered } from "./client";
import type { OpenNetwork } from "./describe-with-eviction";
import { statusOf } from "./sip-text";

export const alice = "alice@example.com";
export const bob = "bob@example.com";
export const desk = "urn:uuid:0c67446e-f1a1-11d9-94d3-000a95a0e128";
export const phone = "urn:uuid:6f85d4e3-e8aa-46aa-b768-bf39d5912143";

export function pair(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob);
  const sender = registered(network, alice, "alice-page", { instance: desk });
  const receiver = registered(network, bob, "bob-page", { instance: phone, answers: () => 200 });
  /** The status, and what the receiver got of a MESSAGE with these changes. */
  const sent = (lines: readonly string[], change: (text: string) => string = (text) => text) => {
    const status = statusOf(sender.ask(change(sender.messageText(bob, "hello", lines))));
    return { status, frame: receiver.takeRequests()[0] };
  };
  return { network, sender, receiver, sent };
}
