// A call that rings several devices (RFC 3261 §16), literally, from one page to the others.

import { expect, it } from "vitest";
import { call, cancelOf, heard, respond, Side, taken } from "./support/call";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob } from "./support/pair";
import { bodyOf, headerOf } from "./support/sip-text";

const instance = (last: number): string => `urn:uuid:00000000-0000-4000-8000-00000000000${last}`;

function devices(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob);
  const caller = registered(network, alice, "alice-desk", { instance: instance(1) });
  const desk = registered(network, bob, "bob-desk", { instance: instance(2) });
  const mobile = registered(network, bob, "bob-mobile", { instance: instance(3) });
  return { network, caller, desk, mobile };
}

/** RFC 3326 */
const reasonOf = (client: Client): string => headerOf(taken(client, "CANCEL"), "Reason");

describeWithEviction("RFC 3261 §16.7: two devices ring", (open) => {
  it("step 10: one answers, the other is cancelled and told why", () => {
    const { caller, desk, mobile } = devices(open);
    call(caller, bob);
    const [atDesk, atMobile] = [taken(desk, "INVITE"), taken(mobile, "INVITE")];
    for (const [each, invite] of [
      [desk, atDesk],
      [mobile, atMobile],
    ] as const)
      respond(each, invite, 180);
    respond(desk, atDesk, 200);
    expect(reasonOf(mobile)).toBe('SIP;cause=200;text="Call completed elsewhere"');
    respond(mobile, atMobile, 487);
    Side.ofCaller(caller, taken(caller, 200)).ack();
    expect(heard(desk)).toEqual(["ACK"]);
    expect(heard(mobile)).toEqual(["ACK"]);
    expect(heard(caller).filter((said) => said !== "100 INVITE" && said !== "180 INVITE")).toEqual([]);
  });

  it("§9.1: the caller hangs up, and neither is told that somebody else has taken it", () => {
    const { caller, desk, mobile } = devices(open);
    const invite = call(caller, bob);
    const rung = [desk, mobile].map((each) => [each, taken(each, "INVITE")] as const);
    for (const [each, at] of rung) respond(each, at, 180);
    caller.takeAll();
    caller.send(cancelOf(invite));
    for (const [each, at] of rung) {
      expect(reasonOf(each)).toBe("");
      respond(each, at, 487);
    }
    expect(heard(caller)).toEqual(["200 CANCEL", "487 INVITE"]);
  });

  it("step 6: 486 of one and 480 of the other are 486, and not before both have spoken", () => {
    const { caller, desk, mobile } = devices(open);
    call(caller, bob);
    const [atDesk, atMobile] = [taken(desk, "INVITE"), taken(mobile, "INVITE")];
    respond(desk, atDesk, 486);
    expect(heard(caller).filter((said) => !said.startsWith("100"))).toEqual([]);
    respond(mobile, atMobile, 480);
    expect(heard(caller)).toEqual(["486 INVITE"]);
    expect([...heard(desk), ...heard(mobile)]).toEqual(["ACK", "ACK"]);
  });

  it("step 5: a 603 ends it everywhere", () => {
    const { caller, desk, mobile } = devices(open);
    call(caller, bob);
    const [atDesk, atMobile] = [taken(desk, "INVITE"), taken(mobile, "INVITE")];
    respond(mobile, atMobile, 180);
    respond(desk, atDesk, 603);
    taken(mobile, "CANCEL");
    respond(mobile, atMobile, 487);
    expect(heard(caller).at(-1)).toBe("603 INVITE");
  });

  it("step 10: every 2xx is forwarded, also one that comes when another was", () => {
    const { caller, desk, mobile } = devices(open);
    call(caller, bob);
    const [atDesk, atMobile] = [taken(desk, "INVITE"), taken(mobile, "INVITE")];
    respond(mobile, atMobile, 180);
    respond(desk, atDesk, 200);
    respond(mobile, atMobile, 200);
    const answers = [taken(caller, 200), taken(caller, 200)];
    expect(answers.map((answer) => Side.ofCaller(caller, answer).tags.remote)).toEqual([
      "bob-desk",
      "bob-mobile",
    ]);
    taken(mobile, "CANCEL");
    for (const answer of answers) Side.ofCaller(caller, answer).ack();
    expect(heard(desk)).toEqual(["ACK"]);
    expect(heard(mobile)).toEqual(["ACK"]);
  });

  it("an unreliable 183 loses its SDP, for it would be one of several", () => {
    const { caller, desk } = devices(open);
    call(caller, bob);
    respond(desk, taken(desk, "INVITE"), 183, { withSdp: true });
    expect(bodyOf(taken(caller, 183))).toBe("");
  });
});

describeWithEviction("RFC 3261 §16.5: whom a call rings", (open) => {
  it("a device that registers while it rings, but none once it is answered", () => {
    const { network, caller, desk } = devices(open);
    call(caller, bob);
    const atDesk = taken(desk, "INVITE");
    respond(desk, atDesk, 180);
    const late = registered(network, bob, "bob-late", { instance: instance(4) });
    const atLate = taken(late, "INVITE");
    respond(late, atLate, 200);
    Side.ofCaller(caller, taken(caller, 200)).ack();
    taken(desk, "CANCEL");
    const later = registered(network, bob, "bob-later", { instance: instance(5) });
    expect(heard(later)).toEqual([]);
  });

  it("of one's own address the other devices, and with none it is 480", () => {
    const { network, desk, mobile } = devices(open);
    call(desk, bob);
    expect(heard(desk)).not.toContain("INVITE");
    respond(mobile, taken(mobile, "INVITE"), 486);
    expect(heard(desk).at(-1)).toBe("486 INVITE");
    mobile.register({ expires: 0 });
    call(desk, bob);
    network.advance(20_000);
    expect(heard(desk).at(-1)).toBe("480 INVITE");
  });

  it("§16.3 step 3: nobody, when it has no hop left", () => {
    const { caller, desk, mobile } = devices(open);
    const text = caller.text("INVITE", `sip:${bob}`, bob, [`Contact: <${caller.contact}>`]);
    caller.send(text.replace("Max-Forwards: 70", "Max-Forwards: 0"));
    expect(heard(caller)).toEqual(["483 INVITE"]);
    expect([...heard(desk), ...heard(mobile)]).toEqual([]);
  });
});
