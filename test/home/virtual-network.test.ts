import { describe, expect, it } from "vitest";
import { registered } from "./support/client";
import { VirtualNetwork } from "./support/virtual-network";

const alice = "alice@example.com";
const bob = "bob@example.com";

describe("the network of the tests", () => {
  const talk = (evicts: boolean) => {
    const network = new VirtualNetwork({ evicts }).withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    registered(network, bob, "bob-page", { answers: () => 200 });
    expect(sender.message(bob, "hello")).toBe(200);
    return [...network.homes.values()].map(({ evictions }) => evictions);
  };

  it("really evicts, and only where it is to", () => {
    expect(talk(false)).toEqual([0, 0]);
    for (const evictions of talk(true)) expect(evictions).toBeGreaterThan(3);
  });

  it("evicts no home in the middle of what the runtime would keep it for", () => {
    const network = new VirtualNetwork({ evicts: true }).withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    registered(network, bob, "bob-page");
    sender.send(sender.messageText(bob, "hello"));
    const before = network.home(bob).evictions;
    network.advance(3_000);
    expect(network.home(bob).evictions).toBe(before);
    expect(network.home(bob).isAtRest).toBe(false);
  });
});
