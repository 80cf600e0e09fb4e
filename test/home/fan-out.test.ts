// News and those who are told of it (RFC 6665 §4.2.2, RFC 6446): together where it comes at once, in bursts where many
// watch, no oftener than a watcher asks for, and never an older state after a newer one.

import { describe, expect, it } from "vitest";
import { millis } from "../../src/base/brand";
import type { Settings } from "../../src/contracts/settings";
import { type Client, registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { bob, phone } from "./support/pair";
import { headerOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { carol, live, watched } from "./support/watched";
import { cseqOf, pidf, publish, Watcher } from "./support/watcher";

const hour = ["Expires: 3600"];

/** Publishes one note after the other, each in place of the one before. */
function notes(client: Client): (note: string) => void {
  let entityTag = "";
  return (note) => {
    const lines = entityTag === "" ? hour : [...hour, `SIP-If-Match: ${entityTag}`];
    entityTag = publish(client, lines, pidf("open", note)).entityTag;
  };
}

describe("design: news that follows news at once goes out with it", () => {
  // That there was news a moment ago is known from memory alone.
  const open = () => new VirtualNetwork();

  it("the first is told at once, of the rest the newest, half a second later", () => {
    const { network, bobClient, watcher } = watched(open);
    const say = notes(bobClient);
    for (const note of ["one", "two", "three"]) say(note);
    expect(watcher.news()).toEqual(["open (one), active"]);
    network.advance(600);
    expect(watcher.news()).toEqual(["open (three), active"]);
    network.advance(5_000);
    expect(watcher.news()).toEqual([]);
  });

  it("what was taken back meanwhile is no news", () => {
    const { network, bobClient, watcher } = watched(open);
    const say = notes(bobClient);
    for (const note of ["one", "two", "one"]) say(note);
    network.advance(5_000);
    expect(watcher.news()).toEqual(["open (one), active"]);
  });
});

describeWithEviction("design: news that waits for its moment", (open) => {
  it("who subscribes in between sees the newest, and so do all", () => {
    const { network, bobClient, client, watcher } = watched(open);
    const say = notes(bobClient);
    for (const note of ["one", "two"]) say(note);
    const second = new Watcher(client, bob, "second");
    const both = () => {
      const frames = client.takeAll();
      return [watcher, second].map(
        (each) => frames.filter((frame) => headerOf(frame, "Call-ID") === each.callId).length,
      );
    };
    second.subscribe();
    network.advance(5_000);
    const [first = 0, later] = both();
    expect(first).toBeGreaterThanOrEqual(2);
    expect(later).toBe(1);
  });
});

describeWithEviction("design: many watchers", (open) => {
  const many = 120;

  function crowd(settings?: (defaults: Settings) => Settings) {
    const names = Array.from({ length: many }, (_, index) => `watcher${index}@example.com`);
    const network = open(settings === undefined ? {} : { settings }).withAccounts(bob, ...names);
    const bobClient = registered(network, bob, "bob-page", { instance: phone });
    const watchers = names.map((name) => {
      const client = registered(network, name, name.split("@")[0] ?? "", { answers: () => 200 });
      const watcher = new Watcher(client, bob);
      watcher.subscribe(3600);
      watcher.notifies();
      return watcher;
    });
    network.advance(1_000);
    return { network, bobClient, watchers };
  }

  const text = (client: Client, note: string): string =>
    client.text(
      "PUBLISH",
      `sip:${bob}`,
      bob,
      ["Event: presence", ...hour, "Content-Type: application/pidf+xml"],
      pidf("open", note),
    );

  it("are told in bursts, one for each time the object is woken", () => {
    const { network, bobClient, watchers } = crowd();
    const { parcels } = network.calls;
    const { socket } = bobClient;
    const frame = text(bobClient, "hello");
    network.home(bob).step({ kind: "received", socket, frame, bearer: undefined, pinged: false });
    expect(network.calls.parcels - parcels).toBe(network.ports.settings.events.notifiesAtOnce);
    network.settle();
    network.advance(100);
    expect(watchers.map((each) => each.news())).toEqual(watchers.map(() => ["open (hello), active"]));
    expect(network.calls.parcels - parcels).toBe(many);
    expect(network.home(bob).state.documents.get("presence")?.told).toBe(true);
  });

  it("the object dies between two bursts: everyone is told, and nobody of an older state than before", () => {
    const { network, bobClient, watchers } = crowd();
    bobClient.sendOnly(text(bobClient, "hello"));
    network.kill(bob, { keepingSockets: true });
    network.advance(1_000);
    for (const watcher of watchers) {
      const told = watcher.notifies();
      const sequence = told.map(cseqOf);
      expect(told.length).toBeGreaterThan(0);
      expect(sequence).toEqual([...new Set(sequence)].sort((a, b) => a - b));
    }
  });

  it("who does not answer holds up nobody, as many as they are", () => {
    const { network, bobClient, watchers } = crowd((defaults) => ({
      ...defaults,
      events: { ...defaults.events, coalesce: millis(0) },
    }));
    const dead = watchers.slice(0, 60);
    for (const { client } of dead) client.end.react = undefined;
    bobClient.sendOnly(text(bobClient, "hello"));
    network.settle();
    network.advance(100);
    for (const watcher of watchers.slice(60)) expect(watcher.news()).toEqual(["open (hello), active"]);
  });

  it("nor do more of them than NOTIFYs may be under way, but for the second in which their homes wait", () => {
    const { network, bobClient, watchers } = crowd((defaults) => ({
      ...defaults,
      events: { ...defaults.events, notifiesUnderWay: 20 },
    }));
    const dead = watchers.slice(0, 60);
    for (const { client } of dead) client.end.react = undefined;
    const { alarmsSet } = network.home(bob);
    bobClient.sendOnly(text(bobClient, "hello"));
    network.settle();
    network.advance(100);
    expect(network.home(bob).state.notifiers.weight).toBe(20);
    network.advance(3_400);
    for (const watcher of watchers.slice(60)) expect(watcher.news()).toEqual(["open (hello), active"]);
    // One for each burst, and one for each time that it is answers which are waited for.
    expect(network.home(bob).alarmsSet - alarmsSet).toBeLessThan(20);
  });

  it("nor do the octets of what is under way to them grow with their number", () => {
    const { network, bobClient, watchers } = crowd((defaults) => ({
      ...defaults,
      events: { ...defaults.events, octetsUnderWay: 65_536 },
    }));
    for (const { client } of watchers) client.end.react = undefined;
    bobClient.sendOnly(text(bobClient, "x".repeat(2_000)));
    network.settle();
    network.advance(100);
    const { size } = network.home(bob).state.notifiers;
    expect(size).toBeGreaterThan(0);
    expect(size * 2_000).toBeLessThan(65_536);
  });

  it("and their NOTIFYs leave the user room for requests of his own, large as they are", () => {
    const { network, bobClient, watchers } = crowd((defaults) => ({
      ...defaults,
      limits: { ...defaults.limits, openOctets: 65_536 },
    }));
    for (const { client } of watchers) client.end.react = undefined;
    bobClient.sendOnly(text(bobClient, "x".repeat(2_000)));
    network.settle();
    network.advance(500);
    expect(network.home(bob).state.notifiers.size).toBe(many);
    expect(network.home(bob).state.forwards.weight).toBe(0);
    const names = ["Content-Type: text/plain"];
    const to = watchers[0]?.client.user ?? "";
    bobClient.sendOnly(bobClient.text("MESSAGE", `sip:${to}`, to, names, "hello"));
    network.settle();
    network.advance(5_000);
    expect(bobClient.takeAll().some((frame) => String(frame).startsWith("SIP/2.0 503"))).toBe(false);
  });
});

describe("RFC 6446 §5.2: the interval since the most recent notification", () => {
  it("is counted from it: news after a long silence is told at once, and the next waits", () => {
    const { network, bobClient, client } = watched(() => new VirtualNetwork());
    const slow = new Watcher(client, bob, "slow");
    slow.subscribe(600, ["Event: presence;max-rate=0.1"]);
    slow.notifies();
    const say = notes(bobClient);
    network.advance(20_000);
    say("one");
    expect(slow.news()).toEqual(["open (one), active;max-rate=0.1"]);
    network.advance(9_000);
    say("two");
    expect(slow.news()).toEqual([]);
    network.advance(1_500);
    expect(slow.news()).toEqual(["open (two), active;max-rate=0.1"]);
  });
});

describeWithEviction("RFC 6446 §5: max-rate", (open) => {
  it("is reflected, and news waits for its time: the newest of it", () => {
    const { network, bobClient, client } = watched(open);
    const slow = new Watcher(client, bob, "slow");
    slow.subscribe(600, ["Event: presence;max-rate=0.1"]);
    const first = slow.notifies();
    expect(headerOf(first[0] ?? "", "Subscription-State")).toMatch(/;max-rate=0\.1$/);
    const say = notes(bobClient);
    for (const note of ["one", "two", "three"]) {
      network.advance(1_000);
      say(note);
    }
    expect(slow.news()).toEqual([]);
    network.advance(10_000);
    expect(slow.news()).toEqual(["open (three), active;max-rate=0.1"]);
  });

  it("a SUBSCRIBE and the end are answered at once (§5.2)", () => {
    const { network, bobClient, client } = watched(open);
    const slow = new Watcher(client, bob, "slow");
    slow.subscribe(600, ["Event: presence;max-rate=0.01"]);
    slow.notifies();
    network.advance(1_000);
    notes(bobClient)("one");
    slow.refresh(600, ["Event: presence;max-rate=0.01"]);
    expect(slow.news()).toEqual(["open (one), active;max-rate=0.01"]);
    slow.refresh(0, ["Event: presence"]);
    expect(slow.news()).toEqual(["open (one), terminated;reason=timeout"]);
  });

  it("what is no rate is none: zero, three digits, letters (§9.2)", () => {
    const { client } = watched(open);
    for (const rate of ["0", "0.0", "100", "fast", "1e3", "-1"]) {
      const watcher = new Watcher(client, bob, `rate-${rate}`);
      watcher.subscribe(600, [`Event: presence;max-rate=${rate}`]);
      expect(headerOf(watcher.notifies()[0] ?? "", "Subscription-State")).not.toContain("max-rate");
    }
  });
});

describeWithEviction("design, budgets: presence", (open) => {
  it("a PUBLISH to W watchers is W calls and at most 3 rows", () => {
    const watchers = 8;
    const names = Array.from({ length: watchers }, (_, index) => `watcher${index}@example.com`);
    const network = open().withAccounts(bob, ...names);
    const bobClient = registered(network, bob, "bob-page", { instance: phone });
    for (const name of names) {
      const client = registered(network, name, name.split("@")[0] ?? "", { answers: () => 200 });
      new Watcher(client, bob).subscribe(3600);
    }
    const rows = () => [...network.homes.values()].reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
    const before = { rows: rows(), parcels: network.calls.parcels };
    const first = publish(bobClient, hour, pidf("open", "one"));
    expect(network.calls.parcels - before.parcels).toBe(watchers);
    expect(rows() - before.rows).toBeLessThanOrEqual(3);
    network.advance(1_000);
    publish(bobClient, [...hour, `SIP-If-Match: ${first.entityTag}`], pidf("open", "two"));
    expect(network.calls.parcels - before.parcels).toBe(2 * watchers);
    expect(rows() - before.rows).toBeLessThanOrEqual(6);
  });

  it("a PUBLISH nobody watches is one row and no call, and makes no document", () => {
    const network = open().withAccounts(bob);
    const bobClient = registered(network, bob, "bob-page", { instance: phone });
    const rows = network.home(bob).rowsWritten;
    publish(bobClient, hour, pidf("open", "to myself"));
    expect([network.home(bob).rowsWritten - rows, network.calls.parcels]).toEqual([1, 0]);
    expect(network.home(bob).state.documents.get("presence")).toBeUndefined();
  });

  it("a watched user who idles is one alarm per 15 minutes, and no row", () => {
    const { network, bobClient, client } = watched(open);
    bobClient.pinged = true;
    bobClient.register();
    live(network, 20 * 60_000, bobClient, client);
    const home = network.home(bob);
    const before = { rows: home.rowsWritten, alarms: home.alarmsSet };
    live(network, 30 * 60_000, bobClient, client);
    expect(home.rowsWritten - before.rows).toBe(0);
    expect(home.alarmsSet - before.alarms).toBeLessThanOrEqual(2);
  });
});

describe("design: while too many NOTIFYs are without an answer", () => {
  /** Alice does not answer, and one NOTIFY at a time may be without an answer: Carol's turn does not come. */
  function held() {
    const open = () =>
      new VirtualNetwork({
        settings: (defaults) => ({ ...defaults, events: { ...defaults.events, notifiesUnderWay: 1 } }),
      });
    const { network, bobClient, client: a, watcher } = watched(open);
    const client = registered(network, carol, "carol-page", { answers: () => 200 });
    const second = new Watcher(client, bob);
    second.subscribe(3600);
    network.advance(1_000);
    second.notifies();
    a.end.react = undefined;
    notes(bobClient)("one");
    expect(second.news()).toEqual([]);
    return { network, a, watcher, second };
  }

  it("who refreshes has the newest with it, and no second NOTIFY of the same CSeq (RFC 3261 §12.2.1.1)", () => {
    const { network, a, watcher, second } = held();
    second.refresh();
    for (const frame of watcher.notifies()) a.answer(frame, 200);
    network.advance(5_000);
    expect(second.news()).toEqual(["open (one), active"]);
    expect(network.home(bob).state.documents.get("presence")?.told).toBe(true);
  });
});
