// Design §5 where a socket is cut with something on its way: what the page may not have read is said again when it is back.

import { expect, it } from "vitest";
import { ackRefusal, heard, respond, rung, taken, talk } from "./support/call";
import { registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, desk, phone } from "./support/pair";
import type { VirtualNetwork } from "./support/virtual-network";

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

  it.each([
    ["is back soon", 4_000, () => {}],
    ["is away for minutes", 300_000, () => {}],
    [
      "is away while its home is killed",
      4_000,
      (network: VirtualNetwork) => network.kill(bob, { keepingSockets: false }),
    ],
  ])(
    "a BYE whose page is cut before it answers is answered for it and waits for the page, which %s",
    (_when, away, happens) => {
      const { network, a, b } = two(open);
      const { caller } = talk(a, b);
      caller.say("BYE");
      taken(b, "BYE");
      b.close();
      network.settle();
      expect(heard(a)).toEqual(["200 BYE"]);
      happens(network);
      network.advance(away);
      for (let count = 0; count < 2; count++) {
        b.connect().register();
        network.settle();
        taken(b, "BYE");
        b.close();
      }
      b.connect().register();
      network.settle();
      b.answer(taken(b, "BYE"), 200);
      b.close();
      b.connect().register();
      network.settle();
      expect([...heard(a), ...heard(b)]).toEqual([]);
      for (const name of [alice, bob]) expect(network.home(name).state.calls.size).toBe(0);
    },
  );

  it("a BYE that came while its page was away waits for it longer than a call would", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    b.close();
    network.advance(50_000);
    caller.say("BYE");
    expect(heard(a)).toEqual(["200 BYE"]);
    network.advance(120_000);
    b.connect().register();
    network.settle();
    b.answer(taken(b, "BYE"), 200);
    network.advance(60_000);
    for (const name of [alice, bob]) expect(network.home(name).state.calls.size).toBe(0);
  });

  it("a BYE that was sent into a dead line is said again when the page is back, though it took longer than Timer F", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    caller.say("BYE");
    taken(b, "BYE");
    network.advance(50_000);
    expect(network.home(bob).state.unheard.size).toBe(0);
    b.connect().register();
    network.settle();
    b.answer(taken(b, "BYE"), 200);
    network.settle();
    for (const name of [alice, bob]) expect(network.home(name).state.calls.size).toBe(0);
    expect(heard(a)).toEqual([]);
  });

  it("a BYE whose page is cut leaves the end of a call where it was that a transfer keeps (RFC 5057 §4)", () => {
    const { network, a, b } = two(open);
    const { caller, callee } = talk(a, b);
    callee.say("REFER", ["Refer-To: <sip:carol@example.com>", `Contact: <${b.contact}>`]);
    a.answer(taken(a, "REFER"), 202);
    network.settle();
    caller.say("BYE");
    taken(b, "BYE");
    const record = () => network.home(bob).store.calls?.before(undefined, 1)[0];
    const ended = record();
    expect(ended?.endedAt).toBeDefined();
    network.advance(5_000);
    b.close();
    network.settle();
    expect(record()?.endedAt).toBe(ended?.endedAt);
  });

  it("a page that answers a BYE never hears of it again, and its home has written the call's end once", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    const before = network.home(bob).rowsWritten;
    caller.say("BYE");
    b.answer(taken(b, "BYE"), 200);
    expect(network.home(bob).rowsWritten).toBe(before + 1);
    b.close();
    b.connect().register();
    network.advance(60_000);
    expect(heard(b)).toEqual([]);
    expect(network.home(bob).state.unheard.size).toBe(0);
  });

  it("the callee's refusal whose page is cut before it can acknowledge is said again until it does, and then never", () => {
    const { network, a, b } = two(open);
    const { sent, invite } = rung(a, b);
    a.takeAll();
    respond(b, invite, 486);
    taken(a, 486);
    a.close();
    network.kill(alice, { keepingSockets: false });
    network.advance(4_000);
    for (let count = 0; count < 2; count++) {
      a.connect().register();
      network.settle();
      taken(a, 486);
      a.close();
    }
    a.connect().register();
    network.settle();
    ackRefusal(a, sent, taken(a, 486));
    a.close();
    a.connect().register();
    network.advance(60_000);
    expect(heard(a)).toEqual([]);
    const { state, endedCalls } = network.home(alice);
    expect([state.calls.size, state.unheard.size, endedCalls.length]).toEqual([0, 0, 1]);
  });

  it("RFC 3261 §17.2.1: a refusal that is acknowledged is one row, and one that never is waits for 32 s in memory", () => {
    const { network, a, b } = two(open);
    for (const isAcknowledged of [true, false]) {
      const { sent, invite } = rung(a, b);
      a.takeAll();
      const before = network.home(alice).rowsWritten;
      respond(b, invite, 486);
      const refusal = taken(a, 486);
      if (isAcknowledged) ackRefusal(a, sent, refusal);
      expect(network.home(alice).rowsWritten).toBe(before + 1);
      expect(network.home(alice).state.unheard.size).toBe(isAcknowledged ? 0 : 1);
    }
    network.advance(33_000);
    expect(network.home(alice).state.unheard.size).toBe(0);
    a.close();
    a.connect().register();
    network.settle();
    expect(heard(a)).toEqual([]);
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

  it.each(["caller", "callee"] as const)(
    "a BYE of the %s that was sent as the process died is said again when its page is back, until that answers",
    (who) => {
      const { network, a, b } = two(open);
      const sides = talk(a, b);
      const [from, to] = who === "caller" ? [a, b] : [b, a];
      const endedAt = expect.toSatisfy((at: number) => at <= network.now - 60_000);
      sides[who].say("BYE");
      taken(to, "BYE");
      network.crash();
      from.connect().register();
      network.advance(4_000);
      for (let count = 0; count < 2; count++) {
        to.connect().register();
        network.settle();
        taken(to, "BYE");
        to.close();
      }
      to.connect().register();
      network.settle();
      to.answer(taken(to, "BYE"), 481);
      to.close();
      to.connect().register();
      network.advance(60_000);
      expect([...heard(from), ...heard(to)]).toEqual([]);
      for (const name of [alice, bob]) {
        const { state, store } = network.home(name);
        expect([state.calls.size, state.unheard.size]).toEqual([0, 0]);
        expect(store.calls?.before(undefined, 9)).toMatchObject([{ outcome: "answered", endedAt }]);
      }
      expect(network.home(alice).endedCalls.length).toBe(1);
    },
  );

  it("a refusal that was sent as the process died is said again when its page is back", () => {
    const { network, a, b } = two(open);
    const { sent, invite } = rung(a, b);
    a.takeAll();
    respond(b, invite, 486);
    taken(a, 486);
    network.crash();
    network.advance(4_000);
    a.connect().register();
    network.settle();
    ackRefusal(a, sent, taken(a, 486));
    a.close();
    a.connect().register();
    network.advance(60_000);
    expect(heard(a)).toEqual([]);
    const { state, endedCalls } = network.home(alice);
    expect([state.calls.size, state.unheard.size, endedCalls.length]).toEqual([0, 0, 1]);
  });
});
