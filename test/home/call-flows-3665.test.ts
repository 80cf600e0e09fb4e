// RFC 3665 §3, the flows with a proxy in them, as a client on either side sees them. Between two WebSockets there is
// neither retransmission nor a second proxy to turn to (§3.4, §3.5): who cannot be reached is a 503 that says when to try again.

import { expect, it } from "vitest";
import { ackRefusal, call, cancelOf, offer, respond, rung, Side, taken, talk } from "./support/call";
import { Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { Ladder } from "./support/ladder";
import { alice, bob, desk, phone } from "./support/pair";
import { bodyOf, headerOf, headersOf, textOf } from "./support/sip-text";

const carol = "carol@example.com";

function parties(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob, carol);
  const a = registered(network, alice, "alice", { instance: desk });
  const b = registered(network, bob, "bob", { instance: phone });
  return { network, a, b, ladder: new Ladder(network) };
}

/** Rung: what RFC 3665 draws up to the 180. */
const ringing = [
  "alice → INVITE",
  "bob ← INVITE",
  "alice ← 100 INVITE",
  "bob → 180 INVITE",
  "alice ← 180 INVITE",
];

describeWithEviction("RFC 3665 §3: session establishment through two proxies", (open) => {
  it("§3.2: a call, and what each message of it carries", () => {
    const { a, b, ladder } = parties(open);
    const { sent, invite } = rung(a, b);
    respond(b, invite, 200);
    const answer = taken(a, 200);
    const [caller, callee] = [Side.ofCaller(a, answer), Side.ofCallee(b, invite)];
    caller.ack();
    callee.say("BYE");
    a.answer(taken(a, "BYE"), 200);
    expect(ladder.draw()).toEqual([
      ...ringing,
      "bob → 200 INVITE",
      "alice ← 200 INVITE",
      "alice → ACK",
      "bob ← ACK",
      "bob → BYE",
      "alice ← BYE",
      "alice → 200 BYE",
      "bob ← 200 BYE",
    ]);
    // F1 to F4: each proxy stays in the way, and takes a hop.
    expect(textOf(invite).split(" ", 2)[1]).toBe(b.contact);
    expect(headersOf(invite, "Record-Route")).toHaveLength(2);
    expect(headerOf(invite, "Max-Forwards")).toBe("68");
    expect(headersOf(invite, "Via").at(-1)).toBe(headerOf(sent, "Via"));
    // F11: what the callee said comes back on the Via of the caller alone, with the routes of both.
    expect(headersOf(answer, "Via")).toEqual([headerOf(sent, "Via")]);
    expect(headersOf(answer, "Record-Route")).toEqual(headersOf(invite, "Record-Route"));
    expect(headerOf(answer, "Call-ID")).toBe(headerOf(sent, "Call-ID"));
    // The session descriptions are nobody's but theirs.
    expect([bodyOf(invite), bodyOf(answer)]).toEqual([offer, offer]);
  });

  it("§3.3: the caller's proxy asks for credentials, and keeps them to itself", () => {
    const { network, b } = parties(open);
    const stranger = new Client(network, alice, "alice-tab").connect();
    const ladder = new Ladder(network);
    const first = call(stranger, bob);
    const challenge = taken(stranger, "407 INVITE");
    ackRefusal(stranger, first, challenge);
    const credentials = stranger.credentials(challenge, "INVITE", `sip:${bob}`);
    call(stranger, bob, [`Proxy-Authorization: ${credentials}`]);
    const invite = taken(b, "INVITE");
    respond(b, invite, 180);
    respond(b, invite, 200);
    Side.ofCaller(stranger, taken(stranger, 200)).ack();
    expect(ladder.draw()).toEqual([
      "alice-tab → INVITE",
      "alice-tab ← 407 INVITE",
      "alice-tab → ACK",
      ...ringing.map((line) => line.replace("alice ", "alice-tab ")),
      "bob → 200 INVITE",
      "alice-tab ← 200 INVITE",
      "alice-tab → ACK",
      "bob ← ACK",
    ]);
    expect(textOf(invite)).not.toContain("Authorization");
  });

  it("§3.3: and the other side too, which is answered end to end", () => {
    const { a, b, ladder } = parties(open);
    call(a, bob);
    const theirs = 'Digest realm="bob\'s own", nonce="n", algorithm=MD5';
    b.answer(taken(b, "INVITE"), 401, [`WWW-Authenticate: ${theirs}`]);
    expect(headersOf(taken(a, "401 INVITE"), "WWW-Authenticate")).toEqual([theirs]);
    const credentials =
      'Digest username="alice", realm="bob\'s own", nonce="n", uri="sip:bob@example.com", response="0"';
    call(a, bob, [`Authorization: ${credentials}`]);
    expect(headersOf(taken(b, "INVITE"), "Authorization")).toEqual([credentials]);
    expect(ladder.draw()).toEqual([
      "alice → INVITE",
      "bob ← INVITE",
      "alice ← 100 INVITE",
      "bob → 401 INVITE",
      "bob ← ACK",
      "alice ← 401 INVITE",
      "alice → INVITE",
      "bob ← INVITE",
      "alice ← 100 INVITE",
    ]);
  });

  it("§3.4: the callee's proxy cannot be reached, and the next try goes through", () => {
    const { network, a, b, ladder } = parties(open);
    network.fate = () => "lost";
    call(a, bob);
    expect(headerOf(taken(a, "503 INVITE"), "Retry-After")).toMatch(/^\d+$/);
    network.fate = () => "arrives";
    call(a, bob);
    respond(b, taken(b, "INVITE"), 180);
    const [, , ...rest] = ladder.draw();
    expect(rest).toEqual(ringing);
  });

  it("§3.6: redirected by the callee's device, the offer in the 200 and the answer in the ACK", () => {
    const { network, a, b } = parties(open);
    const c = registered(network, carol, "carol");
    const ladder = new Ladder(network);
    const plain = a.text("INVITE", `sip:${bob}`, bob, [`Contact: <${a.contact}>`]);
    a.send(plain);
    b.answer(taken(b, "INVITE"), 302, [`Contact: <sip:${carol}>`]);
    const invite = taken(c, "INVITE");
    expect(bodyOf(invite)).toBe("");
    respond(c, invite, 180);
    respond(c, invite, 200);
    const answer = taken(a, 200);
    expect(bodyOf(answer)).toBe(offer);
    const caller = Side.ofCaller(a, answer);
    const own = offer.replace("192.0.2.1", "192.0.2.77");
    caller.ack(undefined, own);
    expect(bodyOf(taken(c, "ACK"))).toBe(own);
    caller.say("BYE");
    c.answer(taken(c, "BYE"), 200);
    expect(ladder.draw()).toEqual([
      "alice → INVITE",
      "bob ← INVITE",
      "alice ← 100 INVITE",
      "bob → 302 INVITE",
      "bob ← ACK",
      "carol ← INVITE",
      "carol → 180 INVITE",
      "alice ← 180 INVITE",
      "carol → 200 INVITE",
      "alice ← 200 INVITE",
      "alice → ACK",
      "carol ← ACK",
      "alice → BYE",
      "carol ← BYE",
      "carol → 200 BYE",
      "alice ← 200 BYE",
    ]);
    // A call that was sent on is one by the user who sent it on.
    expect(headerOf(invite, "Diversion")).toBe(`<sip:${bob}>;reason=deflection`);
    expect(textOf(invite).split(" ", 2)[1]).toBe(c.contact);
  });

  it("§3.7: the callee's address changes, and requests of the other follow it", () => {
    const { a, b, ladder } = parties(open);
    const { caller, callee } = talk(a, b);
    ladder.draw();
    const moved = "sip:bob@elsewhere.invalid;transport=ws";
    const changed = callee.text("INVITE", ++callee.cseq).replace(`<${b.contact}>`, `<${moved}>`);
    b.send(changed);
    const renewed = taken(a, "INVITE");
    expect(headerOf(renewed, "Contact")).toContain("sip:bob@elsewhere.invalid");
    respond(a, renewed, 200);
    taken(b, 200);
    callee.ack(callee.cseq);
    taken(a, "ACK");
    caller.refresh(renewed);
    caller.say("BYE");
    const last = taken(b, "BYE");
    expect(textOf(last).split(" ", 2)[1]).toBe(moved);
    b.answer(last, 200);
    expect(ladder.draw()).toEqual([
      "bob → INVITE",
      "alice ← INVITE",
      "bob ← 100 INVITE",
      "alice → 200 INVITE",
      "bob ← 200 INVITE",
      "bob → ACK",
      "alice ← ACK",
      "alice → BYE",
      "bob ← BYE",
      "bob → 200 BYE",
      "alice ← 200 BYE",
    ]);
  });
});

describeWithEviction("RFC 3665 §3: sessions that come to nothing", (open) => {
  it("§3.8: no answer, and the caller gives up", () => {
    const { a, b, ladder } = parties(open);
    const { sent, invite } = rung(a, b);
    a.send(cancelOf(sent));
    b.answer(taken(b, "CANCEL"), 200);
    respond(b, invite, 487);
    ackRefusal(a, sent, taken(a, 487));
    expect(ladder.draw()).toEqual([
      ...ringing,
      "alice → CANCEL",
      "alice ← 200 CANCEL",
      "bob ← CANCEL",
      "bob → 200 CANCEL",
      "bob → 487 INVITE",
      "bob ← ACK",
      "alice ← 487 INVITE",
      "alice → ACK",
    ]);
  });

  it.each([
    ["§3.9: busy", 486],
    ["§3.11: temporarily unavailable", 480],
  ])("%s", (_, status) => {
    const { a, b, ladder } = parties(open);
    const { sent, invite } = rung(a, b);
    respond(b, invite, status);
    ackRefusal(a, sent, taken(a, status));
    expect(ladder.draw()).toEqual([
      ...ringing,
      `bob → ${status} INVITE`,
      "bob ← ACK",
      `alice ← ${status} INVITE`,
      "alice → ACK",
    ]);
  });

  it("§3.10: a device that says nothing at all is given up when the time to ring is over", () => {
    const { network, a, ladder } = parties(open);
    call(a, bob);
    network.advance(119_000);
    expect(ladder.draw()).toEqual(["alice → INVITE", "bob ← INVITE", "alice ← 100 INVITE"]);
    network.advance(34_000);
    // A home that has forgotten whether it rang cancels it before it says 480; one that knows has nothing to cancel.
    expect(ladder.draw().join()).toMatch(/^(?:alice ← 408 INVITE|bob ← CANCEL,alice ← 480 INVITE)$/);
  });
});
