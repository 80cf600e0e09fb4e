// RFC 5359 §2, the services that user agents make among themselves and a proxy carries. Those that the user's home makes
// (§2.7 to §2.9, §2.12) are call-services.test.ts.

import { expect, it } from "vitest";
import { putAccount } from "../../src/home/administration";
import type { Frame } from "../../src/sip/frame";
import { ackRefusal, answered, call, heard, offer, respond, rung, Side, taken, talk } from "./support/call";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { Ladder, nameOf } from "./support/ladder";
import { alice, bob } from "./support/pair";
import { bodyOf, headerOf } from "./support/sip-text";

const carol = "carol@example.com";

function three(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob, carol);
  const a = registered(network, alice, "alice");
  const b = registered(network, bob, "bob");
  const c = registered(network, carol, "carol");
  return { network, a, b, c, ladder: new Ladder(network) };
}

const held = offer.replace("t=0 0\r\n", "t=0 0\r\na=sendonly\r\n");

/** A re-INVITE of the one side, taken by the other: what each was offered. */
function renew(from: Side, to: Side, body: string): Frame {
  from.say("INVITE", [], body);
  const invite = taken(to.client, "INVITE");
  respond(to.client, invite, 200);
  taken(from.client, 200);
  from.ack(from.cseq);
  taken(to.client, "ACK");
  return invite;
}

function hangUp(from: Side, to: Side): void {
  from.say("BYE");
  to.client.answer(taken(to.client, "BYE"), 200);
  taken(from.client, "200 BYE");
}

/** RFC 3891 §3: the dialog as its other party names it in a request to `of`. */
const replacesOf = (of: Side): string => `${of.callId};to-tag=${of.tags.local};from-tag=${of.tags.remote}`;

const referTo = (uri: string, replaces?: string): string =>
  `Refer-To: <${uri}${replaces === undefined ? "" : `?Replaces=${encodeURIComponent(replaces)}`}>`;

/** RFC 3515 §2.4.4: what came of the transfer. */
function report(from: Side, to: Side, fragment: string, state: string): void {
  from.say("NOTIFY", ["Event: refer", `Subscription-State: ${state}`, "Content-Type: message/sipfrag"]);
  const notify = taken(to.client, "NOTIFY");
  expect(headerOf(notify, "Event"), fragment).toBe("refer");
  to.client.answer(notify, 200);
  taken(from.client, "200 NOTIFY");
}

describeWithEviction("RFC 5359 §2.1 to §2.3: hold", (open) => {
  it("§2.1: held and taken up again, each description as it was sent", () => {
    const { a, b, ladder } = three(open);
    const { caller, callee } = talk(a, b);
    ladder.draw();
    expect(bodyOf(renew(callee, caller, held))).toBe(held);
    expect(bodyOf(renew(callee, caller, offer))).toBe(offer);
    hangUp(callee, caller);
    const once = [
      "bob → INVITE",
      "alice ← INVITE",
      "bob ← 100 INVITE",
      "alice → 200 INVITE",
      "bob ← 200 INVITE",
      "bob → ACK",
      "alice ← ACK",
    ];
    const bye = ["bob → BYE", "alice ← BYE", "alice → 200 BYE", "bob ← 200 BYE"];
    expect(ladder.draw()).toEqual([...once, ...once, ...bye]);
  });

  it("§2.2: consultation: a second call beside the one that is held, and each ends by itself", () => {
    const { a, b, c } = three(open);
    const first = talk(a, b);
    renew(first.callee, first.caller, held);
    const second = talk(b, c);
    hangUp(second.caller, second.callee);
    renew(first.callee, first.caller, offer);
    hangUp(first.caller, first.callee);
    for (const each of [a, b, c]) expect(heard(each).filter((said) => said !== "100 INVITE")).toEqual([]);
  });

  it("§2.3: music: a re-INVITE without an offer, which is in its 200 and is answered in its ACK", () => {
    const { a, b } = three(open);
    const { caller, callee } = talk(a, b);
    callee.say("INVITE", [], "");
    const invite = taken(a, "INVITE");
    expect(bodyOf(invite)).toBe("");
    respond(a, invite, 200);
    expect(bodyOf(taken(b, 200))).toBe(offer);
    callee.ack(callee.cseq, held);
    expect(bodyOf(taken(a, "ACK"))).toBe(held);
    hangUp(caller, callee);
  });
});

describeWithEviction("RFC 5359 §2.4 to §2.6: transfer", (open) => {
  it("RFC 5057 §4: the call is over with its BYE, once, and what tells of its transfer minutes later", () => {
    const { network, a, b } = three(open);
    const { caller, callee } = talk(a, b);
    caller.say("REFER", [referTo(`sip:${carol}`), `Contact: <${a.contact}>`]);
    b.answer(taken(b, "REFER"), 202);
    taken(a, "202 REFER");
    report(callee, caller, "SIP/2.0 100 Trying", "active;expires=60");
    hangUp(caller, callee);
    const home = network.home(alice);
    const transferred = { caller: alice, callee: bob, outcome: "answered" };
    expect(home.endedCalls).toMatchObject([transferred]);
    report(callee, caller, "SIP/2.0 180 Ringing", "active;expires=60");
    const events = () => [...home.state.dialogs.values()].flatMap((row) => row.usages);
    expect(events()).toEqual([{ kind: "subscription", event: "refer" }]);
    network.advance(300_000);
    expect(events()).toEqual([]);
    expect(home.state.calls.size + network.home(bob).state.calls.size).toBe(0);
    expect(home.endedCalls).toMatchObject([transferred]);
    expect(network.home(bob).endedCalls).toEqual([]);
  });

  it("a call that was refused is told of once", () => {
    const { network, a, b } = three(open);
    const sent = call(a, bob);
    respond(b, taken(b, "INVITE"), 486);
    ackRefusal(a, sent, taken(a, 486));
    network.advance(300_000);
    expect(network.home(alice).endedCalls).toMatchObject([{ outcome: "busy", status: 486 }]);
  });

  it("§2.4: unattended: REFER, its NOTIFYs, the new call, and the end of the old one", () => {
    const { a, b, c, ladder } = three(open);
    const { caller, callee } = talk(a, b);
    ladder.draw();
    callee.say("REFER", [referTo(`sip:${carol}`), `Referred-By: <sip:${bob}>`, `Contact: <${b.contact}>`]);
    const refer = taken(a, "REFER");
    expect(headerOf(refer, "Refer-To")).toBe(`<sip:${carol}>`);
    a.answer(refer, 202);
    taken(b, "202 REFER");
    report(caller, callee, "SIP/2.0 100 Trying", "active;expires=60");
    call(a, carol, [`Referred-By: <sip:${bob}>`]);
    const transferred = answered(a, c);
    report(caller, callee, "SIP/2.0 200 OK", "terminated;reason=noresource");
    hangUp(callee, caller);
    hangUp(transferred.caller, transferred.callee);
    expect(ladder.draw()).toEqual([
      "bob → REFER",
      "alice ← REFER",
      "alice → 202 REFER",
      "bob ← 202 REFER",
      "alice → NOTIFY",
      "bob ← NOTIFY",
      "bob → 200 NOTIFY",
      "alice ← 200 NOTIFY",
      "alice → INVITE",
      "carol ← INVITE",
      "alice ← 100 INVITE",
      "carol → 200 INVITE",
      "alice ← 200 INVITE",
      "alice → ACK",
      "carol ← ACK",
      "alice → NOTIFY",
      "bob ← NOTIFY",
      "bob → 200 NOTIFY",
      "alice ← 200 NOTIFY",
      "bob → BYE",
      "alice ← BYE",
      "alice → 200 BYE",
      "bob ← 200 BYE",
      "alice → BYE",
      "carol ← BYE",
      "carol → 200 BYE",
      "alice ← 200 BYE",
    ]);
  });

  it("§2.6: by instant message: whoever is told of the dialog may replace it", () => {
    const { a, b, c } = three(open);
    const { caller, callee } = talk(a, b);
    // Bob tells Carol whom to call, and what that call is to replace.
    const said = `${callee.target} ${replacesOf(caller)}`;
    b.send(b.messageText(carol, said));
    const [uri = "", replaces = ""] = bodyOf(taken(c, "MESSAGE")).split(" ");
    const invite = c
      .text("INVITE", uri, alice, [`Contact: <${c.contact}>`, `Replaces: ${replaces}`])
      .replace(/To: .*/, `To: <${uri}>`);
    c.send(invite);
    const replacing = answered(c, a);
    hangUp(caller, callee);
    hangUp(replacing.caller, replacing.callee);
  });
});

describeWithEviction("RFC 5359 §2.10, §2.11: three in a call", (open) => {
  it("§2.10: a third party is added by the one who mixes, which its Contact says to both", () => {
    const { a, b, c } = three(open);
    const { caller, callee } = talk(a, b);
    const focus = callee
      .text("INVITE", ++callee.cseq)
      .replace(`Contact: <${b.contact}>`, `Contact: <${b.contact}>;isfocus`);
    b.send(focus);
    const renewed = taken(a, "INVITE");
    expect(headerOf(renewed, "Contact")).toMatch(/>;isfocus$/);
    respond(a, renewed, 200);
    taken(b, 200);
    callee.ack(callee.cseq);
    taken(a, "ACK");
    const second = talk(b, c);
    hangUp(callee, caller);
    hangUp(second.caller, second.callee);
  });

  it("§2.11: a third party joins (RFC 3911) the page that holds the dialog", () => {
    const { network, a, b, c } = three(open);
    const other = registered(network, bob, "bob-other");
    other.takeAll();
    const { callee } = talk(a, other);
    const join = `Join: ${replacesOf(callee)}`;
    const uri = talk(a, other).caller.target;
    c.send(c.text("INVITE", uri, bob, [`Contact: <${c.contact}>`, join]));
    const invite = taken(other, "INVITE");
    expect(headerOf(invite, "Join")).toBe(join.slice("Join: ".length));
    expect(heard(b)).toEqual([]);
    answered(c, other, invite);
  });
});

describeWithEviction("RFC 5359 §2.13, §2.16", (open) => {
  it("§2.13: a call that is screened is refused, and rings nobody", () => {
    const { network, a, b } = three(open);
    network.home(bob).administer((turn) => putAccount(turn, bob, { blocked: [network.home(alice).aor] }));
    call(a, bob);
    expect(heard(a).at(-1)).toBe("403 INVITE");
    expect(heard(b)).toEqual([]);
  });

  it("§2.16: picked up by another while it rings: Replaces of an early dialog goes to the one who calls", () => {
    const { a, b, c } = three(open);
    rung(a, b);
    const early = Side.ofCaller(a, taken(a, 180));
    // Bob's dialog, told to Carol: she calls Alice in its place.
    const replaces = `${replacesOf(early)};early-only`;
    c.send(c.text("INVITE", `sip:${alice}`, alice, [`Contact: <${c.contact}>`, `Replaces: ${replaces}`]));
    const picked = taken(a, "INVITE");
    expect(headerOf(picked, "Replaces")).toBe(replaces);
    answered(c, a, picked);
  });

  it("RFC 3891 §3: who invents a tag of a dialog that is known is told 481", () => {
    const { network, a, b, c } = three(open);
    rung(a, b);
    const early = Side.ofCaller(a, taken(a, 180));
    const invented = replacesOf(early).replace(/from-tag=.*/, "from-tag=invented");
    c.send(c.text("INVITE", `sip:${alice}`, alice, [`Contact: <${c.contact}>`, `Replaces: ${invented}`]));
    // A home that has hibernated since asks the page, which knows its own dialogs.
    if (network.home(alice).evictions > 0) taken(a, "INVITE");
    else expect(heard(c).at(-1)).toBe("481 INVITE");
  });
});

describeWithEviction("RFC 5359 §2.17: automatic redial", (open) => {
  it("§2.17: who was busy is watched by the dialog package, and called again once the lamp is dark", () => {
    const { network, a, b, c } = three(open);
    const other = talk(c, b);
    const invite = call(a, bob);
    respond(b, taken(b, "INVITE"), 486);
    ackRefusal(a, invite, taken(a, 486));
    // F4 to F7
    const lines = [`Contact: <${a.contact}>`, "Event: dialog", "Expires: 600"];
    a.send(a.text("SUBSCRIBE", `sip:${bob}`, bob, lines, "", { callId: "redial" }));
    const subscription = Side.ofCaller(a, taken(a, "200 SUBSCRIBE"));
    /** The states in the newest NOTIFY, once each is answered. */
    const states = () => {
      let newest: Frame = "";
      for (
        network.advance(1_000);
        a.end.frames.some((frame) => nameOf(frame) === "NOTIFY");
        network.advance(1_000)
      ) {
        newest = taken(a, "NOTIFY");
        a.answer(newest, 200);
      }
      return [...bodyOf(newest).matchAll(/<state[^>]*>(\w+)</g)].map(([, state]) => state);
    };
    expect(states()).toContain("confirmed");
    hangUp(other.caller, other.callee);
    // F8 to F15
    expect(states()).not.toContain("confirmed");
    call(a, bob);
    const redialled = answered(a, b);
    expect(states()).toContain("confirmed");
    // F16 to F19
    subscription.say("SUBSCRIBE", ["Event: dialog", "Expires: 0", `Contact: <${a.contact}>`]);
    taken(a, "200 SUBSCRIBE");
    expect(headerOf(taken(a, "NOTIFY"), "Subscription-State")).toBe("terminated;reason=timeout");
    hangUp(redialled.caller, redialled.callee);
  });
});

describeWithEviction("RFC 5359 §2.15, §2.18: REFER outside of a call", (open) => {
  const accept = { withSdp: false };

  /** A REFER to a user's device that is taken: the dialog, as both sides have it. */
  function ask(from: Client, to: Client, lines: readonly string[]) {
    const text = from.text("REFER", `sip:${to.user}`, to.user, [`Contact: <${from.contact}>`, ...lines]);
    from.send(text);
    const refer = taken(to, "REFER");
    respond(to, refer, 202, accept);
    return { refer, asker: Side.ofCaller(from, taken(from, "202 REFER")), asked: Side.ofCallee(to, refer) };
  }

  it("§2.15: call park: the park server takes the call over, and it is picked up from there", () => {
    const { network, a, b, c } = three(open);
    const park = "park@example.com";
    network.withAccounts(park);
    const server = registered(network, park, "park", {
      instance: "urn:uuid:park",
      lines: ["Supported: gruu"],
    });
    const { caller, callee } = talk(a, b);
    // F5: Refer-To is alice's Contact as bob knows it.
    const parked = ask(b, server, [referTo(callee.target, replacesOf(caller))]);
    report(parked.asked, parked.asker, "SIP/2.0 100 Trying", "active;expires=60");
    const target = /<([^?>]*)\?Replaces=([^>]*)>/.exec(headerOf(parked.refer, "Refer-To")) ?? [];
    const replace = (client: Client, uri: string, replaces: string): void => {
      const lines = [
        `Contact: <${client.contact}>`,
        `Replaces: ${replaces}`,
        "Content-Type: application/sdp",
      ];
      client.send(client.text("INVITE", uri, alice, lines, offer));
    };
    // F9 to F13
    replace(server, target[1] ?? "", decodeURIComponent(target[2] ?? ""));
    const music = answered(server, a);
    hangUp(caller, callee);
    report(parked.asked, parked.asker, "SIP/2.0 200 OK", "terminated;reason=noresource");
    // F16 to F19: carol learns of the dialog from the server itself, which its GRUU names.
    const gruu = /pub-gruu="([^"]*)"/.exec(
      headerOf(server.register({ lines: ["Supported: gruu"] }) ?? "", "Contact"),
    );
    const lines = [`Contact: <${c.contact}>`, "Event: dialog", "Expires: 60"];
    c.send(c.text("SUBSCRIBE", gruu?.[1] ?? "", park, lines));
    const subscribe = taken(server, "SUBSCRIBE");
    respond(server, subscribe, 200, accept);
    taken(c, "200 SUBSCRIBE");
    const state = ["Event: dialog", "Subscription-State: active"];
    Side.ofCallee(server, subscribe).say("NOTIFY", state, "<dialog-info/>");
    expect(bodyOf(taken(c, "NOTIFY"))).toBe("<dialog-info/>");
    // F20 to F24
    replace(c, music.caller.target, replacesOf(music.callee));
    const picked = answered(c, a);
    hangUp(music.callee, music.caller);
    hangUp(picked.caller, picked.callee);
  });

  it("§2.18: click to dial: the user's phone is asked to call, and asks for no dialog", () => {
    const { network, b, c } = three(open);
    const pc = registered(network, bob, "pc", { instance: "urn:uuid:pc" });
    pc.send(
      pc.text("REFER", `sip:${bob}`, bob, [
        `Contact: <${pc.contact}>`,
        referTo(`sip:${carol}`),
        "Refer-Sub: false",
      ]),
    );
    const refer = taken(b, "REFER");
    b.answer(refer, 202, ["Refer-Sub: false", `Contact: <${b.contact}>`]);
    taken(pc, "202 REFER");
    call(b, carol);
    const { caller, callee } = answered(b, c);
    hangUp(callee, caller);
    expect(network.home(bob).state.dialogs.size).toBe(1);
  });
});
