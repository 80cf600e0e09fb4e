import { expect, it } from "vitest";
import { registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { alice, bob, desk, phone } from "./support/pair";
import { headerOf, sip, statusOf, textOf } from "./support/sip-text";
import type { VirtualNetwork } from "./support/virtual-network";
import { carol, live, watched } from "./support/watched";
import { cseqOf, pidf, publish, Watcher } from "./support/watcher";
import { identity, putXcap, rule, ruleset } from "./support/xcap";

const hour = ["Expires: 3600"];

describeWithEviction("RFC 3903 §6: PUBLISH", (open) => {
  it("is answered 200 with SIP-ETag and Expires, and each answer has another entity-tag", () => {
    const { bobClient } = watched(open);
    const first = publish(bobClient, hour, pidf("open", "at my desk"));
    expect([first.status, headerOf(first.answer, "Expires")]).toEqual([200, "3600"]);
    const refreshed = publish(bobClient, [...hour, `SIP-If-Match: ${first.entityTag}`]);
    expect(refreshed.status).toBe(200);
    expect(refreshed.entityTag).not.toBe(first.entityTag);
    expect(first.entityTag).toMatch(/^token\d+$/);
  });

  it("initial, modified and removed: watchers hear of each; of a refresh they do not", () => {
    const { network, bobClient, watcher } = watched(open);
    const first = publish(bobClient, hour, pidf("open", "at my desk"));
    expect(watcher.news()).toEqual(["open (at my desk), active"]);
    network.advance(1_000);
    const refreshed = publish(bobClient, [...hour, `SIP-If-Match: ${first.entityTag}`]);
    expect(watcher.news()).toEqual([]);
    const changed = publish(
      bobClient,
      [...hour, `SIP-If-Match: ${refreshed.entityTag}`],
      pidf("closed", "lunch"),
    );
    expect(watcher.news()).toEqual(["closed (lunch), active"]);
    network.advance(1_000);
    expect(publish(bobClient, ["Expires: 0", `SIP-If-Match: ${changed.entityTag}`]).status).toBe(200);
    expect(watcher.news()).toEqual(["open, active"]);
  });

  it("412 for an entity-tag that is not the newest, 423 with Min-Expires, 415 with Accept, 489 with Allow-Events", () => {
    const { bobClient, watcher } = watched(open);
    const first = publish(bobClient, hour, pidf("open", "here"));
    watcher.notifies();
    publish(bobClient, [...hour, `SIP-If-Match: ${first.entityTag}`]);
    expect(publish(bobClient, [...hour, `SIP-If-Match: ${first.entityTag}`]).status).toBe(412);
    const brief = publish(bobClient, ["Expires: 59"], pidf("open", "here"));
    expect([brief.status, headerOf(brief.answer, "Min-Expires")]).toEqual([423, "60"]);
    const typed = publish(bobClient, [...hour, "Content-Type: text/plain"], "here");
    expect([typed.status, headerOf(typed.answer, "Accept")]).toEqual([415, "application/pidf+xml"]);
    const event = publish(bobClient, [...hour, "Event: nosuch"], pidf("open", "here"));
    expect([event.status, headerOf(event.answer, "Allow-Events")]).toEqual([489, "presence"]);
    expect(publish(bobClient, hour).status).toBe(400);
    expect(watcher.news()).toEqual([]);
  });

  it("489 names what is served where there is no Event at all (§6 step 2, §11.1)", () => {
    const { bobClient } = watched(open);
    const answer = bobClient.ask(bobClient.text("PUBLISH", `sip:${bob}`, bob, hour));
    expect([statusOf(answer), headerOf(answer, "Allow-Events")]).toEqual([489, "presence"]);
  });

  it("420 with Unsupported for an extension it is required to know (RFC 3261 §8.2.2.3)", () => {
    const { bobClient, watcher } = watched(open);
    const { status, answer } = publish(bobClient, [...hour, "Require: foo, bar"], pidf("open", "here"));
    expect([status, headerOf(answer, "Unsupported")]).toEqual([420, "foo, bar"]);
    expect(watcher.news()).toEqual([]);
  });

  it("for somebody else is 403, and nothing changes", () => {
    const { network, client, watcher } = watched(open);
    expect(publish(client, hour, pidf("open", "not me"), bob).status).toBe(403);
    expect(watcher.news()).toEqual([]);
    expect(network.home(bob).state.publications.size).toBe(0);
  });

  it("a document that is an attack is 400, and nothing changes", () => {
    const { bobClient, watcher } = watched(open);
    const bomb = pidf("open", "&a;").replace("?>", '?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">]>');
    expect(publish(bobClient, hour, bomb).status).toBe(400);
    expect(publish(bobClient, hour, "<".repeat(1_000)).status).toBe(400);
    expect(watcher.news()).toEqual([]);
  });

  it.each([
    ["a root of another name", '<evil\n xmlns="urn:x\r\nX-Injected: yes"/>'],
    ["an entity with line breaks", pidf("open", "x", "sip:bob@example.com&#13;&#10;X-Injected: yes")],
    ["an entity that nobody could write", pidf("open", "x", `&#10;${"\u96fb".repeat(5_000)}`)],
    ["an unknown prefix", "<a:b>&#10;</a:b>"],
  ])("a document with %s is 400 with a status line of ours: no word of it comes back", (_what, document) => {
    const { bobClient } = watched(open);
    const { answer } = publish(bobClient, hour, document);
    expect(textOf(answer).split("\r\n", 1)).toEqual(["SIP/2.0 400 Bad Presence Document"]);
    expect(textOf(answer)).not.toContain("Injected");
  });

  it("ends with its device when it asked for that: a closed tab does not stay open for an hour", () => {
    const { network, bobClient, watcher } = watched(open);
    const lines = [...hour, "Durasip-Ends-With: Device"];
    expect(publish(bobClient, lines, pidf("open", "at my desk")).status).toBe(200);
    expect(watcher.news()).toEqual(["open (at my desk), active"]);
    bobClient.close();
    network.advance(9_000);
    expect(watcher.news()).toEqual([]);
    network.advance(2_000);
    expect(watcher.news()).toEqual(["closed, active"]);
    expect(network.home(bob).state.publications.size).toBe(0);
  });

  it("outlives its device when it did not ask, and a reload within the grace when it did", () => {
    const { network, bobClient, watcher } = watched(open);
    publish(bobClient, hour, pidf("open", "out of office"));
    publish(bobClient, [...hour, "Durasip-Ends-With: device"], pidf("open", "here"));
    bobClient.close();
    network.advance(5_000);
    const back = registered(network, bob, "bob-reloaded", { instance: phone, answers: () => 200 });
    network.advance(20_000);
    expect(network.home(bob).state.publications.size).toBe(2);
    back.register({ expires: 0 });
    network.settle();
    expect(
      [...network.home(bob).state.publications.values()].map(({ body }) => body.includes("office")),
    ).toEqual([true]);
    expect(watcher.news().at(-1)).toBe("open (out of office), active");
  });

  it("expires by itself: the watchers hear of it, by the alarm", () => {
    const { network, bobClient, client, watcher } = watched(open);
    publish(bobClient, ["Expires: 120"], pidf("open", "for two minutes"));
    watcher.notifies();
    live(network, 121_000, bobClient, client);
    expect(watcher.news()).toEqual(["open, active"]);
    expect(network.home(bob).state.publications.size).toBe(0);
  });
});

describeWithEviction("design, Presence: a user who cannot publish", (open) => {
  it("is open while registered and closed after the grace", () => {
    const { network, bobClient, watcher } = watched(open);
    bobClient.close();
    network.advance(9_000);
    expect(watcher.news()).toEqual([]);
    network.advance(2_000);
    expect(watcher.news()).toEqual(["closed, active"]);
    network.advance(1_000);
    bobClient.connect().register();
    network.settle();
    expect(watcher.news()).toEqual(["open, active"]);
  });

  it("is closed at once when he unregisters, and open while any device is here", () => {
    const { network, bobClient, watcher } = watched(open);
    const second = registered(network, bob, "second", { instance: desk });
    bobClient.register({ expires: 0 });
    expect(watcher.news()).toEqual([]);
    second.register({ expires: 0 });
    expect(watcher.news()).toEqual(["closed, active"]);
  });

  it("is closed when his binding runs out, or his sockets vanish unseen", () => {
    const one = watched(open);
    live(one.network, 16 * 60_000, one.client);
    expect(one.watcher.news()).toEqual(["closed, active"]);
    const two = watched(open);
    two.network.cutSockets(bob);
    live(two.network, 16 * 60_000, two.client);
    expect(two.watcher.news()).toEqual(["closed, active"]);
  });

  it("is open within the grace to whoever looks", () => {
    const { network, bobClient } = watched(open);
    bobClient.close();
    network.advance(5_000);
    const other = new Watcher(registered(network, carol, "carol-page", { answers: () => 200 }), bob);
    other.subscribe(0);
    expect(other.news()).toEqual(["open, terminated;reason=timeout"]);
  });

  it("a reload is no news", () => {
    const { network, bobClient, watcher } = watched(open);
    bobClient.close();
    registered(network, bob, "after-reload", { instance: phone });
    network.advance(60_000);
    expect(watcher.news()).toEqual([]);
  });
});

describeWithEviction("design, SUBSCRIBE, PUBLISH, NOTIFY: a watcher's page that is away", (open) => {
  it("is owed the newest state, and sent it once when it is back", () => {
    const { network, bobClient, client, watcher } = watched(open);
    client.close();
    const one = publish(bobClient, hour, pidf("open", "one"));
    network.advance(1_000);
    publish(bobClient, [...hour, `SIP-If-Match: ${one.entityTag}`], pidf("open", "two"));
    network.advance(5_000);
    client.connect().register();
    network.settle();
    expect(watcher.news()).toEqual(["open (two), active"]);
    network.advance(60_000);
    expect(watcher.news()).toEqual([]);
  });

  it("that does not come back takes its subscription with it", () => {
    const { network, bobClient, client } = watched(open);
    client.close();
    network.advance(60_000);
    publish(bobClient, hour, pidf("open", "for nobody"));
    network.settle();
    expect(network.home(bob).state.subscriptions.size).toBe(0);
    expect(network.home(alice).state.dialogs.size).toBe(0);
  });

  it("left behind by a reload is gone: the first NOTIFY to it ends the subscription", () => {
    const { network, bobClient, client } = watched(open);
    client.close();
    const reloaded = registered(network, alice, "reloaded", { instance: desk, answers: () => 200 });
    publish(bobClient, hour, pidf("open", "for nobody"));
    network.settle();
    expect(network.home(bob).state.subscriptions.size).toBe(0);
    expect(reloaded.takeRequests()).toEqual([]);
  });

  it("never holds up the others", () => {
    const { network, bobClient, client } = watched(open);
    const other = registered(network, carol, "carol-page", { instance: desk, answers: () => 200 });
    const second = new Watcher(other, bob);
    second.subscribe(3600);
    second.notifies();
    client.end.react = undefined;
    const one = publish(bobClient, hour, pidf("open", "one"));
    network.advance(1_000);
    publish(bobClient, [...hour, `SIP-If-Match: ${one.entityTag}`], pidf("open", "two"));
    expect(second.news()).toEqual(["open (one), active", "open (two), active"]);
    expect(network.home(bob).state.subscriptions.size).toBe(2);
  });
});

describeWithEviction("RFC 6665 §4.2.2, §4.4.1: a subscription that is not refreshed", (open) => {
  it("ends by the alarm with a final NOTIFY, and both homes forget", () => {
    const network = open().withAccounts(alice, bob);
    const client = registered(network, alice, "alice-page", { instance: desk, answers: () => 200 });
    const watcher = new Watcher(client, bob);
    watcher.subscribe(60);
    watcher.notifies();
    network.advance(61_000);
    expect(watcher.news()).toEqual(["closed, terminated;reason=timeout"]);
    expect(network.home(bob).state.subscriptions.size).toBe(0);
    network.advance(60_000);
    expect(network.home(alice).state.dialogs.size).toBe(0);
    expect(network.home(alice).rows.dialogs.size).toBe(0);
  });
});

describeWithEviction("design: a crash between PUBLISH and NOTIFY", (open) => {
  it("loses no news: the watchers are told when the home is read again, with a CSeq that still rises", () => {
    const { network, bobClient, client, watcher } = watched(open);
    publish(bobClient, hour, pidf("open", "before"));
    const sequence = watcher.notifies().map(cseqOf);
    const [type, body] = ["Content-Type: application/pidf+xml", pidf("closed", "the news")];
    bobClient.sendOnly(
      bobClient.text("PUBLISH", `sip:${bob}`, bob, ["Event: presence", ...hour, type], body),
    );
    expect(statusOf(bobClient.take())).toBe(200);
    // The 200 is out; the calls with the NOTIFYs die with the home.
    network.fate = () => "lost";
    network.kill(bob, { keepingSockets: true });
    // Dead again as soon as its NOTIFY has reached the watcher, before it could hear the answer.
    network.fate = () => "unanswered";
    network.advance(1);
    network.kill(bob, { keepingSockets: true });
    network.advance(1);
    network.fate = () => "arrives";
    network.kill(bob, { keepingSockets: true });
    network.settle();
    const notifies = watcher.notifies();
    expect(textOf(notifies.at(-1))).toContain("the news");
    for (const notify of notifies) {
      expect(cseqOf(notify)).toBeGreaterThan(sequence.at(-1) ?? 0);
      sequence.push(cseqOf(notify));
    }
    expect(client.end.closed).toBeUndefined();
    expect(network.home(bob).state.documents.get("presence")?.told).toBe(true);
  });

  it("CSeq rises strictly through everything that makes a NOTIFY", () => {
    const { network, bobClient, client, watcher } = watched(open);
    const sequence: number[] = [];
    const collect = () => sequence.push(...watcher.notifies().map(cseqOf));
    for (let round = 0; round < 4; round++) {
      publish(bobClient, hour, pidf("open", `round ${round}`));
      collect();
      watcher.refresh(3600);
      collect();
      network.kill(bob, { keepingSockets: true });
      network.settle();
      collect();
      bobClient.close();
      network.advance(11_000);
      collect();
      bobClient.connect().register();
      network.settle();
      collect();
      client.register();
    }
    expect(sequence.length).toBeGreaterThanOrEqual(8);
    expect(sequence.every((cseq, index) => index === 0 || cseq > (sequence[index - 1] ?? 0))).toBe(true);
  });
});

describeWithEviction("RFC 3856 §6.1: who asks", (open) => {
  it("two watchers of one user get the same document, each in a dialog of his own", () => {
    const { network, bobClient, watcher } = watched(open);
    const other = registered(network, carol, "carol-page", { instance: desk, answers: () => 200 });
    const second = new Watcher(other, bob);
    second.subscribe(3600);
    second.notifies();
    publish(bobClient, hour, pidf("open", "for all"));
    expect([watcher.news(), second.news()]).toEqual([["open (for all), active"], ["open (for all), active"]]);
  });

  it("OPTIONS to the domain tells what is served (RFC 3261 §11.2)", () => {
    const { client } = watched(open);
    const answer = client.ask(sip`
      OPTIONS sip:example.com SIP/2.0
      Via: SIP/2.0/WSS alice-page.invalid;branch=z9hG4bKhjhs8ass877
      Max-Forwards: 70
      From: <sip:alice@example.com>;tag=1928301774
      To: <sip:example.com>
      Call-ID: a84b4c76e66710
      CSeq: 63104 OPTIONS
      Content-Length: 0`);
    expect([statusOf(answer), headerOf(answer, "Supported")]).toEqual([200, "path, outbound, gruu"]);
    expect(headerOf(answer, "Allow-Events")).toBe("presence, dialog, reg, message-summary, xcap-diff");
    expect(headerOf(answer, "Allow")).toBe(
      "INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, INFO, REFER, OPTIONS, REGISTER, MESSAGE, SUBSCRIBE, NOTIFY, PUBLISH",
    );
  });
});

describeWithEviction("RFC 6665 §6.2: what a politely blocked watcher could tell it by", (open) => {
  const cseqs = (watcher: Watcher) => watcher.notifies().map(cseqOf);
  const word = (network: VirtualNetwork, handling: "allow" | "confirm" | "polite-block") =>
    putXcap(network, bob, "pres-rules/index", ruleset(rule(handling, identity(carol))));

  it.each(["polite-block", "confirm"] as const)(
    "%s: CSeq does not rise with what he does not see, neither in a dialog nor from one to the next",
    (handling) => {
      const { network, bobClient } = watched(open);
      word(network, handling);
      const client = registered(network, carol, "carol-page", { answers: () => 200 });
      const watcher = new Watcher(client, bob);
      watcher.subscribe(3600);
      const [first = 0] = cseqs(watcher);
      for (const note of ["one", "two", "three"]) {
        publish(bobClient, hour, pidf("open", note));
        network.advance(1_000);
      }
      watcher.refresh(3600);
      expect(cseqs(watcher)).toEqual([first + 1]);
      const again = new Watcher(client, bob, "again");
      again.subscribe(3600);
      expect(cseqs(again)).toEqual([first]);
      word(network, "allow");
      network.advance(1_000);
      expect(cseqs(watcher)[0]).toBeGreaterThan(first + 1);
    },
  );

  it("one who could see the user before goes on from there, and CSeq rises through every change of mind", () => {
    const { network, bobClient } = watched(open);
    const client = registered(network, carol, "carol-page", { answers: () => 200 });
    const watcher = new Watcher(client, bob);
    watcher.subscribe(3600);
    for (const handling of ["polite-block", "allow", "polite-block", "allow"] as const) {
      word(network, handling);
      network.advance(1_000);
      publish(bobClient, hour, pidf("open", handling));
      network.advance(1_000);
      watcher.refresh(3600);
      network.advance(1_000);
    }
    const told = cseqs(watcher);
    expect(told.length).toBeGreaterThan(6);
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
  });
});
