// RFC 4662 and RFC 5367 at the home of the subscriber, which is the server of its lists.

import { expect, it } from "vitest";
import type { Parcel } from "../../src/contracts/parcel";
import type { Settings } from "../../src/contracts/settings";
import { putAccount } from "../../src/home/administration";
import { Buddies, gateway, listLines } from "./support/buddies";
import { registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { alice, bob } from "./support/pair";
import { statusOf, textOf } from "./support/sip-text";
import { carol } from "./support/watched";
import { pidf, publish } from "./support/watcher";

const hour = ["Expires: 3600"];

describeWithEviction("RFC 4662 §4, RFC 5367: one SUBSCRIBE for a whole list", (open) => {
  it("tells of every entry, whatever becomes of it", () => {
    const { buddies, look } = gateway(open);
    const uris = [bob, carol, "nobody@example.com", "far@elsewhere.example"].map((each) => `sip:${each}`);
    expect(buddies.subscribe([...uris, "tel:+15550100"])).toBe(200);
    expect(look()).toEqual({
      [bob]: "active open",
      [carol]: "active closed",
      "nobody@example.com": "terminated noresource",
      "far@elsewhere.example": "terminated noresource",
    });
    expect(buddies.view.kinds[0]).toBe("full");
  });

  it("then of what changes, and of nothing else", () => {
    const { b, buddies, look } = gateway(open);
    buddies.subscribe([`sip:${bob}`, `sip:${carol}`]);
    look();
    publish(b, hour, pidf("open", "lunch"));
    expect(look()[bob]).toBe("active open lunch");
    expect(buddies.view.kinds.at(-1)).toBe(1);
    expect(buddies.view.versions).toEqual(
      buddies.view.versions.map((_, index) => index + (buddies.view.versions[0] ?? 0)),
    );
  });

  it("a refresh brings the full state (§5.6.1), and CSeq rises through everything", () => {
    const { b, buddies, look } = gateway(open);
    buddies.subscribe([`sip:${bob}`, `sip:${carol}`]);
    look();
    publish(b, hour, pidf("closed", "away"));
    look();
    expect(buddies.refresh()).toBe(200);
    expect(look()).toEqual({ [bob]: "active closed away", [carol]: "active closed" });
    expect(buddies.view.kinds.at(-1)).toBe("full");
    expect(buddies.sequences).toEqual([...new Set(buddies.sequences)].sort((x, y) => x - y));
  });

  it("unsubscribed, its last NOTIFY has the list once more (§4.5), and nobody is watched any longer", () => {
    const { network, buddies, look } = gateway(open);
    buddies.subscribe([`sip:${bob}`, `sip:${carol}`]);
    look();
    expect(buddies.refresh(0)).toBe(200);
    expect(look()[bob]).toBe("active open");
    network.advance(5_000);
    for (const user of [alice, bob, carol]) expect(network.home(user).state.subscriptions.size, user).toBe(0);
    expect(network.home(alice).state.lists.size + network.home(alice).state.backEnds.size).toBe(0);
  });

  it("an entry that refuses is a row of the list, and is tried no more (RFC 6665 §4.1.3)", () => {
    const { network, buddies, look } = gateway(open);
    network.home(bob).administer((turn) => putAccount(turn, bob, { blocked: [network.home(alice).aor] }));
    buddies.subscribe([`sip:${bob}`, `sip:${carol}`]);
    expect(look()).toEqual({ [bob]: "terminated rejected", [carol]: "active closed" });
  });

  it("who blocks the subscriber later is shown so, and the others go on", () => {
    const { network, b, buddies, look } = gateway(open);
    buddies.subscribe([`sip:${bob}`, `sip:${carol}`]);
    look();
    network.home(carol).administer((turn) => putAccount(turn, carol, { blocked: [network.home(alice).aor] }));
    expect(look()[carol]).toBe("terminated rejected");
    publish(b, hour, pidf("open", "still here"));
    expect(look()[bob]).toBe("active open still here");
  });

  it("who looks once is told what is known, and nobody is watched for him (RFC 6665 §4.4.3)", () => {
    const { network, buddies, look } = gateway(open);
    expect(buddies.subscribe([`sip:${bob}`], listLines, 0)).toBe(200);
    expect(Object.keys(look())).toEqual([bob]);
    network.advance(5_000);
    expect([network.home(alice).state.lists.size, network.home(bob).state.subscriptions.size]).toEqual([
      0, 0,
    ]);
  });

  it("the user himself may be on it", () => {
    const { buddies, look } = gateway(open);
    buddies.subscribe([`sip:${alice}`]);
    expect(look()).toEqual({ [alice]: "active open" });
  });
});

describeWithEviction("RFC 4662, RFC 5367: what is refused", (open) => {
  it.each([
    [421, listLines.filter((line) => !line.startsWith("Supported"))],
    [406, listLines.map((line) => (line.startsWith("Accept") ? "Accept: application/pidf+xml" : line))],
    [489, listLines.map((line) => (line.startsWith("Event") ? "Event: nosuch" : line))],
    [415, listLines.map((line) => line.replace("application/resource-lists+xml", "text/plain"))],
    [420, [...listLines, "Require: everything"]],
  ])("%i", (status, lines) => {
    const { network, buddies } = gateway(open);
    expect(buddies.subscribe([`sip:${bob}`], lines)).toBe(status);
    expect(network.home(alice).state.lists.size).toBe(0);
  });

  it("413 for more entries than a list may have", () => {
    const { buddies } = gateway(open);
    const uris = Array.from({ length: 300 }, (_, index) => `sip:u${index}@example.com`);
    expect(buddies.subscribe(uris)).toBe(413);
  });

  it("a list on a list goes round in no circle: its entry is refused (§7.4)", () => {
    const { a, buddies, look } = gateway(open);
    buddies.subscribe([`sip:${bob}`]);
    look();
    expect(new Buddies(a, "second").subscribe([`sip:${alice}`])).toBe(200);
    expect(Object.keys(look())).toEqual([bob]);
  });
});

describeWithEviction("RFC 4662: a list through what breaks", (open) => {
  it("the subscriber's home is killed: nothing that was told by an entry is lost", () => {
    const { network, a, b, buddies, look } = gateway(open);
    buddies.subscribe([`sip:${bob}`, `sip:${carol}`]);
    look();
    publish(b, hour, pidf("open", "before"));
    network.kill(alice, { keepingSockets: true });
    expect(look()[bob]).toBe("active open before");
    publish(b, hour, pidf("open", "after"));
    expect(look()[bob]).toContain("open");
    expect(a.end.closed).toBeUndefined();
  });

  it("the page is away for a moment: it is told the full state when it is back", () => {
    const { network, a, b, buddies, look } = gateway(open);
    buddies.subscribe([`sip:${bob}`, `sip:${carol}`]);
    look();
    a.close();
    publish(b, hour, pidf("closed", "gone out"));
    network.advance(3_000);
    a.connect().register();
    expect(look()).toEqual({ [bob]: "active closed gone out", [carol]: "active closed" });
    expect(buddies.view.kinds.at(-1)).toBe("full");
  });

  it("an entry's home is killed: its watcher is told on", () => {
    const { network, b, buddies, look } = gateway(open);
    buddies.subscribe([`sip:${bob}`]);
    look();
    network.kill(bob, { keepingSockets: true });
    publish(b, hour, pidf("open", "back"));
    expect(look()[bob]).toBe("active open back");
  });

  it("goes on for hours: the virtual subscriptions are refreshed together, and unseen", () => {
    const { network, a, b, buddies, look } = gateway(open);
    buddies.subscribe([`sip:${bob}`, `sip:${carol}`]);
    look();
    for (let minutes = 0; minutes < 150; minutes += 2) {
      network.advance(2 * 60_000);
      for (const client of [a, b]) client.register();
      if (minutes % 8 === 0) buddies.refresh();
    }
    expect(look()).toEqual({ [bob]: "active open", [carol]: "active closed" });
    publish(b, hour, pidf("closed", "late"));
    expect(look()[bob]).toBe("active closed late");
  });
});

describeWithEviction("RFC 3261 §12.2.2, RFC 6665 §4.1.3: what a notifier says out of turn", (open) => {
  it("an older NOTIFY is 500, one of another dialog 481, and neither changes the list", () => {
    const { network, b, buddies, look } = gateway(open);
    const told: Parcel[] = [];
    network.fate = (parcel) => {
      if (parcel.from === bob && parcel.key.endsWith("NOTIFY")) told.push(parcel);
      return "arrives";
    };
    buddies.subscribe([`sip:${bob}`]);
    look();
    publish(b, hour, pidf("open", "newer"));
    look();
    const [first] = told;
    const replies: number[] = [];
    const say = (change: (text: string) => string): void => {
      const frame = change(textOf(first?.frame ?? ""));
      const key = `z9hG4bK${replies.length} NOTIFY`;
      network.home(alice).step({ kind: "parcelReceived", parcel: { ...(first as Parcel), key, frame } });
      const reply = network.home(alice).state.replies.get(key);
      replies.push(reply?.kind === "answered" ? statusOf(reply.frame) : 0);
    };
    say((text) => text);
    say((text) => text.replace(/^(From: .*;tag=).*$/m, "$1another"));
    say((text) => text.replace(/^(To: .*;tag=).*$/m, "$1another"));
    expect(replies).toEqual([500, 481, 481]);
    expect(look()).toEqual({ [bob]: "active open newer" });
  });
});

describeWithEviction("the cost of a list", (open) => {
  it("one change is one call to the list's home, one to the page, and at most two rows there", () => {
    const { network, b, buddies, look } = gateway(open);
    buddies.subscribe([`sip:${bob}`, `sip:${carol}`]);
    look();
    const { parcels } = network.calls;
    const rows = network.home(alice).rowsWritten;
    publish(b, hour, pidf("open", "news"));
    look();
    expect(network.calls.parcels - parcels).toBe(1);
    expect(network.home(alice).rowsWritten - rows).toBeLessThanOrEqual(2);
  });

  it("two hundred entries are one SUBSCRIBE of the client's and a few NOTIFYs", () => {
    const names = Array.from({ length: 200 }, (_, index) => `u${index}@example.com`);
    const network = open().withAccounts(alice, ...names);
    const a = registered(network, alice, "alice", { answers: () => 200 });
    const buddies = new Buddies(a);
    expect(buddies.subscribe(names.map((each) => `sip:${each}`))).toBe(200);
    network.advance(10_000);
    const seen = buddies.look();
    expect(Object.keys(seen)).toHaveLength(200);
    expect(new Set(Object.values(seen))).toEqual(new Set(["active closed"]));
    expect(buddies.view.kinds.length).toBeLessThan(12);
    expect(textOf(a.takeAll()[0] ?? "")).toBe("");
  });
});

describeWithEviction("RFC 3323 §4.1.1.3: a list that is subscribed to anonymously", (open) => {
  it("is so to its entries too, who hear nowhere who it is, and are told of and left as ever", () => {
    const allowed = (defaults: Settings): Settings => {
      const { events } = defaults;
      return { ...defaults, events: { ...events, watchers: { ...events.watchers, anonymous: true } } };
    };
    const { network, buddies, look } = gateway(() => open({ settings: allowed }));
    buddies.from = "sip:anonymous@anonymous.invalid";
    expect(buddies.subscribe([`sip:${bob}`])).toBe(200);
    expect(look()).toEqual({ [bob]: "active open" });
    const [seen] = network.home(bob).state.subscriptions.values();
    expect(seen?.anonymous).toBe(true);
    expect([seen?.remoteUri, seen?.remoteTarget].join()).not.toContain("alice");
    buddies.refresh(0);
    network.advance(5_000);
    expect(network.home(bob).state.subscriptions.size).toBe(0);
  });
});
