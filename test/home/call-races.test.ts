// The races of RFC 5407 and the rows of design §5, on one clock.

import { expect, it } from "vitest";
import { call, cancelOf, heard, offer, respond, Side, taken, talk } from "./support/call";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, desk, phone } from "./support/pair";
import { headerOf, responseFor, textOf } from "./support/sip-text";

function two(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob, "eve@example.com");
  const a = registered(network, alice, "alice-page", { instance: desk });
  const b = registered(network, bob, "bob-page", { instance: phone });
  return { network, a, b };
}

const inviteText = (from: Client, to: string): string =>
  from.text(
    "INVITE",
    `sip:${to}`,
    to,
    [`Contact: <${from.contact}>`, "Content-Type: application/sdp"],
    offer,
  );

const back = (client: Client): void => {
  client.connect().register();
};

describeWithEviction("RFC 5407 §3: races", (open) => {
  it("§3.1.2: a CANCEL crosses the 200, which wins; the caller hangs up", () => {
    const { network, a, b } = two(open);
    const invite = call(a, bob);
    const at = taken(b, "INVITE");
    network.settle();
    a.sendOnly(cancelOf(invite));
    respond(b, at, 200);
    taken(a, "200 CANCEL");
    const caller = Side.ofCaller(a, taken(a, 200));
    caller.ack();
    caller.say("BYE");
    expect(heard(b).filter((each) => each !== "CANCEL")).toEqual(["ACK", "BYE"]);
  });

  it("a 180 that is the result of the INVITE's own call, and comes behind the 200, is passed on no more", () => {
    const { network, a, b } = two(open);
    network.fate = ({ key }) => (key.endsWith(" INVITE") ? "slow" : "arrives");
    b.end.react = (frame) => {
      if (!textOf(frame).startsWith("INVITE")) return;
      for (const status of [180, 200]) b.sendOnly(responseFor(frame, status, [`Contact: <${b.contact}>`]));
    };
    call(a, bob);
    network.advance(2_000);
    expect(heard(a)).toEqual(["200 INVITE"]);
  });

  it("a phone that rings within 50 ms spares the caller the 100, one that takes longer does not", () => {
    const { network, a, b } = two(open);
    a.sendOnly(inviteText(a, bob));
    network.advance(40);
    expect(heard(a)).toEqual([]);
    network.advance(20);
    expect(heard(a)).toEqual(["100 INVITE"]);
    b.end.react = (frame) => b.answer(frame, 180);
    a.sendOnly(inviteText(a, bob));
    network.advance(60);
    expect(heard(a)).toEqual(["180 INVITE"]);
  });

  it("§3.2.1: both hang up at once, and both are answered", () => {
    const { a, b } = two(open);
    const { caller, callee } = talk(a, b);
    a.sendOnly(caller.text("BYE", ++caller.cseq));
    b.sendOnly(callee.text("BYE", ++callee.cseq));
    a.network.settle();
    for (const each of [a, b]) each.answer(taken(each, "BYE"), 200);
    for (const each of [a, b]) expect(heard(each)).toEqual(["200 BYE"]);
  });

  it("§3.3.1: re-INVITEs cross, and both sides say 491", () => {
    const { a, b } = two(open);
    const { caller, callee } = talk(a, b);
    a.sendOnly(caller.text("INVITE", ++caller.cseq));
    b.sendOnly(callee.text("INVITE", ++callee.cseq));
    a.network.settle();
    a.answer(taken(a, "INVITE"), 491);
    b.answer(taken(b, "INVITE"), 491);
    expect(heard(a)).toContain("491 INVITE");
    expect(heard(b)).toContain("491 INVITE");
    caller.say("BYE");
    b.answer(taken(b, "BYE"), 200);
    expect(heard(a)).toContain("200 BYE");
  });

  it("§3.2.2: a BYE crosses a re-INVITE: the session is over for both, and the re-INVITE has its answer", () => {
    const { a, b } = two(open);
    const { caller, callee } = talk(a, b);
    a.sendOnly(caller.text("INVITE", ++caller.cseq));
    b.sendOnly(callee.text("BYE", ++callee.cseq));
    a.network.settle();
    a.answer(taken(a, "BYE"), 200);
    const late = b.end.frames.find((frame) => String(frame).startsWith("INVITE"));
    if (late !== undefined) b.answer(late, 481);
    expect(heard(b).filter((said) => said !== "INVITE" && said !== "ACK")).toEqual(["200 BYE"]);
    expect(heard(a).filter((said) => said !== "100 INVITE")).toEqual(["481 INVITE"]);
    caller.say("INFO");
    expect(heard(a)).toEqual(["481 INFO"]);
    expect(heard(b)).toEqual([]);
  });

  it("RFC 3261 §13.3.1.4: the ACK was lost, and the 200 that comes again gets it", () => {
    const { a, b } = two(open);
    call(a, bob);
    const at = taken(b, "INVITE");
    respond(b, at, 200);
    taken(a, 200);
    respond(b, at, 200);
    Side.ofCaller(a, taken(a, 200)).ack();
    expect(heard(b)).toEqual(["ACK"]);
  });
});

describeWithEviction("design §5: away in a call", (open) => {
  it("the callee's page is cut while it rings: the same page goes on", () => {
    const { network, a, b } = two(open);
    call(a, bob);
    const at = taken(b, "INVITE");
    respond(b, at, 180);
    b.close();
    network.advance(5_000);
    back(b);
    respond(b, at, 200);
    Side.ofCaller(a, taken(a, 200)).ack();
    taken(b, "ACK");
  });

  it("and counts as 480 when it stays away", () => {
    const { network, a, b } = two(open);
    call(a, bob);
    respond(b, taken(b, "INVITE"), 180);
    b.close();
    network.advance(9_000);
    expect(heard(a)).not.toContain("480 INVITE");
    network.advance(2_000);
    expect(heard(a)).toContain("480 INVITE");
  });

  it("the caller's is cut before the answer: 10 s later the callee is cancelled", () => {
    const { network, a, b } = two(open);
    call(a, bob);
    respond(b, taken(b, "INVITE"), 180);
    a.close();
    network.advance(9_000);
    expect(heard(b)).toEqual([]);
    network.advance(2_000);
    expect(heard(b)).toEqual(["CANCEL"]);
  });

  it("cut between the 200 and the ACK: the ACK waits", () => {
    const { network, a, b } = two(open);
    call(a, bob);
    respond(b, taken(b, "INVITE"), 200);
    b.close();
    network.settle();
    Side.ofCaller(a, taken(a, 200)).ack();
    back(b);
    network.settle();
    taken(b, "ACK");
  });

  it("a BYE for a page that is away: 200 from its home, and the page has it when it is back", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    b.close();
    network.advance(1_000);
    caller.say("BYE");
    expect(heard(a)).toEqual(["200 BYE"]);
    network.advance(1_000);
    back(b);
    network.settle();
    taken(b, "BYE");
    caller.say("INFO");
    expect(heard(a)).toEqual(["481 INFO"]);
  });

  it("other requests wait 10 s, and are then 504 with Retry-After, which ends nothing", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    b.close();
    network.advance(1_000);
    caller.say("INFO");
    network.advance(9_000);
    expect(heard(a)).toEqual([]);
    network.advance(2_000);
    const late = taken(a, "504 INFO");
    expect(headerOf(late, "Retry-After")).not.toBe("");
    back(b);
    caller.say("INFO");
    b.answer(taken(b, "INFO"), 200);
    expect(heard(a)).toContain("200 INFO");
  });

  it("or reach the page in order when it is back in time", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    b.close();
    network.advance(1_000);
    const sent = [
      caller.say("INFO"),
      caller.say("MESSAGE", ["Content-Type: text/plain"]),
      caller.say("UPDATE"),
    ];
    network.advance(3_000);
    back(b);
    network.settle();
    expect(b.takeRequests().map((frame) => headerOf(frame, "CSeq"))).toEqual(
      sent.map((text) => headerOf(text, "CSeq")),
    );
  });

  it("the grace is over: its home says BYE once, as the page would, and nobody else does", () => {
    const { network, a, b } = two(open);
    const { caller, callee } = talk(a, b);
    b.close();
    network.advance(58_000);
    expect(heard(a)).toEqual([]);
    network.advance(5_000);
    const bye = taken(a, "BYE");
    expect(headerOf(bye, "Call-ID")).toBe(caller.callId);
    expect(headerOf(bye, "From")).toContain(`;tag=${callee.tags.local}`);
    // Of the callee's own requests its home has seen none yet.
    expect(headerOf(bye, "CSeq")).toBe("1000000 BYE");
    expect(headerOf(bye, "Reason")).not.toBe("");
    a.answer(bye, 200);
    network.advance(120_000);
    expect(heard(a)).toEqual([]);
  });
});

describeWithEviction("design, Dialogs: whoever is no party", (open) => {
  it("is told 481, and reaches nobody", () => {
    const { network, a, b } = two(open);
    const { caller } = talk(a, b);
    const eve = registered(network, "eve@example.com", "eve-page");
    // Everything of alice's that the wire shows: tags, Call-ID, route set, remote target.
    const stolen = caller.text("BYE", 77);
    const forged = stolen.replace(
      /Route: <sip:(.)/,
      (_, first) => `Route: <sip:${first === "x" ? "y" : "x"}`,
    );
    const routeless = stolen.replace(/Route: .*\r\n/g, "");
    expect(new Set([stolen, forged, routeless]).size).toBe(3);
    for (const text of [stolen, forged, routeless]) {
      eve.send(text.replace(/branch=[^\r]*/, (branch) => `${branch}-${text.length}`));
      expect(heard(eve)).toEqual(["481 BYE"]);
      expect([...heard(a), ...heard(b)]).toEqual([]);
    }
    eve.send(caller.text("ACK", 1));
    expect([...heard(eve), ...heard(a), ...heard(b)]).toEqual([]);
    caller.say("BYE");
    b.answer(taken(b, "BYE"), 200);
    expect(heard(a)).toEqual(["200 BYE"]);
  });

  it("cancels no call of another's", () => {
    const { network, a, b } = two(open);
    const invite = call(a, bob);
    respond(b, taken(b, "INVITE"), 180);
    a.takeAll();
    const eve = registered(network, "eve@example.com", "eve-page");
    eve.send(cancelOf(invite));
    expect(heard(eve)).toEqual(["481 CANCEL"]);
    expect([...heard(a), ...heard(b)]).toEqual([]);
  });
});
