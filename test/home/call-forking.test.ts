// A call that rings several devices (RFC 3261 §16), literally, from one page to the others.

import { expect, it } from "vitest";
import { millis } from "../../src/base/brand";
import type { Settings } from "../../src/contracts/settings";
import { call, cancelOf, heard, respond, Side, taken } from "./support/call";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob } from "./support/pair";
import { bodyOf, headerOf } from "./support/sip-text";

const instance = (last: number): string => `urn:uuid:00000000-0000-4000-8000-00000000000${last}`;

type CallSettings = Settings["calls"];

function devices(open: OpenNetwork, calls: Partial<CallSettings> = {}) {
  const settings = (defaults: Settings): Settings => ({
    ...defaults,
    calls: { ...defaults.calls, ...calls },
  });
  const network = open({ settings }).withAccounts(alice, bob);
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

describeWithEviction("RFC 3261 §16.6: one group after the other, where the setting says so", (open) => {
  it("the device of a lower q rings when those of the higher one are over", () => {
    const { network, caller, desk, mobile } = devices(open, { serial: true, groupRingsFor: millis(20_000) });
    desk.register({ parameters: ";q=0.9" });
    mobile.register({ parameters: ";q=0.2" });
    call(caller, bob);
    const atDesk = taken(desk, "INVITE");
    respond(desk, atDesk, 180);
    network.advance(19_000);
    expect(heard(mobile)).toEqual([]);
    network.advance(2_000);
    taken(desk, "CANCEL");
    respond(desk, atDesk, 487);
    respond(mobile, taken(mobile, "INVITE"), 200);
    Side.ofCaller(caller, taken(caller, 200)).ack();
    expect(heard(mobile)).toEqual(["ACK"]);
  });

  it("also when its socket is cut while it waits for its turn, and it is back", () => {
    const { network, caller, desk, mobile } = devices(open, { serial: true });
    desk.register({ parameters: ";q=0.9" });
    mobile.register({ parameters: ";q=0.2" });
    call(caller, bob);
    const atDesk = taken(desk, "INVITE");
    respond(desk, atDesk, 180);
    mobile.close();
    network.advance(2_000);
    respond(desk, atDesk, 486);
    network.advance(2_000);
    expect(heard(caller).filter((said) => /^[2-6]/.test(said))).toEqual([]);
    mobile.connect().register({ parameters: ";q=0.2" });
    respond(mobile, taken(mobile, "INVITE"), 200);
    Side.ofCaller(caller, taken(caller, 200)).ack();
    expect(heard(mobile)).toEqual(["ACK"]);
  });

  it("and at once when they refuse", () => {
    const { caller, desk, mobile } = devices(open, { serial: true });
    desk.register({ parameters: ";q=0.9" });
    mobile.register({ parameters: ";q=0.2" });
    call(caller, bob);
    respond(desk, taken(desk, "INVITE"), 486);
    respond(mobile, taken(mobile, "INVITE"), 480);
    expect(heard(caller).at(-1)).toBe("486 INVITE");
  });
});

describeWithEviction("RFC 3261 §16.7: by policy", (open) => {
  it("step 5: a 603 may be of one device only", () => {
    const { caller, desk, mobile } = devices(open, { oneDecline: "countsAsBusy" });
    call(caller, bob);
    const [atDesk, atMobile] = [taken(desk, "INVITE"), taken(mobile, "INVITE")];
    respond(desk, atDesk, 603);
    expect(heard(mobile)).toEqual([]);
    respond(mobile, atMobile, 200);
    Side.ofCaller(caller, taken(caller, 200)).ack();
    expect(heard(mobile)).toEqual(["ACK"]);
  });

  it("RFC 5393 §5.3: a Max-Breadth of one rings one after the other", () => {
    const { caller, desk, mobile } = devices(open);
    call(caller, bob, ["Max-Breadth: 1"]);
    const rung = [desk, mobile].filter((each) =>
      each.end.frames.some((frame) => String(frame).startsWith("INVITE")),
    );
    expect(rung).toHaveLength(1);
    const [first] = rung as [Client];
    const second = first === desk ? mobile : desk;
    respond(first, taken(first, "INVITE"), 486);
    taken(second, "INVITE");
  });

  it("step 4: redirects are followed from user to user, until the request has crossed as many homes as one may", () => {
    const names = Array.from({ length: 12 }, (_, at) => `hop${at}@example.com`);
    const { network, caller, desk, mobile } = devices(open);
    network.withAccounts(...names);
    const hops = names.map((name, at) => registered(network, name, `hop${at}`));
    mobile.register({ expires: 0 });
    call(caller, bob);
    desk.answer(taken(desk, "INVITE"), 302, [`Contact: <sip:${names[0]}>`]);
    let rung = 0;
    for (const [at, hop] of hops.entries()) {
      const isRung = hop.end.frames.some((frame) => String(frame).startsWith("INVITE"));
      if (!isRung) break;
      rung++;
      hop.answer(taken(hop, "INVITE"), 302, [`Contact: <sip:${names[at + 1] ?? alice}>`]);
    }
    // Eight homes: that of bob, and seven more.
    expect(rung).toBe(7);
    network.advance(200_000);
    expect(heard(caller).filter((said) => /^[2-6]\d\d/.test(said))).toHaveLength(1);
  });
});
