// INVITEs and REFERs of one Call-ID and From tag: a name that whoever was once sent it knows, and may use for his own.

import { expect, it } from "vitest";
import type { Frame } from "../../src/sip/frame";
import { answered, call, cancelOf, heard, respond, rung, Side, taken } from "./support/call";
import { type Client, registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import type { VirtualNetwork } from "./support/virtual-network";

const alice = "alice@example.com";
const bob = "bob@example.com";
const mallory = "mallory@example.com";

function open(network: VirtualNetwork): Record<"from" | "to" | "other", Client> {
  network.withAccounts(alice, bob, mallory);
  return {
    from: registered(network, alice, "alice"),
    to: registered(network, bob, "bob"),
    other: registered(network, mallory, "mallory"),
  };
}

/** The same from somebody else, who says who he is: Call-ID and tag are those he has seen. */
const copied = (sent: string): string =>
  sent
    .replace(`From: <sip:${alice}>`, `From: <sip:${mallory}>`)
    .replaceAll("alice.invalid", "mallory.invalid")
    .replace("sip:alice@mallory.invalid", "sip:mallory@mallory.invalid")
    .replace("branch=z9hG4bK-alice", "branch=z9hG4bK-mallory")
    .replace(/CSeq: \d+/, "CSeq: 77");

/** Called, and not yet heard of: nothing has told the caller's home of a dialog. */
function called(from: Client, to: Client): { readonly sent: string; readonly invite: Frame } {
  const sent = call(from, to.user);
  return { sent, invite: taken(to, "INVITE") };
}

describeWithEviction(
  "RFC 3261 §12: an INVITE with the Call-ID and From tag of a call that rings",
  (start) => {
    it.each([
      ["is there", called],
      ["rings", rung],
    ])("of somebody else takes nothing of it: what %s is answered, talks and hangs up", (_, begin) => {
      const { from, to, other } = open(start());
      const { sent, invite } = begin(from, to);
      heard(from);
      other.send(copied(sent));
      expect(heard(to)).toEqual(["INVITE"]);
      const { caller, callee } = answered(from, to, invite);
      caller.say("INFO");
      expect(heard(to)).toEqual(["INFO"]);
      callee.say("BYE");
      expect([heard(from), heard(other)]).toEqual([["BYE"], ["100 INVITE"]]);
    });

    it.each([
      ["is there", called],
      ["rings", rung],
    ])("of somebody else that ends does not end what %s", (_, begin) => {
      const { from, to, other } = open(start());
      const { sent, invite } = begin(from, to);
      heard(from);
      const copy = copied(sent);
      other.send(copy);
      other.send(cancelOf(copy));
      heard(to);
      const { caller } = answered(from, to, invite);
      caller.say("BYE");
      expect(heard(to)).toEqual(["BYE"]);
    });

    it("of the same page is another call, whose end is its own", () => {
      const { from, to } = open(start());
      const { sent, invite } = called(from, to);
      heard(from);
      const again = sent
        .replace(/CSeq: \d+/, "CSeq: 77")
        .replace(/branch=[^\r]*/, "branch=z9hG4bK-again")
        .replaceAll(bob, "nobody@example.com");
      from.send(again);
      expect(heard(from)).toEqual(["404 INVITE"]);
      const { caller } = answered(from, to, invite);
      caller.say("BYE");
      expect(heard(to)).toEqual(["BYE"]);
    });
  },
);

describeWithEviction("RFC 3515 §2.4: a REFER with the Call-ID and From tag of another", (start) => {
  it("of somebody else takes nothing of it: the NOTIFY goes to who asked", () => {
    const { from, to, other } = open(start());
    const text = from.text("REFER", `sip:${bob}`, bob, [
      `Contact: <${from.contact}>`,
      `Refer-To: <sip:${mallory}>`,
    ]);
    from.send(text);
    const request = taken(to, "REFER");
    other.send(copied(text));
    expect(heard(to)).toEqual(["REFER"]);
    respond(to, request, 202);
    expect(heard(from)).toEqual(["202 REFER"]);
    const device = Side.ofCallee(to, request);
    const said = ["Event: refer", "Subscription-State: active;expires=60", `Contact: <${to.contact}>`];
    device.say("NOTIFY", said);
    expect([heard(from), heard(other)]).toEqual([["NOTIFY"], []]);
  });
});
