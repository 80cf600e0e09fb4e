// What a proxy does of RFC 5359's services, and a user's rules and groups: forwarding, rounds that bite their tail, members
// reached twice, transfer.

import { expect, it } from "vitest";
import { seconds } from "../../src/base/brand";
import type { CallRules, RingGroup } from "../../src/contracts/call-rules";
import { putAccount } from "../../src/home/administration";
import { call, heard, respond, Side, taken, talk } from "./support/call";
import { registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob } from "./support/pair";
import { headerOf, headersOf, textOf } from "./support/sip-text";
import type { VirtualNetwork } from "./support/virtual-network";

const carol = "carol@example.com";
const sales = "sales@example.com";

function three(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob, carol, sales);
  const a = registered(network, alice, "alice-page");
  const b = registered(network, bob, "bob-page");
  const c = registered(network, carol, "carol-page");
  return { network, a, b, c };
}

const forwards = (
  network: VirtualNetwork,
  who: string,
  forward: CallRules["forward"],
  doNotDisturb = false,
): void => {
  network.home(who).administer((turn) => putAccount(turn, who, { rules: { doNotDisturb, forward } }));
};

const groups = (network: VirtualNetwork, order: RingGroup["order"], ...members: readonly string[]): void => {
  const group = { order, members: members.map((aor) => `sip:${aor}`), ringFor: seconds(5) };
  network.home(sales).administer((turn) => putAccount(turn, sales, { group }));
};

const isFinal = (said: string): boolean => /^[2-6]/.test(said);

describeWithEviction("RFC 5359 §2.7 to §2.9: a user's calls are sent on", (open) => {
  it("always: his devices stay silent, and the INVITE says by whom and why", () => {
    const { network, a, b, c } = three(open);
    forwards(network, bob, { always: `sip:${carol}` });
    call(a, bob);
    const at = taken(c, "INVITE");
    expect(headerOf(at, "Diversion")).toBe(`<sip:${bob}>;reason=unconditional`);
    expect(headersOf(at, "History-Info")).toEqual([`<sip:${bob}>;index=1`, `<sip:${carol}>;index=1.1;mp=1`]);
    respond(c, at, 200);
    const caller = Side.ofCaller(a, taken(a, 200));
    caller.ack();
    taken(c, "ACK");
    caller.say("BYE");
    c.answer(taken(c, "BYE"), 200);
    expect(heard(a).at(-1)).toBe("200 BYE");
    expect(heard(b)).toEqual([]);
  });

  it("to a carrier that this gateway has no way to: the devices ring, and the log says why", () => {
    const { network, a, b } = three(open);
    forwards(network, bob, { always: "sip:+15550100@carrier.example" });
    call(a, bob);
    respond(b, taken(b, "INVITE"), 200);
    Side.ofCaller(a, taken(a, 200)).ack();
    expect(heard(b)).toEqual(["ACK"]);
    expect(network.logged.map(({ event }) => event)).toContain("forward leads nowhere");
  });

  it("when busy", () => {
    const { network, a, b, c } = three(open);
    forwards(network, bob, { busy: `sip:${carol}` });
    call(a, bob);
    respond(b, taken(b, "INVITE"), 486);
    expect(headerOf(taken(c, "INVITE"), "Diversion")).toBe(`<sip:${bob}>;reason=user-busy`);
    expect(heard(a).filter(isFinal)).toEqual([]);
  });

  it("when nobody answers in time: what rang is cancelled", () => {
    const { network, a, b, c } = three(open);
    forwards(network, bob, { noAnswer: { to: `sip:${carol}`, after: seconds(7) } });
    call(a, bob);
    const at = taken(b, "INVITE");
    respond(b, at, 180);
    network.advance(6_000);
    expect(heard(c)).toEqual([]);
    network.advance(2_000);
    taken(b, "CANCEL");
    respond(b, at, 487);
    expect(headerOf(taken(c, "INVITE"), "Diversion")).toBe(`<sip:${bob}>;reason=no-answer`);
  });

  it("do not disturb is 486, and nothing rings", () => {
    const { network, a, b } = three(open);
    forwards(network, bob, {}, true);
    call(a, bob);
    expect(heard(a).filter(isFinal)).toEqual(["486 INVITE"]);
    expect(heard(b)).toEqual([]);
  });

  it("RFC 3261 §16.3 step 4: to one who sends them back ends, and rings nobody", () => {
    const { network, a, b, c } = three(open);
    forwards(network, bob, { always: `sip:${carol}` });
    forwards(network, carol, { always: `sip:${bob}` });
    call(a, bob);
    network.advance(1_000);
    const said = heard(a).filter(isFinal);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^48[0-3] INVITE$/);
    expect([...heard(b), ...heard(c)]).toEqual([]);
  });
});

describeWithEviction("RFC 3261 §16.7 step 10: answered where one device has sent it", (open) => {
  it("a 200 of another device that crosses its CANCEL can be ended", () => {
    const network = open().withAccounts(alice, bob, carol);
    const a = registered(network, alice, "alice-page");
    const desk = registered(network, bob, "bob-desk", { instance: "urn:uuid:desk" });
    const mobile = registered(network, bob, "bob-mobile", { instance: "urn:uuid:mobile" });
    const c = registered(network, carol, "carol-page");
    call(a, bob);
    const atMobile = taken(mobile, "INVITE");
    respond(mobile, atMobile, 180);
    desk.answer(taken(desk, "INVITE"), 302, [`Contact: <sip:${carol}>`]);
    respond(c, taken(c, "INVITE"), 200);
    Side.ofCaller(a, taken(a, 200)).ack();
    taken(mobile, "CANCEL");
    respond(mobile, atMobile, 200);
    const crossed = Side.ofCaller(a, taken(a, 200));
    crossed.ack();
    crossed.say("BYE");
    expect(heard(mobile)).toEqual(["ACK", "BYE"]);
  });
});

describeWithEviction("design: ring groups", (open) => {
  it("all at once: one answers, the other is cancelled", () => {
    const { network, a, b, c } = three(open);
    groups(network, "parallel", bob, carol);
    call(a, sales);
    const [atBob, atCarol] = [taken(b, "INVITE"), taken(c, "INVITE")];
    respond(b, atBob, 180);
    respond(c, atCarol, 180);
    respond(c, atCarol, 200);
    expect(headerOf(taken(b, "CANCEL"), "Reason")).toContain("Call completed elsewhere");
    respond(b, atBob, 487);
    const caller = Side.ofCaller(a, taken(a, 200));
    caller.ack();
    taken(c, "ACK");
    caller.say("BYE");
    taken(c, "BYE");
  });

  it("in order: the next one rings when the time of the one before is over", () => {
    const { network, a, b, c } = three(open);
    groups(network, "sequential", bob, carol);
    call(a, sales);
    const atBob = taken(b, "INVITE");
    respond(b, atBob, 180);
    network.advance(4_000);
    expect(heard(c)).toEqual([]);
    network.advance(2_000);
    taken(b, "CANCEL");
    respond(b, atBob, 487);
    respond(c, taken(c, "INVITE"), 200);
    Side.ofCaller(a, taken(a, 200)).ack();
    taken(c, "ACK");
  });

  it("RFC 3261 §8.2.2.2: a member who is reached twice rings once", () => {
    const { network, a, b, c } = three(open);
    groups(network, "parallel", bob, carol);
    forwards(network, carol, { always: `sip:${bob}` });
    call(a, sales);
    const at = taken(b, "INVITE");
    expect([...heard(b), ...heard(c)]).toEqual([]);
    respond(b, at, 180);
    respond(b, at, 200);
    Side.ofCaller(a, taken(a, 200)).ack();
    expect(heard(b)).toEqual(["ACK"]);
  });
});

describeWithEviction("RFC 5359 §2.5, RFC 5589 §7: transfer", (open) => {
  it("attended, between clients that have neither instance-id nor GRUU", () => {
    const { a, b, c } = three(open);
    const first = talk(a, b);
    const second = talk(a, c);
    const { local, remote } = second.caller.tags;
    // What alice knows of carol is her Contact, which has a made-up host.
    const target = second.caller.target;
    const replaces = encodeURIComponent(`${second.caller.callId};to-tag=${remote};from-tag=${local}`);
    first.caller.say("REFER", [`Refer-To: <${target}?Replaces=${replaces}>`, `Contact: <${a.contact}>`]);
    const refer = taken(b, "REFER");
    b.answer(refer, 202);
    expect(heard(a)).toContain("202 REFER");
    const [uri = ""] = (/<([^>]*)>/.exec(headerOf(refer, "Refer-To"))?.[1] ?? "").split("?");
    const line = `Replaces: ${decodeURIComponent(replaces)}`;
    const invite = b
      .text("INVITE", uri, carol, [`Contact: <${b.contact}>`, line])
      .replace(/To: .*/, `To: <${uri}>`);
    b.send(invite);
    const at = taken(c, "INVITE");
    expect(headerOf(at, "Replaces")).toBe(decodeURIComponent(replaces));
    expect(textOf(at)).toMatch(new RegExp(`^INVITE ${c.contact.split(";")[0]}`));
    respond(c, at, 200);
    Side.ofCaller(b, taken(b, 200)).ack();
    taken(c, "ACK");
    second.callee.say("BYE");
    expect(headerOf(taken(a, "BYE"), "Call-ID")).toBe(second.caller.callId);
  });

  it("RFC 3891 §3: Replaces of a dialog that nobody holds is 481, and rings nobody", () => {
    const { a, b, c } = three(open);
    talk(a, b);
    call(c, bob, ["Replaces: nothing;to-tag=x;from-tag=y"]);
    expect(heard(c).filter(isFinal)).toEqual(["481 INVITE"]);
    expect(heard(b)).toEqual([]);
  });
});
