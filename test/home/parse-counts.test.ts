// Reading a message is the first cost of every step: each home that a frame comes to reads it once, and nobody reads what he
// has written himself.

import { describe, expect, it } from "vitest";
import { functionCalls } from "../support/function-calls";
import { answered, rung } from "./support/call";
import { registered } from "./support/client";
import { alice, bob, desk, phone } from "./support/pair";
import { statusOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { carol, watched } from "./support/watched";
import { pidf, publish } from "./support/watcher";

/** Messages read by all homes together; each of them once before, since code that has not run yet is not counted. */
async function reads(work: () => void): Promise<number> {
  work();
  const calls = await functionCalls("/src/sip/parser.ts", work);
  expect([...calls.keys()]).toContain("parseText");
  return calls.get("parseText") ?? 0;
}

function world() {
  const network = new VirtualNetwork().withAccounts(alice, bob, carol);
  const sender = registered(network, alice, "alice-page", { instance: desk });
  const receiver = registered(network, bob, "bob-page", { instance: phone });
  return { network, sender, receiver };
}

describe("design, cost: a frame is read once by each home it comes to", () => {
  it("a REGISTER once", async () => {
    const { sender } = world();
    expect(await reads(() => expect(statusOf(sender.register())).toBe(200))).toBe(1);
  });

  it("a MESSAGE and its 200 twice each", async () => {
    const { sender, receiver } = world();
    const exchange = (): void => {
      sender.send(sender.messageText(bob, "hello"));
      receiver.answer(receiver.takeRequests()[0] ?? "", 200);
      expect(statusOf(sender.take())).toBe(200);
    };
    expect(await reads(exchange)).toBe(4);
  });

  it("a MESSAGE that is stored twice, and its 202, which a home wrote, once", async () => {
    const { sender } = world();
    expect(await reads(() => expect(sender.message(carol, "hello")).toBe(202))).toBe(3);
  });

  it("INVITE, 180, 200, ACK, BYE and its 200 twice each", async () => {
    const { sender, receiver } = world();
    const whole = (): void => {
      const { invite } = rung(sender, receiver);
      const { caller } = answered(sender, receiver, invite);
      caller.say("BYE");
      receiver.answer(receiver.takeRequests()[0] ?? "", 200);
      expect(statusOf(sender.takeAll().at(-1))).toBe(200);
    };
    expect(await reads(whole)).toBe(12);
  });

  it("a PUBLISH once, its NOTIFY by the home it comes to alone, and the 200 twice", async () => {
    const { network, bobClient, client } = watched((options) => new VirtualNetwork(options));
    let count = 0;
    const change = (): void => {
      publish(bobClient, ["Expires: 3600"], pidf("open", `change ${++count}`));
      network.advance(1_000);
      expect(client.takeRequests()).toHaveLength(1);
    };
    expect(await reads(change)).toBe(4);
  });
});
