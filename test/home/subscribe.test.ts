import { describe, expect, it } from "vitest";
import { putAccount } from "../../src/home/administration";
import type { Frame } from "../../src/sip/frame";
import { registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { bodyOf, headerOf, headersOf, masked, sip, statusOf, textOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { cseqOf, pidf, publish, Watcher } from "./support/watcher";

const alice = "alice@example.com";
const bob = "bob@example.com";
const desk = "urn:uuid:0c67446e-f1a1-11d9-94d3-000a95a0e128";
const phone = "urn:uuid:6f85d4e3-e8aa-46aa-b768-bf39d5912143";

function watching(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob);
  const client = registered(network, alice, "alice-page", { instance: desk, answers: () => 200 });
  const watcher = new Watcher(client, bob);
  const rows = (user: string) => {
    const { subscriptions, dialogs } = network.home(user).state;
    return { subscriptions: subscriptions.size, dialogs: [...dialogs.values()].map(({ state }) => state) };
  };
  return { network, client, watcher, rows };
}

describeWithEviction("RFC 6665 §4.2.1: SUBSCRIBE", (open) => {
  it("is answered 200 with Expires and Contact, and then comes the NOTIFY", () => {
    const { network, client } = watching(open);
    registered(network, bob, "bob-page", { instance: phone });
    network.advance(1_000);
    client.send(sip`
      SUBSCRIBE sip:bob@example.com SIP/2.0
      Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKnashds7
      Max-Forwards: 70
      From: <sip:alice@example.com>;tag=xfg9
      To: <sip:bob@example.com>
      Call-ID: 2010@df7jal23ls0d.invalid
      CSeq: 17766 SUBSCRIBE
      Contact: <sip:alice-page@alice-page.invalid;transport=ws>
      Event: presence;id=7
      Accept: application/pidf+xml
      Expires: 600
      Content-Length: 0`);
    expect(masked(client.take())).toBe(sip`
      SIP/2.0 200 OK
      Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKnashds7
      From: <sip:alice@example.com>;tag=xfg9
      To: <sip:bob@example.com>;tag=TOKEN
      Call-ID: 2010@df7jal23ls0d.invalid
      CSeq: 17766 SUBSCRIBE
      Record-Route: <sip:SEALED@example.com;transport=ws;lr>
      Expires: 600
      Contact: <sip:bob@example.com>
      Allow-Events: presence, dialog, reg, message-summary, xcap-diff
      Content-Length: 0
    `);
    const notify = client.take();
    expect(masked(notify).split("\r\n\r\n")[0]).toBe(
      sip`
      NOTIFY sip:alice-page@alice-page.invalid;transport=ws SIP/2.0
      Via: SIP/2.0/WSS example.com;branch=z9hG4bKTOKEN
      Via: SIP/2.0/WSS example.com;branch=z9hG4bKTOKEN
      Max-Forwards: 69
      From: <sip:bob@example.com>;tag=TOKEN
      To: <sip:alice@example.com>;tag=xfg9
      Call-ID: 2010@df7jal23ls0d.invalid
      CSeq: 2 NOTIFY
      Contact: <sip:bob@example.com>
      Event: presence;id=7
      Subscription-State: active;expires=600
      Content-Type: application/pidf+xml
      Content-Length: 279`.trimEnd(),
    );
    expect(bodyOf(notify)).toContain("<basic>open</basic>");
  });

  it("to oneself as well: the 200 first, then the NOTIFY, in one step", () => {
    const { network, client } = watching(open);
    const own = new Watcher(client, alice);
    client.send(own.text(600, ["Event: presence"], ""));
    const [answer, notify] = client.takeAll();
    expect(statusOf(answer)).toBe(200);
    expect(textOf(notify)).toMatch(/^NOTIFY /);
    expect(network.calls.parcels).toBe(0);
  });

  it("a refresh goes by the route that the 200 gave it (RFC 3261 §12.1.2, §12.2.1.1)", () => {
    const { watcher } = watching(open);
    const [route = ""] = headersOf(watcher.subscribe(), "Record-Route");
    expect(route).toMatch(/^<sip:[\w-]{40,}@example\.com;transport=ws;lr>$/);
    const refreshed = watcher.refresh(600, ["Event: presence", `Route: ${route}`]);
    expect([statusOf(refreshed), headersOf(refreshed, "Record-Route")]).toEqual([200, []]);
    expect(watcher.notifies()).toHaveLength(2);
  });

  it("a refresh is another 200 and another NOTIFY of a higher CSeq", () => {
    const { network, watcher } = watching(open);
    watcher.subscribe();
    const sequence = watcher.notifies().map(cseqOf);
    const granted: number[] = [];
    for (let refresh = 0; refresh < 6; refresh++) {
      network.advance((refresh === 5 ? 0.1 : 0.9) * 1000 * (granted.at(-1) ?? 600));
      const answer = watcher.refresh();
      expect(statusOf(answer)).toBe(200);
      granted.push(Number(headerOf(answer, "Expires")));
      const [told, ...more] = watcher.notifies();
      expect(more).toEqual([]);
      expect(headerOf(told as Frame, "Subscription-State")).toBe(`active;expires=${granted.at(-1)}`);
      sequence.push(cseqOf(told as Frame));
    }
    // The first writes a row, and those after it for as long as that is good; then one does again.
    expect(granted[0]).toBe(600);
    for (const time of granted) expect(time).toBeGreaterThanOrEqual(450);
    expect(sequence).toHaveLength(7);
    expect([...new Set(sequence)].sort((a, b) => a - b)).toEqual(sequence);
  });

  it("a refresh that comes again, to a home that was killed behind it, is told of by a still higher CSeq", () => {
    const { network, client, watcher } = watching(open);
    watcher.cseq = 0;
    watcher.subscribe();
    watcher.refresh();
    network.advance(0.9 * 600_000);
    const sequence = watcher.notifies().map(cseqOf);
    let isFirst = true;
    network.fate = () => {
      const fate = isFirst ? "unanswered" : "arrives";
      isFirst = false;
      return fate;
    };
    client.sendOnly(watcher.text(600, ["Event: presence"], watcher.toTag));
    network.advance(1);
    network.kill(bob, { keepingSockets: true });
    network.settle();
    sequence.push(...watcher.notifies().map(cseqOf));
    expect(sequence).toHaveLength(4);
    expect(sequence).toEqual([...new Set(sequence)].sort((a, b) => a - b));
  });

  it("one who refreshed and then lets it end is kept for longer: one NOTIFY that he refuses ends it", () => {
    const network = open().withAccounts(alice, bob);
    let status = 200;
    const client = registered(network, alice, "alice-page", { instance: desk, answers: () => status });
    const watcher = new Watcher(client, bob);
    watcher.subscribe();
    watcher.refresh();
    watcher.notifies();
    // What was agreed is over for him, without a word.
    network.advance(601_000);
    status = 481;
    expect(network.home(bob).state.subscriptions.size).toBe(1);
    const phone = registered(network, bob, "bob-page");
    publish(phone, ["Expires: 600"], pidf("open", "who is there?"));
    network.settle();
    expect(watcher.notifies()).toHaveLength(1);
    expect(network.home(bob).state.subscriptions.size).toBe(0);
    const before = network.calls.parcels;
    publish(phone, ["Expires: 600"], pidf("open", "nobody"));
    expect(network.calls.parcels).toBe(before);
  });

  it("an unsubscribe is 200 and a final NOTIFY, and both homes forget", () => {
    const { network, watcher, rows } = watching(open);
    watcher.subscribe();
    watcher.notifies();
    expect(headerOf(watcher.refresh(0), "Expires")).toBe("0");
    expect(watcher.news()).toEqual(["closed, terminated;reason=timeout"]);
    expect(rows(bob).subscriptions).toBe(0);
    expect(rows(alice).dialogs).toEqual(["ended"]);
    network.advance(60_000);
    expect(rows(alice).dialogs).toEqual([]);
  });

  it("a fetch with Expires: 0 is 200 and one NOTIFY, and nothing is kept (§4.4.3)", () => {
    const { network, watcher, rows } = watching(open);
    expect(headerOf(watcher.subscribe(0), "Expires")).toBe("0");
    expect(watcher.news()).toEqual(["closed, terminated;reason=timeout"]);
    network.advance(60_000);
    expect([rows(bob).subscriptions, rows(alice).dialogs]).toEqual([0, []]);
  });

  it.each([
    [489, 600, "Event: nosuch"],
    [489, 600, "Supported: eventlist"],
    [423, 59, "Event: presence"],
    [406, 600, "Event: presence\r\nAccept: text/plain"],
  ])("%i is all there is of a subscription for %i s to %s", (status, expires, lines) => {
    const { watcher, rows } = watching(open);
    const answer = watcher.subscribe(expires, lines.split("\r\n"));
    expect(statusOf(answer)).toBe(status);
    if (status === 489)
      expect(headerOf(answer, "Allow-Events")).toBe("presence, dialog, reg, message-summary, xcap-diff");
    if (status === 423) expect(headerOf(answer, "Min-Expires")).toBe("60");
    expect(watcher.news()).toEqual([]);
    expect([rows(bob).subscriptions, rows(alice).dialogs]).toEqual([0, []]);
  });

  it("404 for a name nobody has, 403 for one who is blocked", () => {
    const { network, client, watcher, rows } = watching(open);
    expect(statusOf(new Watcher(client, "nobody@example.com").subscribe())).toBe(404);
    const blocked = [network.home(alice).aor];
    network.home(bob).administer((turn) => putAccount(turn, bob, { blocked }));
    expect(statusOf(watcher.subscribe())).toBe(403);
    expect(rows(alice).dialogs).toEqual([]);
  });

  it("in a dialog that nobody knows is 481, and so is one of another page's", () => {
    const { network, watcher } = watching(open);
    watcher.subscribe();
    const thief = registered(network, alice, "other-page", { instance: phone, answers: () => 200 });
    const stolen = new Watcher(thief, bob, watcher.callId);
    stolen.toTag = watcher.toTag;
    const asOwner = stolen
      .text(600, ["Event: presence"], watcher.toTag)
      .replace("tag=tag-other-page", "tag=tag-alice-page");
    expect(statusOf(thief.ask(asOwner))).toBe(481);
    watcher.toTag = "unknown";
    expect(statusOf(watcher.refresh())).toBe(481);
  });

  it("a dialog of the page lives on when the page is back on another socket", () => {
    const { client, watcher } = watching(open);
    watcher.subscribe();
    watcher.notifies();
    client.close();
    client.connect().register();
    client.takeAll();
    expect(statusOf(watcher.refresh())).toBe(200);
    expect(watcher.news()).toEqual(["closed, active"]);
  });
});

describeWithEviction("RFC 6665 §4.4.1: the subscriptions of a page that is left", (open) => {
  it("end at their notifier too: whoever reloads often has not too many", () => {
    const network = open().withAccounts(alice, bob);
    let page = registered(network, alice, "page-0", { instance: desk, answers: () => 200 });
    for (let reload = 1; reload <= 30; reload++) {
      for (const event of ["presence", "dialog"]) {
        const watcher = new Watcher(page, bob, `${page.page}-${event}`);
        expect(statusOf(watcher.subscribe(600, [`Event: ${event}`]))).toBe(200);
      }
      page.close();
      page = registered(network, alice, `page-${reload}`, { instance: desk, answers: () => 200 });
      network.advance(6_000);
    }
    expect(network.home(bob).state.subscriptions.size).toBe(0);
    expect(network.home(alice).state.dialogs.size).toBeLessThanOrEqual(2);
    // One call for each page and notifier, whatever it watched there.
    expect(network.calls.gone).toBe(30);
  });

  it("a page that unsubscribed leaves nothing to be told", () => {
    const { network, client, watcher } = watching(open);
    watcher.subscribe();
    watcher.refresh(0);
    client.close();
    registered(network, alice, "alice-reloaded", { instance: desk });
    network.advance(6_000);
    expect(network.calls.gone).toBe(0);
  });
});

describeWithEviction("RFC 3261 §8.2.3: the body of a SUBSCRIBE", (open) => {
  it.each([
    ["that nobody reads is 415", [], 415],
    ["that may be passed over is", ["Content-Disposition: render;handling=optional"], 200],
    ["that must not be is 415", ["Content-Disposition: render;handling=required"], 415],
  ])("%s", (_what, lines, status) => {
    const { network, client } = watching(open);
    const own = [
      `Contact: <${client.contact}>`,
      "Event: presence",
      "Content-Type: application/simple-filter+xml",
    ];
    const answer = client.ask(
      client.text("SUBSCRIBE", `sip:${bob}`, bob, [...own, ...lines], "<filter-set/>"),
    );
    expect(statusOf(answer)).toBe(status);
    expect(network.home(bob).state.subscriptions.size).toBe(status === 200 ? 1 : 0);
  });
});

describeWithEviction("RFC 6665 §4.1.3, §4.4.1: the NOTIFY and its answer", (open) => {
  it.each([481, 404, 410, 489])("%i from the page removes the subscription", (status) => {
    const network = open().withAccounts(alice, bob);
    const client = registered(network, alice, "alice-page", { instance: desk, answers: () => status });
    new Watcher(client, bob).subscribe();
    expect(network.home(bob).state.subscriptions.size).toBe(0);
  });

  it.each([500, 503, undefined])("%s once is tried again, twice in a row removes it", (status) => {
    const network = open().withAccounts(alice, bob);
    const client = registered(network, alice, "alice-page", { instance: desk, answers: () => status });
    const watcher = new Watcher(client, bob);
    watcher.subscribe();
    network.advance(29_000);
    expect(network.home(bob).state.subscriptions.size).toBe(1);
    network.advance(80_000);
    expect(watcher.notifies()).toHaveLength(2);
    expect(network.home(bob).state.subscriptions.size).toBe(0);
  });

  it("that overtakes the 200 waits behind it: JsSIP answers 481 otherwise", () => {
    const { network, client, watcher } = watching(open);
    // The call with the SUBSCRIBE returns late; the NOTIFY is a call of its own.
    network.fate = (parcel) => (textOf(parcel.frame).startsWith("SUBSCRIBE") ? "slow" : "arrives");
    client.send(watcher.text(600, ["Event: presence"], ""));
    expect(client.takeAll().map((frame) => textOf(frame).split(" ", 1)[0])).toEqual(["SIP/2.0", "NOTIFY"]);
  });
});

describe("design, money: the half-dialog of a SUBSCRIBE", () => {
  it("is in no row when the answer comes at once: the dialog is the first one", () => {
    const { network, watcher, rows } = watching((options) => new VirtualNetwork(options));
    const before = network.home(alice).rowsWritten;
    expect(statusOf(watcher.subscribe())).toBe(200);
    expect(network.home(alice).rowsWritten - before).toBe(1);
    network.home(alice).reload();
    expect(rows(alice).dialogs).toEqual(["confirmed"]);
  });

  it("is in no row when it is refused, and nobody is woken for it", () => {
    const { network, client } = watching((options) => new VirtualNetwork(options));
    const before = network.home(alice).rowsWritten;
    expect(statusOf(new Watcher(client, "nobody@example.com").subscribe())).toBe(404);
    network.settle();
    expect([network.home(alice).rowsWritten - before, network.clocks()]).toEqual([0, []]);
  });

  it("is a row when the answer is long in coming, as that of a device may be", () => {
    const { network, client, rows } = watching((options) => new VirtualNetwork(options));
    registered(network, bob, "bob-page", { instance: phone });
    const lines = [`Contact: <${client.contact}>`, "Refer-To: <sip:carol@example.com>"];
    client.sendOnly(client.text("REFER", `sip:${bob}`, bob, lines, "", { callId: "asked" }));
    network.advance(1_500);
    expect(network.home(alice).state.unwritten.size).toBe(0);
    network.kill(alice, { keepingSockets: true });
    expect(rows(alice).dialogs).toEqual(["half"]);
  });

  it("is a row when its call fails: the other home may have taken it, and its NOTIFY come yet", () => {
    const { network, client, watcher, rows } = watching((options) => new VirtualNetwork(options));
    network.fate = (parcel) => (textOf(parcel.frame).startsWith("SUBSCRIBE") ? "lost" : "arrives");
    expect(statusOf(client.ask(watcher.text(600, ["Event: presence"], "")))).toBe(503);
    network.home(alice).reload();
    expect(rows(alice).dialogs).toEqual(["half"]);
  });
});
