import { expect, it } from "vitest";
import { deleteAccount, putAccount } from "../../src/home/administration";
import { answered, call, heard, taken } from "./support/call";
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

describeWithEviction("design, Trust: a user who blocks another", (open) => {
  it("in the middle of their call: it goes on, and either side can end it", () => {
    const network = open().withAccounts(alice, bob);
    const a = registered(network, alice, "alice");
    const b = registered(network, bob, "bob");
    call(a, bob);
    const { caller } = answered(a, b);
    network.home(bob).administer((turn) => putAccount(turn, bob, { blocked: [network.home(alice).aor] }));
    caller.say("BYE");
    const bye = taken(b, "BYE");
    b.answer(bye, 200);
    expect(heard(a).at(-1)).toBe("200 BYE");
    network.advance(1_000);
    expect(network.home(bob).state.calls.size).toBe(0);
    expect(statusOf(a.ask(a.messageText(bob, "hello")))).toBe(403);
  });

  it.each(["presence", "dialog"])(
    "and wants him deceived: he may watch %s, and sees nobody there",
    (event) => {
      const network = open({
        settings: (defaults) => {
          const { events } = defaults;
          const watchers = { ...events.watchers, blockedSee: "polite-block" } as const;
          return { ...defaults, events: { ...events, watchers } };
        },
      }).withAccounts(alice, bob);
      registered(network, bob, "bob", { answers: () => 200 });
      network.home(bob).administer((turn) => putAccount(turn, bob, { blocked: [network.home(alice).aor] }));
      const client = registered(network, alice, "alice", { answers: () => 200 });
      const watcher = new Watcher(client, bob);
      for (const asked of [
        watcher.subscribe(600, [`Event: ${event}`]),
        watcher.refresh(600, [`Event: ${event}`]),
      ])
        expect(statusOf(asked)).toBe(200);
      const basic = event === "presence" ? "closed" : "nothing";
      expect(watcher.news()).toEqual([`${basic}, active`, `${basic}, active`]);
    },
  );
});
