// The races that bite elsewhere: what two devices say at once, what crosses a restart, and what comes late. One object
// orders everything that happens to one presentity, so each has one outcome.

import { expect, it } from "vitest";
import type { Frame } from "../../src/sip/frame";
import { cancelOf, respond, rung, taken } from "./support/call";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, desk, phone } from "./support/pair";
import { bodyOf, headerOf, statusOf, textOf } from "./support/sip-text";
import { carol, watched } from "./support/watched";
import { cseqOf, pidf, publish, Watcher } from "./support/watcher";

const hour = ["Expires: 3600"];

const publishText = (client: Client, note: string): string => {
  const lines = ["Event: presence", "Content-Type: application/pidf+xml", ...hour];
  return client.text("PUBLISH", `sip:${client.user}`, client.user, lines, pidf("open", note));
};

const notesIn = (frame: Frame): readonly string[] =>
  [...bodyOf(frame).matchAll(/<note[^>]*>([^<]*)</g)].map(([, note]) => note ?? "");

/** RFC 3261 §12.2.2: a subscriber refuses what is not newer than what it has. */
function rises(frames: readonly Frame[]): void {
  const sequence = frames.map(cseqOf);
  expect(sequence).toEqual([...new Set(sequence)].sort((a, b) => a - b));
}

describeWithEviction("two devices PUBLISH at once", (open) => {
  it("both are told, in one document, whichever came first", () => {
    const { network, bobClient, watcher } = watched(open);
    const second = registered(network, bob, "second", { instance: desk, answers: () => 200 });
    bobClient.sendOnly(publishText(bobClient, "at the desk"));
    second.sendOnly(publishText(second, "on the move"));
    network.settle();
    network.advance(2_000);
    const told = watcher.notifies();
    rises(told);
    expect([...notesIn(told.at(-1) ?? "")].sort()).toEqual(["at the desk", "on the move"]);
    for (const client of [bobClient, second]) {
      expect(client.takeAll().map(statusOf).filter(Boolean)).toEqual([200]);
    }
  });

  it("two that modify the same publication: one is taken, the other is 412 and can begin anew (RFC 3903 §6)", () => {
    const { network, bobClient, watcher } = watched(open);
    const first = publish(bobClient, hour, pidf("open", "one"));
    const lines = [...hour, `SIP-If-Match: ${first.entityTag}`];
    const two = publish(bobClient, lines, pidf("open", "two"));
    const late = publish(bobClient, lines, pidf("open", "late"));
    expect([two.status, late.status]).toEqual([200, 412]);
    const again = publish(bobClient, [...hour, `SIP-If-Match: ${two.entityTag}`], pidf("open", "three"));
    expect(again.status).toBe(200);
    network.advance(2_000);
    const told = watcher.notifies();
    rises(told);
    expect(notesIn(told.at(-1) ?? "")).toEqual(["three"]);
  });
});

describeWithEviction("PUBLISH beside REGISTER", (open) => {
  it("what is published stands, however often the device registers or reloads meanwhile", () => {
    const { network, bobClient, watcher } = watched(open);
    bobClient.sendOnly(bobClient.registerText());
    bobClient.sendOnly(publishText(bobClient, "here"));
    bobClient.sendOnly(bobClient.registerText());
    network.settle();
    bobClient.close();
    network.advance(3_000);
    bobClient.connect().register();
    network.advance(2_000);
    const told = watcher.notifies();
    rises(told);
    expect(told.map(notesIn).at(-1)).toEqual(["here"]);
    expect(told).toHaveLength(1);
  });
});

describeWithEviction("a watcher's page was away, and the word of it is lost between the homes", (open) => {
  it("that it is back: it is told what is all the same", () => {
    const { network, bobClient, client, watcher } = watched(open);
    client.close();
    publish(bobClient, hour, pidf("open", "one"));
    network.advance(1_000);
    network.fateOfNews = "lost";
    client.connect().register();
    network.advance(60_000);
    expect(watcher.news()).toEqual(["open (one), active"]);
  });

  it("that it is gone: its subscription goes with it all the same", () => {
    const { network, bobClient, client } = watched(open);
    client.close();
    publish(bobClient, hour, pidf("open", "for nobody"));
    network.fateOfNews = "lost";
    network.advance(60_000);
    expect(network.home(bob).state.subscriptions.size).toBe(0);
  });
});

describeWithEviction("terminated before early", (open) => {
  it("a call that is cancelled as it begins to ring leaves no lamp lit", () => {
    const network = open().withAccounts(alice, bob, carol);
    const a = registered(network, alice, "alice");
    const b = registered(network, bob, "bob", { instance: phone });
    const c = registered(network, carol, "carol", { answers: () => 200 });
    const watcher = new Watcher(c, bob, "lamp");
    watcher.subscribe(600, ["Event: dialog"]);
    const { sent, invite } = rung(a, b);
    a.send(cancelOf(sent));
    // The 180 that was on its way when the CANCEL came, and its 487.
    respond(b, invite, 180);
    b.answer(taken(b, "CANCEL"), 200);
    respond(b, invite, 487);
    network.advance(60_000);
    const told = watcher.notifies();
    rises(told);
    const states = told.map((frame) => /<state[^>]*>(\w+)/.exec(bodyOf(frame))?.[1] ?? "idle");
    expect(states.at(-1)).toMatch(/terminated|idle/);
    expect(states.lastIndexOf("early")).toBeLessThan(states.length - 1);
  });
});

describeWithEviction("refresh at expiry", (open) => {
  it("one that comes in the last moment is taken, one that comes after it is 481, and never both", () => {
    const { network, watcher } = watched(open);
    watcher.refresh(60);
    network.advance(59_990);
    expect(statusOf(watcher.refresh(60))).toBe(200);
    expect(network.home(bob).state.subscriptions.size).toBe(1);
    // Whoever has refreshed is kept for three steps of seven eighths more, counted from the row.
    network.advance(10 + 3 * 52_500);
    watcher.notifies();
    expect(statusOf(watcher.refresh(60))).toBe(481);
    expect(network.home(bob).state.subscriptions.size).toBe(0);
  });
});

describeWithEviction("a restart between PUBLISH and NOTIFY", (open) => {
  it.each(["publisher", "watcher"])(
    "of the %s's home: the watcher has the newest, and nothing older after it",
    (whose) => {
      const { network, bobClient, watcher } = watched(open);
      const first = publish(bobClient, hour, pidf("open", "one"));
      network.advance(1_000);
      bobClient.sendOnly(
        bobClient.text(
          "PUBLISH",
          `sip:${bob}`,
          bob,
          [
            "Event: presence",
            "Content-Type: application/pidf+xml",
            ...hour,
            `SIP-If-Match: ${first.entityTag}`,
          ],
          pidf("open", "two"),
        ),
      );
      network.kill(whose === "publisher" ? bob : alice, { keepingSockets: true });
      network.advance(60_000);
      const told = watcher.notifies();
      rises(told);
      expect(told.map(notesIn).at(-1)).toEqual(["two"]);
    },
  );
});

describeWithEviction("a watcher whose socket died", (open) => {
  it("costs the others nothing, and is told the newest state once it is back", () => {
    const { network, bobClient, client, watcher } = watched(open);
    const other = registered(network, carol, "carol", { answers: () => 200 });
    const second = new Watcher(other, bob);
    second.subscribe();
    second.notifies();
    network.cutSockets(alice);
    publish(bobClient, hour, pidf("open", "news"));
    network.advance(1_000);
    expect(second.news()).toEqual(["open (news), active"]);
    client.connect().register();
    network.advance(5_000);
    const told = watcher.notifies();
    rises(told);
    expect(told.map(notesIn).at(-1)).toEqual(["news"]);
  });
});

describeWithEviction("412 recovery (RFC 3903 §4.1)", (open: OpenNetwork) => {
  it("a client that lost its entity-tag publishes anew, and the old state ends by its time", () => {
    const { network, bobClient, watcher } = watched(open);
    publish(bobClient, ["Expires: 60"], pidf("open", "old"));
    network.advance(1_000);
    const lost = publish(bobClient, ["Expires: 3600", "SIP-If-Match: lost"], pidf("open", "new"));
    expect(lost.status).toBe(412);
    expect(textOf(lost.answer)).not.toContain("SIP-ETag");
    expect(publish(bobClient, ["Expires: 3600"], pidf("open", "new")).status).toBe(200);
    for (let left = 90; left > 0; left -= 30) {
      network.advance(30_000);
      bobClient.register();
    }
    network.advance(2_000);
    const told = watcher.notifies();
    rises(told);
    expect(told.map(notesIn).at(-1)).toEqual(["new"]);
    expect(headerOf(told.at(-1), "Subscription-State")).toMatch(/^active/);
  });
});
