// How much one request can set off: forks of forks, groups that ring each other, lists of lists.

import { describe, expect, it } from "vitest";
import { seconds } from "../../src/base/brand";
import { putAccount } from "../../src/home/administration";
import { servicesOf } from "../fuzz/documents";
import { Buddies, Stored } from "./support/buddies";
import { answered, call, talk } from "./support/call";
import { type Client, registered } from "./support/client";
import { headerOf, statusOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { putXcap } from "./support/xcap";

const alice = "alice@example.com";
const names = (count: number, prefix: string): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}@example.com`);

const group = (network: VirtualNetwork, name: string, members: readonly string[]): void => {
  const rules = {
    order: "parallel",
    members: members.map((each) => `sip:${each}`),
    ringFor: seconds(30),
  } as const;
  network.home(name).administer((turn) => putAccount(turn, name, { password: "secret", group: rules }));
};

/** One call to `g0`; the INVITEs between homes at once, and once it is over. */
function invitesOf(network: VirtualNetwork): { readonly atOnce: number; readonly inAll: number } {
  const caller = registered(network, alice, "caller");
  let invites = 0;
  network.fate = ({ frame }) => {
    if (String(frame).startsWith("INVITE")) invites++;
    return "arrives";
  };
  call(caller, "g0@example.com");
  network.advance(1_000);
  const atOnce = invites;
  network.advance(600_000);
  for (const home of network.homes.values()) expect(home.state.calls.size, home.aor).toBe(0);
  return { atOnce, inAll: invites };
}

describe("RFC 5393 §5: forks of forks", () => {
  it("groups of groups whose phones ring are no more branches at once than Max-Breadth", () => {
    const network = new VirtualNetwork().withAccounts(alice);
    const tens = names(10, "g0x");
    group(network, "g0@example.com", tens);
    for (const [at, name] of tens.entries()) {
      const phones = names(20, `u${at}x`);
      group(network, name, phones);
      network.withAccounts(...phones);
      for (const phone of phones)
        registered(network, phone, phone.split("@")[0] ?? "", { answers: () => 180 });
    }
    // The first to g0, one to each of its members, and what their shares of 60 let them ring.
    expect(invitesOf(network).atOnce).toBeLessThanOrEqual(1 + 10 + 60);
  });

  it.each([2, 4, 8, 16])("%i groups that all ring each other ring each once, and end", (count) => {
    const network = new VirtualNetwork().withAccounts(alice);
    const all = names(count, "g");
    for (const name of all)
      group(
        network,
        name,
        all.filter((each) => each !== name),
      );
    expect(invitesOf(network).inAll).toBeLessThanOrEqual(1 + count * (count - 1));
  });
});

describe("requests to names that nobody has", () => {
  const seeker = (burst: number) => {
    const network = new VirtualNetwork({
      settings: (defaults) => ({ ...defaults, limits: { ...defaults.limits, nobodiesBurst: burst } }),
    }).withAccounts(alice, "bob@example.com", "carol@example.com");
    const bob = registered(network, "bob@example.com", "bob", { answers: () => 200 });
    return { network, client: registered(network, alice, "alice"), bob };
  };
  const ask = (client: Client, method: string, name: string): number => {
    const lines = [`Contact: <${client.contact}>`, "Event: presence", "Refer-To: <sip:bob@example.com>"];
    const text = client.text(method, `sip:${name}`, name, lines, "", { callId: `${method}.${name}` });
    client.send(text);
    return Math.max(0, ...client.takeAll().map(statusOf));
  };

  it.each(["MESSAGE", "SUBSCRIBE", "INVITE", "REFER", "OPTIONS"])(
    "by %s are few at once, and then a hundredth as many a second: each wakes a home for nothing",
    (method) => {
      const { network, client } = seeker(4);
      const answers = names(6, "nobody").map((name) => ask(client, method, name));
      expect(answers).toEqual([404, 404, 404, 404, 503, 503]);
      expect(network.homes.has("nobody5@example.com")).toBe(false);
      network.advance(26_000);
      expect([ask(client, method, "once@example.com"), ask(client, method, "more@example.com")]).toEqual([
        404, 503,
      ]);
    },
  );

  it("count against nobody who writes to somebody, nor against what is said to oneself and in dialogs", () => {
    const { network, client, bob } = seeker(4);
    const { caller } = talk(client, registered(network, "carol@example.com", "carol"));
    for (let count = 0; count < 20; count++) expect(ask(client, "OPTIONS", bob.user)).toBe(200);
    for (const name of names(5, "nobody")) ask(client, "OPTIONS", name);
    expect(ask(client, "OPTIONS", bob.user)).toBe(503);
    expect(ask(client, "SUBSCRIBE", alice)).toBe(200);
    client.takeAll();
    caller.say("INFO");
    expect(client.takeAll()).toEqual([]);
    network.advance(26_000);
    expect(ask(client, "OPTIONS", bob.user)).toBe(200);
  });
});

describe("calls that one user lets ring at another", () => {
  it("are a quarter of those that the other may have: the rest is for everybody else", () => {
    const bob = "bob@example.com";
    const network = new VirtualNetwork({
      settings: (defaults) => ({ ...defaults, calls: { ...defaults.calls, open: 8 } }),
    }).withAccounts(alice, bob, "carol@example.com");
    const caller = registered(network, alice, "alice");
    const callee = registered(network, bob, "bob", { answers: () => 180 });
    for (let count = 0; count < 3; count++) call(caller, bob);
    expect(caller.takeAll().map(statusOf)).toEqual([180, 180, 480]);
    expect(callee.takeAll()).toHaveLength(2);
    const other = registered(network, "carol@example.com", "carol");
    call(other, bob);
    expect(other.takeAll().map(statusOf)).toEqual([180]);
  });

  it("and one that he talks is none of them", () => {
    const bob = "bob@example.com";
    const network = new VirtualNetwork({
      settings: (defaults) => ({ ...defaults, calls: { ...defaults.calls, open: 4 } }),
    }).withAccounts(alice, bob);
    const caller = registered(network, alice, "alice");
    talk(caller, registered(network, bob, "bob"));
    call(caller, bob);
    expect(caller.takeAll().map(statusOf)).toEqual([100]);
  });
});

describe("RFC 4662 §6.5: one SUBSCRIBE to a list is as many as it has entries", () => {
  const entries = names(50, "u");
  const subscriber = () => {
    const network = new VirtualNetwork({
      settings: (defaults) => ({ ...defaults, limits: { ...defaults.limits, listEntriesBurst: 250 } }),
    }).withAccounts(alice, ...entries);
    return { network, client: registered(network, alice, "page", { answers: () => 200 }) };
  };
  const uris = entries.map((each) => `sip:${each}`);

  it("so their entries are counted, whether the subscriptions last or not, and more are 503", () => {
    const { network, client } = subscriber();
    const statuses = Array.from({ length: 8 }, (_, round) => {
      const list = new Buddies(client, `list-${round}`);
      const status = list.subscribe(uris);
      if (status === 200) expect(list.refresh(0)).toBe(200);
      return status;
    });
    expect(statuses).toEqual([200, 200, 200, 200, 200, 503, 503, 503]);
    const calls = network.calls.parcels;
    network.advance(20_000);
    expect(new Buddies(client, "later").subscribe(uris)).toBe(200);
    expect(calls).toBeLessThanOrEqual(5 * 50 * 4);
  });

  it("and so are those that an edit of a stored list adds: one that is changed back and forth ends", () => {
    const { network, client } = subscriber();
    const friends = "sip:alice+friends@example.com";
    const lists = (uris: readonly string[]): number =>
      putXcap(
        network,
        alice,
        "resource-lists/index",
        `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="friends">${uris
          .map((uri) => `<entry uri="${uri}"/>`)
          .join("")}</list></resource-lists>`,
      );
    expect(lists(uris)).toBe(201);
    expect(putXcap(network, alice, "rls-services/index", servicesOf(alice))).toBe(201);
    expect(new Stored(client, friends).start()).toBe(200);
    const before = network.calls.parcels;
    for (let edit = 0; edit < 40; edit++) expect(lists(edit % 2 === 0 ? [] : uris)).toBe(200);
    network.advance(5_000);
    // What it had, and four times the fifty, subscribed to and ended.
    expect(network.calls.parcels - before).toBeLessThanOrEqual(5 * 50 * 4);
    const last = client.takeRequests().at(-1);
    expect(headerOf(last, "Subscription-State")).toContain("terminated;reason=deactivated");
    network.advance(30_000);
    expect(new Stored(client, friends).start()).toBe(200);
  });

  it("a refresh asks none of them anew", () => {
    const { network, client } = subscriber();
    const list = new Buddies(client);
    list.subscribe(uris);
    network.advance(1_000);
    const calls = network.calls.parcels;
    for (let count = 0; count < 20; count++) expect(list.refresh()).toBe(200);
    expect(network.calls.parcels).toBe(calls);
  });
});

describe("RFC 3261 §14.2: INVITEs within a dialog", () => {
  it("that nobody answers are four; more are 500 with Retry-After, until those are over", () => {
    const bob = "bob@example.com";
    const network = new VirtualNetwork().withAccounts(alice, bob);
    const [a, b] = [registered(network, alice, "alice"), registered(network, bob, "bob")];
    call(a, bob);
    const { caller } = answered(a, b);
    a.takeAll();
    for (let count = 0; count < 50; count++) caller.say("INVITE");
    const refused = a.takeAll().filter((frame) => statusOf(frame) === 500);
    expect(refused).toHaveLength(46);
    expect(headerOf(refused[0], "Retry-After")).toBe("5");
    expect(b.takeRequests()).toHaveLength(4);
    for (const user of [alice, bob]) expect(network.home(user).state.calls.size).toBeLessThanOrEqual(5);
    network.advance(200_000);
    caller.say("INVITE");
    expect(b.takeRequests().length).toBeGreaterThan(0);
  });
});
