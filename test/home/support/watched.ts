// A user who is watched: bob with his phone, and alice, who has been told where things stand.

import { type Client, registered } from "./client";
import type { OpenNetwork } from "./describe-with-eviction";
import { alice, bob, desk, phone } from "./pair";
import type { VirtualNetwork } from "./virtual-network";
import { Watcher } from "./watcher";

export const carol = "carol@example.com";

/** Alice watches bob, who has a phone; what the first NOTIFY said is taken. */
export function watched(open: OpenNetwork, options?: Parameters<OpenNetwork>[0]) {
  const network = open(options).withAccounts(alice, bob, carol);
  const bobClient = registered(network, bob, "bob-page", { instance: phone, answers: () => 200 });
  const client = registered(network, alice, "alice-page", { instance: desk, answers: () => 200 });
  const watcher = new Watcher(client, bob);
  watcher.subscribe(3600);
  watcher.notifies();
  return { network, bobClient, client, watcher };
}

/** Lets time pass with every client refreshing its binding and its subscription. */
export function live(network: VirtualNetwork, milliseconds: number, ...clients: readonly Client[]): void {
  for (let left = milliseconds; left > 0; left -= 100_000) {
    network.advance(Math.min(left, 100_000));
    for (const client of clients) if (client.end.closed === undefined) client.register();
  }
}
