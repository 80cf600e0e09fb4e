// Design §5 where a socket is cut with something on its way: what the page may not have read is said again when it is back.

import { expect, it } from "vitest";
import { ackRefusal, heard, respond, rung, taken, talk } from "./support/call";
import { registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, desk, phone } from "./support/pair";

function two(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob);
  const a = registered(network, alice, "alice-page", { instance: desk });
  const b = registered(network, bob, "bob-page", { instance: phone });
  return { network, a, b };
}

describeWithEviction("design §5: cut before it was read", (open) => {
  it("a refusal of its home's own that the caller was cut before it could acknowledge is said again, and then never", () => {
    const { network, a, b } = two(open);
    const { sent, invite } = rung(a, b);
    network.kill(alice, { keepingSockets: false });
    a.connect().register();
    network.settle();
    respond(b, taken(b, "CANCEL"), 200);
    respond(b, invite, 487);
    taken(a, 480);
    a.close();
    network.advance(1_000);
    a.connect().register();
    network.settle();
    ackRefusal(a, sent, taken(a, 480));
    a.close();
    a.connect().register();
    network.advance(60_000);
    expect(heard(a)).toEqual([]);
    for (const name of [alice, bob]) expect(network.home(name).state.calls.size).toBe(0);
  });

  it("a BYE whose page is cut before it answers waits for the page, and is answered by it", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    caller.say("BYE");
    taken(b, "BYE");
    b.close();
    network.advance(4_000);
    expect(heard(a)).toEqual([]);
    b.connect().register();
    network.settle();
    b.answer(taken(b, "BYE"), 200);
    expect(heard(a)).toEqual(["200 BYE"]);
    network.advance(60_000);
    for (const name of [alice, bob]) expect(network.home(name).state.calls.size).toBe(0);
  });

  it("a BYE whose page has not answered when its home is killed is said again when the page is back, and never after", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    caller.say("BYE");
    taken(b, "BYE");
    network.kill(bob, { keepingSockets: false });
    network.advance(2_000);
    b.connect().register();
    network.settle();
    b.answer(taken(b, "BYE"), 200);
    // So long its dialog is known (RFC 5407 §3.2), and a memory that is lost once more does not know that it was answered.
    network.advance(33_000);
    for (let count = 0; count < 3; count++) {
      b.close();
      b.connect().register();
      network.settle();
    }
    expect(heard(b)).toEqual([]);
    for (const name of [alice, bob]) expect(network.home(name).state.calls.size).toBe(0);
  });

  it("the same where the caller says it once more while the page is away, and has its answer", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    caller.say("BYE");
    taken(b, "BYE");
    network.kill(bob, { keepingSockets: false });
    caller.say("BYE");
    expect(heard(a)).toContain("200 BYE");
    b.connect().register();
    network.settle();
    taken(b, "BYE");
    b.register();
    network.settle();
    expect(heard(b)).toEqual([]);
  });

  it("a BYE that a page was owed is said again when the page is cut before it has answered, and never after", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    b.close();
    caller.say("BYE");
    expect(heard(a)).toEqual(["200 BYE"]);
    b.connect().register();
    network.settle();
    taken(b, "BYE");
    b.close();
    network.advance(1_000);
    b.connect().register();
    network.settle();
    b.answer(taken(b, "BYE"), 200);
    for (let count = 0; count < 3; count++) {
      b.close();
      b.connect().register();
      network.advance(20_000);
    }
    expect(heard(b)).toEqual([]);
    expect(network.home(bob).state.calls.size).toBe(0);
  });
});
