// While a deploy goes out a home may be told what only a later version knows (docs/upgrading.md): it goes on as if nothing had been
// said, and whoever waits has the answer that follows, or his own timer's.

import { expect, it } from "vitest";
import { unpackReply } from "../../src/contracts/parcel-wire";
import { registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { statusOf } from "./support/sip-text";
import type { VirtualNetwork } from "./support/virtual-network";

const alice = "alice@example.com";
const bob = "bob@example.com";

/** Says of every parcel of alice's something that this version has no word for. */
function sayUnknown(network: VirtualNetwork): () => number {
  let said = 0;
  network.fate = ({ key, from }) => {
    if (from === alice) {
      said++;
      const reply = unpackReply(["of a later version", key, { any: 1 }] as never);
      network.step(alice, { kind: "replied", reply });
    }
    return "arrives";
  };
  return () => said;
}

describeWithEviction("a reply of a kind that is not known here", (open) => {
  it("ends no MESSAGE: the answer that follows is passed on", () => {
    const network = open().withAccounts(alice, bob);
    const [sender, receiver] = [registered(network, alice, "a"), registered(network, bob, "b")];
    const said = sayUnknown(network);
    sender.send(sender.messageText(bob, "hello"));
    const [request] = receiver.takeRequests();
    receiver.answer(request ?? "", 200);
    expect(statusOf(sender.take())).toBe(200);
    expect(said()).toBe(1);
  });

  it("ends no call: it rings, and is answered", () => {
    const network = open().withAccounts(alice, bob);
    const [caller, callee] = [registered(network, alice, "a"), registered(network, bob, "b")];
    const said = sayUnknown(network);
    caller.send(caller.text("INVITE", `sip:${bob}`, bob, [`Contact: <${caller.contact}>`]));
    const [invite] = callee.takeRequests();
    expect(caller.takeAll().map(statusOf)).toEqual([100]);
    callee.answer(invite ?? "", 200, [`Contact: <${callee.contact}>`]);
    expect(caller.takeAll().map(statusOf)).toEqual([200]);
    expect(said()).toBe(1);
  });
});
