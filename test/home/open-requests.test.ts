// Bounds of what waits for an answer: phones that are silent, and whoever writes to them, fill no home's memory.

import { describe, expect, it } from "vitest";
import { isDue } from "../../src/home/relay";
import { weightOfReply } from "../../src/home/reply";
import { heard, respond, rung, Side, taken, talk } from "./support/call";
import { type Client, registered } from "./support/client";
import { bodyOf, headerOf, statusOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { Watcher } from "./support/watcher";

const alice = "alice@example.com";
const bob = "bob@example.com";
const carol = "carol@example.com";
const phone = "urn:uuid:6f85d4e3-e8aa-46aa-b768-bf39d5912143";

function bounded(limits: { readonly openRequests?: number; readonly openOctets?: number }) {
  const network = new VirtualNetwork({
    settings: (defaults) => ({ ...defaults, limits: { ...defaults.limits, ...limits } }),
  }).withAccounts(alice, bob, carol);
  const [from, other] = [registered(network, alice, "alice-page"), registered(network, carol, "carol-page")];
  const silent = registered(network, bob, "bob-page", { instance: phone });
  const options = (client: Client) => client.ask(client.text("OPTIONS", `sip:${bob}`, bob));
  return { network, from, other, silent, options };
}

describe("RFC 3261 §17.1.1.3: an ACK", () => {
  it("is answered by nobody, so that it is sent and nothing of it waits, whatever becomes of it", () => {
    const { network, from, silent } = bounded({});
    network.fate = ({ key }) => (key.endsWith(" ACK") ? "late" : "arrives");
    const { invite } = rung(from, silent);
    respond(silent, invite, 200);
    const caller = Side.ofCaller(from, taken(from, 200));
    caller.ack();
    const { state } = network.home(alice);
    expect([state.forwards.size, isDue(state, "z9hG4bK1 ACK"), isDue(state, "z9hG4bK1 BYE")]).toEqual([
      0,
      true,
      false,
    ]);
    network.advance(1_000);
    expect(heard(silent)).toEqual(["ACK"]);
  });
});

describe("more requests than may wait for an answer", () => {
  it("are, for a user's phone: a MESSAGE that goes to the log at once, and 503 for what cannot wait", () => {
    const { network, from, other, silent, options } = bounded({ openRequests: 3 });
    expect([1, 2, 3].map((text) => from.message(bob, String(text)))).toEqual([0, 0, 0]);
    expect(silent.takeRequests()).toHaveLength(3);
    expect(other.message(bob, "4")).toBe(202);
    const refused = options(other);
    expect([statusOf(refused), headerOf(refused, "Retry-After")]).toEqual([503, "1"]);
    expect([silent.takeRequests(), network.home(bob).state.deliveries.size]).toEqual([[], 3]);
    // Nothing is lost, and the order is the one in which they came.
    silent.close();
    const answering = registered(network, bob, "bob-two", { instance: phone, answers: () => 200 });
    network.advance(60_000);
    expect(answering.takeRequests().map(bodyOf)).toEqual(["1", "2", "3", "4"]);
  });

  it("RFC 3261 §15.1.1: are none where one is a BYE: its page hears of it, and is owed it until it has answered", () => {
    const { network, from, other, silent } = bounded({ openRequests: 3 });
    const { caller } = talk(from, silent);
    expect([1, 2, 3].map((text) => other.message(bob, String(text)))).toEqual([0, 0, 0]);
    silent.takeAll();
    caller.say("BYE");
    expect(heard(from)).toEqual(["200 BYE"]);
    silent.close();
    silent.takeAll();
    silent.connect().register();
    network.settle();
    silent.answer(taken(silent, "BYE"), 200);
    silent.close();
    network.advance(120_000);
    const { calls, unheard } = network.home(bob).state;
    expect([calls.size, unheard.size]).toEqual([0, 0]);
  });

  it("are counted in octets too", () => {
    const { from, other, options } = bounded({ openOctets: 65_536 });
    expect([from.message(bob, "x".repeat(40_000)), other.message(bob, "y".repeat(40_000))]).toEqual([0, 0]);
    expect(statusOf(options(other))).toBe(503);
  });

  it("are 503 for whoever sends them, at his own home", () => {
    const { network, from, options } = bounded({ openRequests: 3 });
    for (const text of ["1", "2", "3"]) from.message(bob, text);
    const refused = options(from);
    expect([statusOf(refused), headerOf(refused, "Retry-After")]).toEqual([503, "1"]);
    expect(network.calls.parcels).toBe(3);
    expect(from.message(carol, "you too?")).toBe(503);
  });

  it("can be sent again once the first are answered or given up", () => {
    const { network, from, silent } = bounded({ openRequests: 3 });
    for (const text of ["1", "2", "3"]) from.message(bob, text);
    for (const request of silent.takeRequests()) silent.answer(request, 200);
    expect(from.message(bob, "4")).toBe(0);
    network.advance(40_000);
    expect(network.home(alice).state.forwards.size + network.home(bob).state.deliveries.size).toBe(0);
    expect(network.home(alice).state.forwards.weight).toBe(0);
  });
});

describe("NOTIFYs that overtake the answer to their SUBSCRIBE", () => {
  it("are held back, eight of them; more are 503", () => {
    const { network, from } = bounded({});
    network.fate = ({ frame }) => (String(frame).startsWith("SUBSCRIBE") ? "late" : "arrives");
    const watcher = new Watcher(from, bob);
    from.sendOnly(watcher.text(600, ["Event: presence"], ""));
    const notify = (tag: number): string =>
      [
        `NOTIFY ${from.contact} SIP/2.0`,
        `Via: SIP/2.0/WSS example.com;branch=z9hG4bK${tag}`,
        "Max-Forwards: 69",
        `From: <sip:${bob}>;tag=${tag}`,
        `To: <sip:${alice}>;tag=tag-alice-page`,
        `Call-ID: ${watcher.callId}`,
        "CSeq: 1 NOTIFY",
        "Event: presence",
        "Subscription-State: active;expires=600",
        "Content-Length: 0\r\n\r\n",
      ].join("\r\n");
    for (let tag = 0; tag < 10; tag++) {
      const parcel = { key: `k${tag}`, frame: notify(tag), from: network.home(bob).aor, hops: 1 };
      network.step(alice, { kind: "parcelReceived", parcel: { ...parcel, authenticated: true } });
    }
    const { forwards, replies } = network.home(alice).state;
    expect([...forwards.values()].map(({ held }) => held.length)).toEqual([8]);
    const statuses = [...replies.values()].map((reply) =>
      reply.kind === "answered" ? statusOf(reply.frame) : 0,
    );
    expect(statuses).toEqual([503, 503]);
  });
});

describe("the replies a home remembers", () => {
  it("are at most 512 and 256 KiB, the youngest", () => {
    const { network, from } = bounded({});
    const answering = registered(network, carol, "carol-two");
    const large = "z".repeat(40_000);
    for (let count = 0; count < 20; count++) {
      from.sendOnly(from.text("OPTIONS", `sip:${carol}`, carol));
      network.settle();
      for (const request of answering.takeRequests()) answering.answer(request, 200, [`X-Large: ${large}`]);
    }
    const replies = [...network.home(carol).state.replies.values()].map(weightOfReply);
    expect(replies.reduce((sum, octets) => sum + octets, 0)).toBeLessThanOrEqual(256 * 1024);
    // Three fill a half.
    expect(replies).toHaveLength(5);
  });
});
