// The rows of design §5 while a call is on its way to be answered: who is cut, who comes back with what page, and what
// nobody acknowledges; then what is left behind.

import { expect, it } from "vitest";
import { answered, call, cancelOf, heard, respond, rung, Side, taken, talk } from "./support/call";
import { Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, desk, phone } from "./support/pair";
import { headerOf, textOf } from "./support/sip-text";

function two(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob);
  const a = registered(network, alice, "alice-page", { instance: desk });
  const b = registered(network, bob, "bob-page", { instance: phone });
  return { network, a, b };
}

const isFinal = (said: string): boolean => /^[2-6]\d\d INVITE/.test(said);

describeWithEviction("design §5: away before the answer", (open) => {
  it("the callee's page is reloaded while it rings: the new page is rung anew, and answers", () => {
    const { network, a, b } = two(open);
    rung(a, b);
    b.close();
    network.advance(2_000);
    const reloaded = registered(network, bob, "bob-reloaded", { instance: phone });
    const invite = taken(reloaded, "INVITE");
    expect(textOf(invite)).toMatch(/^INVITE sip:bob-reloaded@/);
    respond(reloaded, invite, 180);
    network.advance(15_000);
    respond(reloaded, invite, 200);
    Side.ofCaller(a, taken(a, 200)).ack();
    taken(reloaded, "ACK");
  });

  it("the caller is cut while it rings, and the same page back has its answer on the new socket", () => {
    const { network, a, b } = two(open);
    const { invite } = rung(a, b);
    a.close();
    network.advance(3_000);
    a.connect().register();
    network.advance(1_000);
    respond(b, invite, 200);
    Side.ofCaller(a, taken(a, 200)).ack();
    expect(heard(b)).toEqual(["ACK"]);
    network.advance(60_000);
    expect(heard(b)).toEqual([]);
  });

  it("the answer came while it was away: it is kept for the page", () => {
    const { network, a, b } = two(open);
    const { invite } = rung(a, b);
    a.close();
    network.advance(1_000);
    respond(b, invite, 200);
    network.advance(2_000);
    a.connect().register();
    network.settle();
    Side.ofCaller(a, taken(a, 200)).ack();
    expect(heard(b)).toEqual(["ACK"]);
  });

  it("who was cut and is back is not given up for it, on either side", () => {
    const { network, a, b } = two(open);
    const { invite } = rung(a, b);
    for (const each of [a, b]) {
      each.close();
      network.advance(3_000);
      each.connect().register();
    }
    network.advance(60_000);
    expect(heard(b).filter((said) => said !== "INVITE")).toEqual([]);
    respond(b, invite, 200);
    Side.ofCaller(a, taken(a, 200)).ack();
    expect(heard(b)).toEqual(["ACK"]);
  });

  it("a caller with a second tab is given up when the page that calls is cut once more", () => {
    const { network, a, b } = two(open);
    registered(network, alice, "alice-tab", { instance: desk });
    rung(a, b);
    a.close();
    network.advance(3_000);
    a.connect().register();
    network.advance(3_000);
    a.close();
    network.advance(12_000);
    expect(heard(b)).toEqual(["CANCEL"]);
  });

  it("a 200 that nobody acknowledges within 5 s: the caller's home does, and hangs up", () => {
    const { network, a, b } = two(open);
    const { invite } = rung(a, b);
    a.close();
    network.advance(1_000);
    respond(b, invite, 200);
    network.advance(4_000);
    expect(heard(b)).toEqual([]);
    network.advance(15_000);
    expect(headerOf(taken(b, "ACK"), "CSeq")).toBe(headerOf(invite, "CSeq").replace("INVITE", "ACK"));
    const bye = taken(b, "BYE");
    expect(headerOf(bye, "From")).toBe(headerOf(invite, "From"));
    b.answer(bye, 200);
    network.advance(120_000);
    expect(heard(b)).toEqual([]);
  });

  it("a late 200 after the CANCEL is passed on to a caller who is there", () => {
    const { network, a, b } = two(open);
    const { sent, invite } = rung(a, b);
    a.send(cancelOf(sent));
    taken(b, "CANCEL");
    network.advance(3_000);
    respond(b, invite, 200);
    const caller = Side.ofCaller(a, taken(a, 200));
    caller.ack();
    caller.say("BYE");
    expect(heard(b)).toEqual(["ACK", "BYE"]);
  });
});

describeWithEviction("design §5: what a home says for one who is gone", (open) => {
  it("RFC 3261 §9.1: a 200 after its own 487, when the CANCEL was lost, is acknowledged and ended", () => {
    const { network, a, b } = two(open);
    const { sent, invite } = rung(a, b);
    network.fate = ({ key }) => (key.endsWith(" CANCEL") ? "lost" : "arrives");
    a.send(cancelOf(sent));
    network.advance(33_000);
    taken(a, 487);
    respond(b, invite, 200);
    taken(b, "ACK");
    b.answer(taken(b, "BYE"), 200);
    network.advance(120_000);
    expect(heard(b)).toEqual([]);
  });

  it("a home that was killed gives up the call of a page that is not registered at once", () => {
    const { network, a, b } = two(open);
    a.register({ expires: 0 });
    rung(a, b);
    network.kill(alice, { keepingSockets: false });
    network.settle();
    taken(b, "CANCEL");
    expect(network.logged.map(({ event }) => event)).toContain("call given up");
  });
});

describeWithEviction("design: rows written are money", (open) => {
  it("a tab that does not ring is closed while the other rings, and the call writes no row for it", () => {
    const rowsOf = (isRinging: boolean): number => {
      const { network, a, b } = two(open);
      const newer = registered(network, bob, "bob-tab", { instance: phone });
      if (isRinging) rung(a, newer);
      const before = network.home(bob).rowsWritten;
      b.close();
      network.settle();
      return network.home(bob).rowsWritten - before;
    };
    expect(rowsOf(true)).toBe(rowsOf(false));
  });
});

describeWithEviction("design §5: two tabs of one device", (open) => {
  it("the tab that rings is closed, and the other one rings in its place", () => {
    const { network, a, b } = two(open);
    const newer = registered(network, bob, "bob-tab", { instance: phone });
    call(a, bob);
    respond(newer, taken(newer, "INVITE"), 180);
    expect(heard(b)).toEqual([]);
    newer.close();
    network.advance(1_000);
    respond(b, taken(b, "INVITE"), 200);
    Side.ofCaller(a, taken(a, 200)).ack();
    taken(b, "ACK");
  });
});

describeWithEviction("design §5: away in mid call", (open) => {
  it("a waiting INVITE gets 100, and reaches the page when it is back", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    b.close();
    network.advance(1_000);
    caller.say("INVITE");
    network.advance(1_000);
    expect(heard(a)).toEqual(["100 INVITE"]);
    b.connect().register();
    network.settle();
    respond(b, taken(b, "INVITE"), 200);
    taken(a, 200);
    caller.ack(caller.cseq);
    taken(b, "ACK");
  });

  it("a waiting INVITE is 504 after 10 s, and the call goes on", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    b.close();
    network.advance(1_000);
    caller.say("INVITE");
    network.advance(12_000);
    expect(heard(a).filter(isFinal)).toEqual(["504 INVITE"]);
    b.connect().register();
    caller.say("BYE");
    b.answer(taken(b, "BYE"), 200);
    expect(heard(a)).toEqual(["200 BYE"]);
  });

  it("a reload: the dialogs of the old page end after 5 s, unless they are claimed", () => {
    const { network, a, b } = two(open);
    talk(a, b);
    b.close();
    network.advance(1_000);
    registered(network, bob, "bob-reloaded", { instance: phone });
    network.advance(4_000);
    expect(heard(a)).toEqual([]);
    network.advance(2_000);
    const bye = taken(a, "BYE");
    expect(headerOf(bye, "Reason")).not.toBe("");
    a.answer(bye, 200);
    network.advance(120_000);
    expect(heard(a)).toEqual([]);
  });

  it("a reload that claims its call by Replaces (RFC 3891) ends it by itself", () => {
    const { network, a, b } = two(open);
    const { caller, callee } = talk(a, b);
    b.close();
    network.advance(1_000);
    const reloaded = registered(network, bob, "bob-reloaded", { instance: phone });
    const { local, remote } = caller.tags;
    call(reloaded, alice, [`Replaces: ${caller.callId};to-tag=${local};from-tag=${remote}`]);
    const invite = taken(a, "INVITE");
    respond(a, invite, 200);
    Side.ofCaller(reloaded, taken(reloaded, 200)).ack();
    taken(a, "ACK");
    caller.say("BYE");
    expect(heard(a)).toEqual(["200 BYE"]);
    network.advance(120_000);
    // The old page is no more, and nobody speaks for it again.
    expect(heard(a)).toEqual([]);
    expect(callee.callId).toBe(caller.callId);
  });
});

describeWithEviction("RFC 5057 §4: a call with a transfer that began while it rang", (open) => {
  it.each(["caller", "callee"] as const)("is hung up for its %s who goes away like any other", (side) => {
    const { network, a, b } = two(open);
    const { invite } = rung(a, b);
    Side.ofCaller(a, taken(a, 180)).say("REFER", ["Refer-To: <sip:carol@example.com>"]);
    b.answer(taken(b, "REFER"), 202);
    answered(a, b, invite);
    network.settle();
    const [gone, left] = side === "caller" ? [a, b] : [b, a];
    left.takeAll();
    gone.close();
    network.advance(120_000);
    expect(heard(left)).toContain("BYE");
  });
});

describeWithEviction("a call that is over leaves nothing behind", (open) => {
  const ends: readonly (readonly [string, (parts: ReturnType<typeof two>) => void])[] = [
    [
      "answered and hung up",
      ({ a, b }) => {
        const { caller } = talk(a, b);
        caller.say("BYE");
        b.answer(taken(b, "BYE"), 200);
      },
    ],
    [
      "refused",
      ({ a, b }) => {
        call(a, bob);
        respond(b, taken(b, "INVITE"), 486);
      },
    ],
    [
      "refused, after a transfer that began while it rang",
      ({ network, a, b }) => {
        const { invite } = rung(a, b);
        Side.ofCaller(a, taken(a, 180)).say("REFER", ["Refer-To: <sip:carol@example.com>"]);
        b.answer(taken(b, "REFER"), 202);
        respond(b, invite, 486);
        network.advance(600_000);
      },
    ],
    [
      "cancelled",
      ({ a, b }) => {
        const { sent, invite } = rung(a, b);
        a.send(cancelOf(sent));
        respond(b, invite, 487);
      },
    ],
    [
      "never answered",
      ({ network, a, b }) => {
        rung(a, b);
        network.advance(160_000);
      },
    ],
    [
      "left by both",
      ({ network, a, b }) => {
        talk(a, b);
        a.close();
        b.close();
        network.advance(120_000);
      },
    ],
    [
      "left by a caller whose home was killed while it rang, and who stays away",
      ({ network, a }) => {
        call(a, bob);
        network.kill(alice, { keepingSockets: false });
        network.advance(120_000);
      },
    ],
    [
      "to a user whose home cannot be reached",
      ({ network, a }) => {
        network.fate = () => "lost";
        call(a, bob);
        network.fate = () => "arrives";
      },
    ],
  ];

  it.each(ends)("%s", (_, end) => {
    const parts = two(open);
    const { network } = parts;
    end(parts);
    // Timer C, 64·T1 for what is ended, and the longest a page may be away.
    network.advance(600_000);
    for (const { aor, state } of network.homes.values()) {
      const sizes = {
        calls: state.calls.size,
        dialogs: state.dialogs.size,
        branches: state.branches.size,
        forwards: state.forwards.size,
        parked: state.parked.size,
      };
      expect({ aor, ...sizes }).toEqual({ aor, calls: 0, dialogs: 0, branches: 0, forwards: 0, parked: 0 });
    }
  });
});

describeWithEviction("an unauthenticated page", (open) => {
  it("calls nobody before it has logged in", () => {
    const network = open().withAccounts(alice, bob);
    const b = registered(network, bob, "bob-page");
    const stranger = new Client(network, alice, "alice-page").connect();
    call(stranger, bob);
    expect(heard(stranger)).toEqual(["407 INVITE"]);
    expect(heard(b)).toEqual([]);
  });
});
