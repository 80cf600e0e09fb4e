import { describe, expect, it } from "vitest";
import type { Settings } from "../../src/contracts/settings";
import { Client, registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { headerOf, statusOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";

const alice = "alice@example.com";
const nowhere = { address: undefined };

const limited = (limits: Partial<Settings["limits"]>) => ({
  settings: (defaults: Settings): Settings => ({ ...defaults, limits: { ...defaults.limits, ...limits } }),
});

const closedWith = (client: Client): number | undefined => client.end.closed?.code;

describe("design, Trust: a flood of strangers, where nobody says who comes from where", () => {
  const roundTrip = 200;

  /** Strangers come, so many in a millisecond, and say what they say; the owner's frames take their time. */
  function logInAmidst(perMillisecond: number, says: (stranger: Client) => void): number {
    const network = new VirtualNetwork().withAccounts(alice);
    const flood = (milliseconds: number): void => {
      for (let left = milliseconds; left > 0; left--) {
        for (let count = 0; count < perMillisecond; count++)
          says(new Client(network, alice, "stranger", { facts: nowhere }).connect());
        network.advance(1);
      }
    };
    flood(roundTrip * 2);
    const owner = new Client(network, alice, "owner", { facts: nowhere }).connect();
    flood(roundTrip);
    const challenge = owner.ask(owner.registerText());
    flood(roundTrip);
    const answer = owner.credentials(challenge, "REGISTER", "sip:example.com");
    const outcome = owner.ask(owner.registerText({ lines: [`Authorization: ${answer}`] }));
    flood(roundTrip * 2);
    expect(owner.end.closed).toBeUndefined();
    return statusOf(outcome);
  }

  it("a thousand silent ones a second do not keep the owner from logging in", () => {
    expect(logInAmidst(1, () => undefined)).toBe(200);
  });

  it("nor a thousand that ask for a challenge", () => {
    expect(logInAmidst(1, (stranger) => stranger.send(stranger.registerText()))).toBe(200);
  });

  it("and those who are logged in are none the worse for any number of them", () => {
    const network = new VirtualNetwork().withAccounts(alice);
    const owner = registered(network, alice, "owner", { facts: nowhere });
    for (let count = 0; count < 2_000; count++) network.openSocket(alice, `stranger${count}`, nowhere);
    expect(network.home(alice).state.sockets.size).toBe(257);
    expect(statusOf(owner.register())).toBe(200);
  });
});

describeWithEviction("design, Trust: strangers by network", (open) => {
  const from = (network: VirtualNetwork, address: string): Client =>
    new Client(network, alice, `from-${address}`, { facts: { address } }).connect();

  it("one /64 is one address: its user picks the rest at will", () => {
    const network = open(limited({ strangersPerAddress: 3 })).withAccounts(alice);
    const same = [1, 2, 3, 4].map((rest) => from(network, `2001:db8:1:2::${rest}`));
    const other = from(network, "2001:db8:1:3::1");
    expect([...same, other].map(closedWith)).toEqual([1013, undefined, undefined, undefined, undefined]);
  });

  it("the network with the most loses one when there are too many, not whoever has waited longest", () => {
    const network = open(limited({ strangers: 4 })).withAccounts(alice);
    const owner = from(network, "203.0.113.9");
    network.advance(1);
    const crowd = ["198.51.100.7", "198.51.100.7", "192.0.2.1", "192.0.2.2"].map((each) =>
      from(network, each),
    );
    expect(closedWith(owner)).toBeUndefined();
    expect(crowd.map(closedWith)).toEqual([1013, undefined, undefined, undefined]);
    expect(statusOf(owner.register())).toBe(200);
  });
});

describeWithEviction("design, Trust: too many sockets of the user's own", (open) => {
  const two = limited({ sockets: 2 });

  it("strangers are none of them", () => {
    const network = open(two).withAccounts(alice);
    const own = [registered(network, alice, "one"), registered(network, alice, "two")];
    const stranger = new Client(network, alice, "stranger").connect();
    expect([...own, stranger].map(closedWith)).toEqual([undefined, undefined, undefined]);
  });

  it("one that nothing is delivered to makes room", () => {
    const network = open(two).withAccounts(alice);
    const old = registered(network, alice, "old");
    network.advance(1);
    const idle = registered(network, alice, "idle");
    expect(statusOf(idle.register({ expires: 0 }))).toBe(200);
    network.advance(1);
    const newest = registered(network, alice, "newest");
    expect([old, idle, newest].map(closedWith)).toEqual([undefined, 1013, undefined]);
  });

  it("when all are registered the newest is told to come later, and none of them is pushed out", () => {
    const network = open(two).withAccounts(alice);
    const own = [registered(network, alice, "one"), registered(network, alice, "two")];
    const newest = new Client(network, alice, "newest").connect();
    const refused = newest.register();
    expect([statusOf(refused), headerOf(refused, "Retry-After")]).toEqual([503, "30"]);
    expect([...own, newest].map(closedWith)).toEqual([undefined, undefined, 1013]);
  });

  it("a token at the opening gives no better right", () => {
    const network = open(two).withAccounts(alice);
    const own = [registered(network, alice, "one"), registered(network, alice, "two")];
    const facts = { token: { aor: network.home(alice).aor, expiresAt: undefined } };
    const newest = new Client(network, alice, "newest", { facts }).connect();
    expect([...own, newest].map(closedWith)).toEqual([undefined, undefined, 1013]);
  });
});
