import { expect, it } from "vitest";
import { deleteAccount, putAccount } from "../../src/home/administration";
import { registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { alice, bob } from "./support/pair";
import { headerOf, statusOf } from "./support/sip-text";
import { Watcher } from "./support/watcher";

/** Alice watches Bob and has taken the first NOTIFY. */
function watching(open: Parameters<Parameters<typeof describeWithEviction>[1]>[0]) {
  const network = open().withAccounts(alice, bob);
  const client = registered(network, alice, "alice-page", { answers: () => 200 });
  const watcher = new Watcher(client, bob);
  expect(statusOf(watcher.subscribe())).toBe(200);
  network.settle();
  client.takeAll();
  return {
    network,
    client,
    watcher,
    states: () => client.takeRequests().map((each) => headerOf(each, "Subscription-State")),
  };
}

describeWithEviction("RFC 6665 §4.2.2: the user's decision reaches those who watch already", (open) => {
  it("who is blocked is told so at once, and may not come again", () => {
    const { network, watcher, states } = watching(open);
    const home = network.home(bob);
    home.administer((turn) => putAccount(turn, bob, { blocked: [network.home(alice).aor] }));
    network.settle();
    expect(states()).toEqual(["terminated;reason=rejected"]);
    expect(home.state.subscriptions.size).toBe(0);
    expect(statusOf(watcher.subscribe())).toBe(403);
  });

  it("the watchers of a deleted account are told that there is nothing to watch", () => {
    const { network, states } = watching(open);
    network.home(bob).administer((turn) => deleteAccount(turn));
    network.settle();
    expect(states()).toEqual(["terminated;reason=noresource"]);
  });
});
