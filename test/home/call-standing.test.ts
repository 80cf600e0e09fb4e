// A home that was killed asks the other side's whether its calls still stand: their end may have been lost on its way
// between the two.

import { expect, it } from "vitest";
import { heard, taken, talk } from "./support/call";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, desk, phone } from "./support/pair";

function talking(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob);
  const a = registered(network, alice, "alice-page", { instance: desk });
  const b = registered(network, bob, "bob-page", { instance: phone });
  return { network, a, b, sides: talk(a, b) };
}

/** Back and logged in before anything else has arrived. */
function backAtOnce(client: Client): void {
  client.connect().sendOnly(client.registerText());
  const credentials = client.credentials(client.take(), "REGISTER", "sip:example.com");
  client.sendOnly(client.registerText({ lines: [`Authorization: ${credentials}`] }));
  client.takeAll();
}

describeWithEviction("a call whose homes were killed", (open) => {
  it.each([
    ["caller", false],
    ["callee", false],
    ["caller", true],
    ["callee", true],
  ] as const)(
    "is over for who did not hang up, when the BYE of the %s died with the process (its page at once back: %s)",
    (who, isAtOnce) => {
      const { network, a, b, sides } = talking(open);
      const [from, to] = who === "caller" ? [a, b] : [b, a];
      from.sendOnly(sides[who].text("BYE", 1_000));
      network.crash();
      if (isAtOnce) backAtOnce(to);
      network.settle();
      if (!isAtOnce) to.connect().register();
      network.settle();
      to.answer(taken(to, "BYE"), 200);
      to.close();
      to.connect().register();
      from.connect().register();
      network.advance(90_000);
      expect([...heard(from), ...heard(to)]).toEqual([]);
      for (const name of [alice, bob]) {
        const { state, store } = network.home(name);
        expect(state.calls.size).toBe(0);
        expect(store.calls?.before(undefined, 9)).toMatchObject([
          { outcome: "answered", endedAt: expect.any(Number) },
        ]);
      }
    },
  );

  it.each([
    ["stands for both", "arrives"],
    ["is not known to stand, for want of an answer", "lost"],
  ] as const)("goes on when it %s: a question of each, and nothing is said to a page", (_how, fate) => {
    const { network, a, b, sides } = talking(open);
    network.fate = ({ key }) => (key.endsWith(" OPTIONS") ? fate : "arrives");
    const before = network.calls.parcels;
    network.crash();
    for (const client of [a, b]) client.connect().register();
    network.advance(240_000);
    expect(network.calls.parcels).toBe(before + 2);
    expect([...heard(a), ...heard(b)]).toEqual([]);
    sides.callee.say("BYE");
    a.answer(taken(a, "BYE"), 200);
    expect(heard(b)).toEqual(["200 BYE"]);
    for (const name of [alice, bob]) expect(network.home(name).state.calls.size).toBe(0);
  });

  it("is not asked for by a home that slept, or whose page had left before", () => {
    const { network, a, b } = talking(open);
    const before = network.calls.parcels;
    b.close();
    network.kill(bob, { keepingSockets: false });
    network.kill(alice, { keepingSockets: true });
    network.advance(20_000);
    b.connect().register();
    network.settle();
    expect(network.calls.parcels).toBe(before);
    expect([...heard(a), ...heard(b)]).toEqual([]);
  });
});
