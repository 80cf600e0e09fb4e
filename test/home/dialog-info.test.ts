// RFC 4235 at the home of the user: busy lamps, fed by the calls it carries.

import { expect, it } from "vitest";
import { seconds } from "../../src/base/brand";
import { putAccount } from "../../src/home/administration";
import type { Frame } from "../../src/sip/frame";
import { ackRefusal, answered, call, cancelOf, respond, rung, taken } from "./support/call";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, phone } from "./support/pair";
import { bodyOf, headerOf, statusOf, textOf } from "./support/sip-text";
import { carol } from "./support/watched";
import { Watcher } from "./support/watcher";

const sales = "sales@example.com";
const lines = ["Event: dialog"];
const answersNotify = (frame: Frame): number | undefined =>
  textOf(frame).startsWith("NOTIFY") ? 200 : undefined;

/** Carol watches bob's dialogs; alice calls him. */
function lamps(open: OpenNetwork, whom = bob) {
  const network = open().withAccounts(alice, bob, carol, sales);
  const [a, b, c] = [
    registered(network, alice, "alice"),
    registered(network, bob, "bob", { instance: phone, answers: answersNotify }),
    registered(network, carol, "carol", { answers: answersNotify }),
  ];
  const watcher = new Watcher(c, whom, "lamp");
  const answer = watcher.subscribe(600, lines);
  const lamp = () => {
    network.advance(1_000);
    return seen(c, watcher.callId);
  };
  return { network, a, b, c, watcher, answer, lamp };
}

/** What the NOTIFYs of that subscription said. */
function seen(client: Client, callId: string): readonly string[] {
  const { frames } = client.end;
  const told = frames.filter((frame) => headerOf(frame, "Call-ID") === callId && statusOf(frame) === 0);
  for (const frame of told) frames.splice(frames.indexOf(frame), 1);
  return told.map((frame) => {
    const states = [...bodyOf(frame).matchAll(/<state[^>]*>(\w+)<\/state>/g)].map(([, state]) => state);
    return states.length === 0 ? "idle" : states.join("+");
  });
}

describeWithEviction("RFC 4235 §3.7.1: the lamp of a user", (open) => {
  it("goes from early to confirmed to terminated", () => {
    const { a, b, lamp } = lamps(open);
    expect(lamp()).toEqual(["idle"]);
    const { invite } = rung(a, b);
    expect(lamp().at(-1)).toBe("early");
    const { caller } = answered(a, b, invite);
    expect(lamp()).toEqual(["confirmed"]);
    caller.say("BYE");
    b.answer(taken(b, "BYE"), 200);
    expect(lamp()).toEqual(["terminated"]);
  });

  it("never goes back: trying, early and confirmed come in this order, whatever is forgotten between", () => {
    const { network, a, b, lamp } = lamps(open);
    call(a, bob);
    const invite = taken(b, "INVITE");
    const before = lamp();
    respond(b, invite, 180);
    network.advance(1_000);
    respond(b, invite, 183);
    const states = [...before, ...lamp()];
    expect(states).toEqual(["idle", "trying", "early"]);
    answered(a, b, invite);
    expect(lamp()).toEqual(["confirmed"]);
  });

  it("cancelled, refused and not answered: it is dark again, and says why", () => {
    const { network, a, b, c, watcher, lamp } = lamps(open);
    lamp();
    const events = () => {
      network.advance(1_000);
      const told = c.end.frames.map((frame) => bodyOf(frame)).join();
      seen(c, watcher.callId);
      return [...told.matchAll(/event="(\w+)"/g)].at(-1)?.[1];
    };
    const first = rung(a, b);
    a.send(cancelOf(first.sent));
    b.answer(taken(b, "CANCEL"), 200);
    respond(b, first.invite, 487);
    ackRefusal(a, first.sent, taken(a, 487));
    expect(events()).toBe("cancelled");
    const second = rung(a, b);
    respond(b, second.invite, 486);
    ackRefusal(a, second.sent, taken(a, 486));
    expect(events()).toBe("rejected");
  });

  it("the caller's is lit too, and two calls are two dialogs", () => {
    const { network, a, b, lamp } = lamps(open, alice);
    const c = registered(network, sales, "sales");
    lamp();
    answered(a, b, rung(a, b).invite);
    lamp();
    answered(a, c, rung(a, c).invite);
    expect(lamp().at(-1)).toBe("confirmed+confirmed");
  });

  it("is dark when the callee's page is killed and does not come back", () => {
    const { network, a, b, lamp } = lamps(open);
    lamp();
    answered(a, b, rung(a, b).invite);
    lamp();
    network.kill(bob, { keepingSockets: false });
    network.advance(70_000);
    expect(taken(a, "BYE")).toBeDefined();
    expect(lamp().at(-1)).toMatch(/terminated|idle/);
  });

  it("who subscribes while it is lit sees it lit", () => {
    const { a, b, c } = lamps(open);
    answered(a, b, rung(a, b).invite);
    const late = new Watcher(c, bob, "late");
    late.subscribe(600, lines);
    expect(seen(c, late.callId)).toEqual(["confirmed"]);
  });
});

describeWithEviction("RFC 4235 §3.6: who the user talks to", (open) => {
  it("is nobody's business but the user's own", () => {
    const { network, a, b, c, watcher } = lamps(open);
    const own = new Watcher(b, bob, "own");
    own.subscribe(600, lines);
    answered(a, b, rung(a, b).invite);
    network.advance(1_000);
    const said = (client: Client, { callId }: Watcher) =>
      client.end.frames
        .filter((frame) => headerOf(frame, "Call-ID") === callId)
        .map(bodyOf)
        .join();
    for (const secret of ["alice", "call-id", "-tag"]) {
      expect(said(c, watcher), secret).not.toContain(secret);
      expect(said(b, own), secret).toContain(secret);
    }
  });

  it("a subscription to one dialog is for those who may know of it (§3.2, §3.7.2)", () => {
    const { network, a, b, c } = lamps(open);
    const { callee } = answered(a, b, rung(a, b).invite);
    const { local, remote } = callee.tags;
    const named = (tag: string) => [
      `Event: dialog;call-id="${callee.callId}";to-tag=${local};from-tag=${tag}`,
    ];
    expect(statusOf(new Watcher(c, bob, "guess").subscribe(600, named(remote)))).toBe(403);
    const states = (tag: string) => {
      const own = new Watcher(b, bob, `own-${tag}`);
      own.subscribe(600, named(tag));
      network.advance(1_000);
      return seen(b, own.callId);
    };
    expect([states(remote), states("another")]).toEqual([["confirmed"], ["idle"]]);
    expect(statusOf(new Watcher(b, bob, "half").subscribe(600, ["Event: dialog;to-tag=1"]))).toBe(400);
  });

  it("who is blocked sees no lamp", () => {
    const { network, c } = lamps(open);
    network.home(bob).administer((turn) => putAccount(turn, bob, { blocked: [network.home(carol).aor] }));
    network.advance(1_000);
    expect(statusOf(new Watcher(c, bob, "again").subscribe(600, lines))).toBe(403);
  });
});

describeWithEviction("decision 0017: the lamp of a group", (open) => {
  it("is lit while a member talks, and dark when the member has hung up", () => {
    const { network, a, b, lamp } = lamps(open, sales);
    const group = { order: "parallel", members: [`sip:${bob}`], ringFor: seconds(20) } as const;
    network.home(sales).administer((turn) => putAccount(turn, sales, { group }));
    lamp();
    call(a, sales);
    const invite = taken(b, "INVITE");
    respond(b, invite, 180);
    expect(lamp().at(-1)).toMatch(/trying|early/);
    const { callee } = answered(a, b, invite);
    expect(lamp()).toEqual(["confirmed"]);
    callee.say("BYE");
    a.answer(taken(a, "BYE"), 200);
    expect(lamp()).toEqual(["terminated"]);
  });

  it("a user whose rule sends his calls on is not in them", () => {
    const { network, a, c, lamp } = lamps(open);
    network
      .home(bob)
      .administer((turn) =>
        putAccount(turn, bob, { rules: { doNotDisturb: false, forward: { always: `sip:${carol}` } } }),
      );
    lamp();
    call(a, bob);
    respond(c, taken(c, "INVITE"), 200);
    expect(lamp()).toEqual([]);
  });
});

describeWithEviction("RFC 4480 §3.2: on the phone", (open) => {
  it("appears in presence with the call, and goes by itself", () => {
    const { network, a, b, c } = lamps(open);
    const watcher = new Watcher(c, bob, "presence");
    watcher.subscribe(600);
    const says = () => {
      network.advance(1_000);
      const told = c.end.frames.filter((frame) => headerOf(frame, "Call-ID") === watcher.callId).map(bodyOf);
      seen(c, watcher.callId);
      return told.at(-1)?.includes("on-the-phone");
    };
    expect(says()).toBe(false);
    const { caller } = answered(a, b, rung(a, b).invite);
    expect(says()).toBe(true);
    caller.say("BYE");
    b.answer(taken(b, "BYE"), 200);
    expect(says()).toBe(false);
  });
});
