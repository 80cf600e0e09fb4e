// Many watchers at once, and watchers who ask for more than is theirs (design "Trust"): what each costs the home they watch.

import { describe, expect, it } from "vitest";
import { after, epochMs, millis } from "../../src/base/brand";
import { registered } from "./support/client";
import { bob } from "./support/pair";
import { statusOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { carol, watched } from "./support/watched";
import { pidf, publish, Watcher } from "./support/watcher";
import { putXcap, rule, ruleset } from "./support/xcap";

const hour = ["Expires: 3600"];
const rules = "pres-rules/index";

describe("RFC 5025 §4 for many watchers", () => {
  it("whose permissions are the same, the document is cut once", () => {
    const names = Array.from({ length: 40 }, (_, index) => `watcher${index}@example.com`);
    const network = new VirtualNetwork().withAccounts(bob, ...names);
    const everybody = "<cr:identity><cr:many/></cr:identity>";
    const services = "<pr:provide-services><pr:all-services/></pr:provide-services>";
    putXcap(network, bob, rules, ruleset(rule("allow", everybody, services)));
    const watchers = names.map((name) => {
      const watcher = new Watcher(
        registered(network, name, name.split("@")[0] ?? "", { answers: () => 200 }),
        bob,
      );
      watcher.subscribe(3600);
      return watcher;
    });
    putXcap(network, bob, "pidf-manipulation/index", pidf("closed", "secret"));
    network.advance(1_000);
    for (const watcher of watchers) expect(watcher.news().at(-1)).toBe("closed, active");
    expect(network.home(bob).state.shown?.byPermissions.size).toBe(1);
  });
});

describe("RFC 3856 §7 for many who look", () => {
  it("the document is composed when something in it is another, and not for each of them", () => {
    const { network, bobClient, client } = watched((options) => new VirtualNetwork(options));
    publish(bobClient, hour, pidf("open", "one"));
    putXcap(network, bob, "pidf-manipulation/index", pidf("closed", "two"));
    const { composed } = network.home(bob).state;
    for (let count = 0; count < 5; count++) new Watcher(client, bob, `look-${count}`).subscribe(0);
    network.advance(1_000);
    expect(network.home(bob).state.composed).toBe(composed);
    putXcap(network, bob, "pidf-manipulation/index", pidf("closed", "three"));
    expect(network.home(bob).state.composed?.text).toContain("three");
  });
});

describe("design, Trust: watchers who do not answer", () => {
  const open = () => new VirtualNetwork();

  it("and look once, again and again, hold no more than one may", () => {
    const { network, bobClient, watcher } = watched(open);
    const stranger = registered(network, carol, "carol-page");
    const statuses = Array.from({ length: 60 }, (_, index) =>
      statusOf(new Watcher(stranger, bob, `look-${index}`).subscribe(0)),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(480);
    expect(network.home(bob).state.notifiers.size).toBe(20);
    publish(bobClient, hour, pidf("open", "still told"));
    expect(watcher.news()).toEqual(["open (still told), active"]);
  });

  it("leave nothing behind by asking for a rate", () => {
    const { network, client } = watched(open);
    for (let count = 0; count < 10; count++) {
      const watcher = new Watcher(client, bob, `rate-${count}`);
      watcher.subscribe(count < 5 ? 0 : 600, ["Event: presence;max-rate=1"]);
      watcher.refresh(0, ["Event: presence"]);
    }
    network.advance(1_000);
    expect(network.home(bob).state.notifiedAt.size).toBe(0);
  });

  it("do not keep the user from sending, however large what they are told", () => {
    const { network, bobClient, client } = watched(
      () =>
        new VirtualNetwork({
          settings: (defaults) => ({ ...defaults, limits: { ...defaults.limits, openOctets: 20_000 } }),
        }),
    );
    for (let count = 0; count < 19; count++) new Watcher(client, bob, `silent-${count}`).subscribe(600);
    network.advance(1_000);
    client.end.react = undefined;
    bobClient.sendOnly(
      bobClient.text(
        "PUBLISH",
        `sip:${bob}`,
        bob,
        ["Event: presence", ...hour, "Content-Type: application/pidf+xml"],
        pidf("open", "n".repeat(2_000)),
      ),
    );
    network.settle();
    expect(network.home(bob).state.notifiers.size).toBeGreaterThan(5);
    expect(bobClient.message(carol, "hello")).toBe(202);
  });
});

describe("design: subscriptions that end together", () => {
  it("are told so in bursts too", () => {
    const { network, bobClient, client, watcher } = watched(() => new VirtualNetwork());
    const home = network.home(bob);
    const { subscriptions } = home.state;
    const [one] = subscriptions.values();
    const many = 120;
    for (let count = 0; one !== undefined && count < many; count++) {
      const names = { id: `id${count}`, callId: `call${count}`, watcher: `nobody${count}@example.com` };
      subscriptions.put({
        ...one,
        ...names,
        expiresAt: after(epochMs(network.now), millis(5_000)),
      });
    }
    const { parcels } = network.calls;
    network.now += 6_000;
    home.step({ kind: "timePassed" });
    expect(network.calls.parcels - parcels).toBe(network.ports.settings.events.notifiesAtOnce);
    network.advance(1_000);
    expect(network.calls.parcels - parcels).toBe(many);
    expect(subscriptions.size).toBe(1);
    publish(bobClient, hour, pidf("open", "on"));
    expect([client.end.closed, watcher.news()]).toEqual([undefined, ["open (on), active"]]);
  });
});
