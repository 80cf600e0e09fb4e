// RFC 3842 at the home of the user: messages that wait for him, told to him alone.

import { describe, expect, it } from "vitest";
import type { Settings } from "../../src/contracts/settings";
import { clearMessages } from "../../src/home/administration";
import { putMessageCounts } from "../../src/home/events/message-summary";
import type { Frame } from "../../src/sip/frame";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, desk, phone } from "./support/pair";
import { bodyOf, headerOf, statusOf, textOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { live } from "./support/watched";
import { Watcher } from "./support/watcher";

const lines = ["Event: message-summary"];
interface Options {
  readonly messages?: Partial<Settings["messages"]>;
  readonly answers?: (frame: Frame) => number | undefined;
}

/**
 * Bob's phone watches what waits for bob. It takes no message: it says for each that it is busy, so that what comes is
 * stored and owed, and only another device of his can take it.
 */
function mailbox(open: OpenNetwork, { messages = {}, answers = refusing }: Options = {}) {
  const network = open({
    settings: (defaults) => ({ ...defaults, messages: { ...defaults.messages, ...messages } }),
  }).withAccounts(alice, bob);
  const a = registered(network, alice, "alice");
  const b = registered(network, bob, "phone", { instance: phone, answers });
  const own = new Watcher(b, bob, "mwi");
  const answer = own.subscribe(3600, lines);
  const told = () => {
    network.advance(1_000);
    return own.notifies().map(summaryIn);
  };
  return { network, a, b, own, answer, told };
}

const refusing = (frame: Frame): number => (textOf(frame).startsWith("NOTIFY") ? 200 : 480);

function summaryIn(frame: Frame): string {
  const body = bodyOf(frame);
  const waiting = /^Messages-Waiting: (yes|no)\r\n/.exec(body)?.[1];
  const counts = [...body.matchAll(/^(\w+)-Message: (.*)\r$/gm)].map(([, kind, count]) => `${kind} ${count}`);
  return [waiting, ...counts].join(", ");
}

const taker = (client: Client) =>
  registered(client.network, bob, "desk", { instance: desk, answers: () => 200 });

describeWithEviction("RFC 3842 §3.6: whose business it is", (open) => {
  it("the user's own, and nobody else's", () => {
    const { a, answer, told } = mailbox(open);
    expect(statusOf(answer)).toBe(200);
    expect(told()).toEqual(["no, Text 0/0"]);
    expect(statusOf(new Watcher(a, bob, "nosy").subscribe(600, lines))).toBe(403);
  });

  it("says whose mailbox it is, in the type of RFC 3842 §5", () => {
    const { network, own } = mailbox(open);
    network.advance(1_000);
    const [frame] = own.notifies();
    expect(headerOf(frame, "Content-Type")).toBe("application/simple-message-summary");
    expect(bodyOf(frame)).toContain("Message-Account: sip:bob@example.com\r\n");
  });
});

describeWithEviction("RFC 3842 §3.7: messages that no device has taken", (open) => {
  it("light the lamp, one by one, and a device that takes them puts it out", () => {
    const { network, a, b, told } = mailbox(open);
    told();
    expect(a.message(bob, "one")).toBe(202);
    expect(told()).toEqual(["yes, Text 1/0"]);
    expect(a.message(bob, "two")).toBe(202);
    expect(told()).toEqual(["yes, Text 2/0"]);
    const d = taker(b);
    network.advance(5_000);
    expect(d.takeRequests().map(bodyOf)).toEqual(["one", "two"]);
    expect(told().at(-1)).toBe("no, Text 0/0");
  });

  it("for a user who is away are there when he comes, and gone when he has them", () => {
    const { network, a, b, own, told } = mailbox(open);
    own.refresh(0, lines);
    b.close();
    network.advance(20_000);
    expect(a.message(bob, "one")).toBe(202);
    b.connect().register();
    told();
    const again = new Watcher(b, bob, "mwi-2");
    again.subscribe(600, lines);
    network.advance(1_000);
    expect(again.notifies().map(summaryIn)).toEqual(["yes, Text 1/0"]);
    taker(b);
    network.advance(5_000);
    expect(again.notifies().map(summaryIn)).toEqual(["no, Text 0/0"]);
  });

  it("one that a device takes as it comes is no news", () => {
    const { a, told } = mailbox(open, { answers: () => 200 });
    told();
    expect(a.message(bob, "one")).toBe(200);
    expect(told()).toEqual([]);
  });

  it("many at once: the lamp ends where the mailbox is", () => {
    const { network, a, b, told } = mailbox(open);
    told();
    for (let count = 1; count <= 7; count++) a.sendOnly(a.messageText(bob, `message ${count}`));
    network.advance(5_000);
    expect(told().at(-1)).toBe("yes, Text 7/0");
    taker(b);
    network.advance(5_000);
    expect(told().at(-1)).toBe("no, Text 0/0");
  });

  it("one that is too old goes, though nobody has looked at it", () => {
    const { network, a, b, told } = mailbox(open);
    told();
    expect(statusOf(a.ask(a.messageText(bob, "brief", ["Expires: 120"])))).toBe(202);
    expect(a.message(bob, "lasting")).toBe(202);
    expect(told().at(-1)).toBe("yes, Text 2/0");
    live(network, 130_000, b);
    expect(told()).toEqual(["yes, Text 1/0"]);
  });

  it("who subscribes after one has become too old does not see it for long", () => {
    const { network, a, b, own } = mailbox(open);
    own.refresh(0, lines);
    expect(statusOf(a.ask(a.messageText(bob, "brief", ["Expires: 120"])))).toBe(202);
    live(network, 130_000, b);
    const late = new Watcher(b, bob, "late");
    late.subscribe(600, lines);
    network.advance(1_000);
    expect(late.notifies().map(summaryIn).at(-1)).toBe("no, Text 0/0");
  });

  it("one comes as another becomes too old: the number between is told to nobody", () => {
    const { network, a, told } = mailbox(open);
    expect(statusOf(a.ask(a.messageText(bob, "brief", ["Expires: 60"])))).toBe(202);
    expect(told().at(-1)).toBe("yes, Text 1/0");
    // The alarm is late.
    network.now += 70_000;
    network.home(bob).alarmAt = Number.POSITIVE_INFINITY;
    expect(a.message(bob, "lasting")).toBe(202);
    expect(told()).toEqual([]);
  });

  it("an administrator clears them", () => {
    const { network, a, told } = mailbox(open);
    a.message(bob, "one");
    told();
    network.home(bob).administer(clearMessages);
    expect(told()).toEqual(["no, Text 0/0"]);
  });

  it("is told behind a crash that came before it could be told", () => {
    const { network, a, told } = mailbox(open);
    a.message(bob, "one");
    told();
    network.home(bob).administer(clearMessages);
    network.kill(bob, { keepingSockets: true });
    expect(told()).toEqual(["no, Text 0/0"]);
  });

  it("history does not wait: neither what was sent nor what was taken", () => {
    const { a, b, told } = mailbox(open, { messages: { keepHistory: true }, answers: () => 200 });
    told();
    expect(a.message(bob, "one")).toBe(200);
    b.message(alice, "another");
    expect(told()).toEqual([]);
  });

  it("a full mailbox that makes room from its history still counts right", () => {
    const { network, a, b, told } = mailbox(open, { messages: { keepHistory: true, storedMessages: 3 } });
    for (const text of ["one", "two"]) a.message(bob, text);
    const d = taker(b);
    network.advance(5_000);
    d.register({ expires: 0 });
    told();
    for (const text of ["three", "four"]) expect(a.message(bob, text)).toBe(202);
    expect(told().at(-1)).toBe("yes, Text 2/0");
  });
});

describeWithEviction("RFC 3842 §5.2: what an administrator's voice mail tells of", (open) => {
  it("is told by class, beside the texts, and lights the lamp", () => {
    const { network, a, told } = mailbox(open);
    told();
    const voice = { new: 2, old: 8, urgentNew: 1, urgentOld: 0 };
    network.home(bob).administer((turn) => putMessageCounts(turn, { voice, text: { new: 1, old: 4 } }));
    expect(told()).toEqual(["yes, Voice 2/8 (1/0), Text 1/4"]);
    a.message(bob, "one");
    expect(told()).toEqual(["yes, Voice 2/8 (1/0), Text 2/4"]);
    network.home(bob).administer((turn) => putMessageCounts(turn, { voice: { new: 0, old: 10 } }));
    expect(told()).toEqual(["yes, Voice 0/10, Text 1/0"]);
  });

  it("the same again is no news", () => {
    const { network, told } = mailbox(open);
    const put = () =>
      network.home(bob).administer((turn) => putMessageCounts(turn, { fax: { new: 1, old: 0 } }));
    put();
    expect(told().at(-1)).toBe("yes, Fax 1/0, Text 0/0");
    put();
    expect(told()).toEqual([]);
  });
});

describe("design: news that waits for its moment", () => {
  it("costs no more wake-ups once nobody watches any more", () => {
    let isGone = false;
    const answers = () => (isGone ? 481 : 200);
    const { network, told } = mailbox((options) => new VirtualNetwork(options), { answers });
    told();
    isGone = true;
    for (const fax of [1, 2]) {
      network.home(bob).administer((turn) => putMessageCounts(turn, { fax: { new: fax, old: 0 } }));
    }
    expect(network.home(bob).tickAt).toBeLessThan(Number.POSITIVE_INFINITY);
    network.advance(5_000);
    expect(network.home(bob).state.subscriptions.size).toBe(0);
    expect(network.home(bob).tickAt).toBe(Number.POSITIVE_INFINITY);
  });
});

describeWithEviction("RFC 6665 §4.2.1.1: what is refused", (open) => {
  it("406, 423, the longest, and 489", () => {
    const { b } = mailbox(open);
    const other = new Watcher(b, bob, "other");
    expect(statusOf(other.subscribe(600, [...lines, "Accept: application/pidf+xml"]))).toBe(406);
    const brief = new Watcher(b, bob, "brief").subscribe(10, lines);
    expect([statusOf(brief), headerOf(brief, "Min-Expires")]).toEqual([423, "60"]);
    const long = new Watcher(b, bob, "long").subscribe(1_000_000, lines);
    expect([statusOf(long), Number(headerOf(long, "Expires"))]).toEqual([200, 3600]);
    const unknown = new Watcher(b, bob, "unknown").subscribe(600, ["Event: messages"]);
    expect(statusOf(unknown)).toBe(489);
    expect(headerOf(unknown, "Allow-Events")).toContain("message-summary");
  });
});
