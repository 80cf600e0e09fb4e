import { describe, expect, it } from "vitest";
import { registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { bodyOf, headerOf, masked, sip, statusOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";

const alice = "alice@example.com";
const bob = "bob@example.com";
const carol = "carol@example.com";
const desk = "urn:uuid:0c67446e-f1a1-11d9-94d3-000a95a0e128";
const phone = "urn:uuid:6f85d4e3-e8aa-46aa-b768-bf39d5912143";

const hello = sip`
  MESSAGE sip:bob@example.com SIP/2.0
  Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK776sgdkse
  Max-Forwards: 70
  From: "Alice" <sip:alice@example.com>;tag=49583
  To: sip:bob@example.com
  Call-ID: asd88asd77a@df7jal23ls0d.invalid
  CSeq: 1 MESSAGE
  Content-Type: text/plain
  Content-Length: 18

  Watson, come here.`;

const stored = (network: VirtualNetwork, user: string) =>
  network.home(user).store.messagesAfter(0, 10_000).length;

/** A network in which bob's phone is known and away, and alice is there. */
function withBobAway(network: VirtualNetwork, answers?: (request: unknown) => number | undefined) {
  network.withAccounts(alice, bob);
  const receiver = registered(network, bob, "bob-page", { instance: phone, ...(answers && { answers }) });
  receiver.close();
  network.advance(11_000);
  return { sender: registered(network, alice, "alice-page"), receiver };
}

describeWithEviction("design MESSAGE: stored and delivered later", (open) => {
  it("with From, To and body as sent, a Date and a derived Call-ID, when the device registers", () => {
    const network = open();
    const { sender, receiver } = withBobAway(network);
    const answer = sender.ask(hello);
    expect(masked(answer)).toBe(sip`
      SIP/2.0 202 Accepted
      Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK776sgdkse
      From: "Alice" <sip:alice@example.com>;tag=49583
      To: sip:bob@example.com;tag=TOKEN
      Call-ID: asd88asd77a@df7jal23ls0d.invalid
      CSeq: 1 MESSAGE
      Content-Length: 0
    `);
    network.advance(3_600_000);
    receiver.connect().register();
    const arrived = receiver.take();
    expect(masked(arrived)).toBe(sip`
      MESSAGE sip:bob-page@bob-page.invalid;transport=ws SIP/2.0
      Via: SIP/2.0/WSS example.com;branch=z9hG4bKTOKEN
      Max-Forwards: 70
      From: "Alice" <sip:alice@example.com>;tag=49583
      To: sip:bob@example.com
      Call-ID: DERIVED@example.com
      CSeq: 1 MESSAGE
      Content-Type: text/plain
      Content-Length: 18
      Date: Thu, 01 Oct 2026 12:00:11 GMT

      Watson, come here.`);
    receiver.answer(arrived ?? "", 200);
    expect(stored(network, bob)).toBe(0);
    receiver.close();
    receiver.connect().register();
    expect(receiver.takeRequests()).toEqual([]);
  });

  it("in the order in which they came, one at a time", () => {
    const network = open();
    const { sender, receiver } = withBobAway(network);
    for (const text of ["one", "two", "three"]) expect(sender.message(bob, text)).toBe(202);
    receiver.connect().register();
    const order: string[] = [];
    for (let frames = receiver.takeRequests(); frames.length > 0; frames = receiver.takeRequests()) {
      expect(frames).toHaveLength(1);
      order.push(bodyOf(frames[0]));
      receiver.answer(frames[0] ?? "", 200);
    }
    expect(order).toEqual(["one", "two", "three"]);
  });

  it("behind what the device is still owed, when it is back already", () => {
    const network = open();
    const { sender, receiver } = withBobAway(network);
    sender.message(bob, "one");
    receiver.connect().register();
    const first = receiver.take() ?? "";
    expect(sender.message(bob, "two")).toBe(202);
    expect(receiver.take()).toBeUndefined();
    receiver.answer(first, 200);
    expect(bodyOf(receiver.take())).toBe("two");
  });

  it("to a device within its grace as to one that is away", () => {
    const network = open().withAccounts(alice, bob);
    const receiver = registered(network, bob, "bob-page", { instance: phone, answers: () => 200 });
    receiver.close();
    network.advance(5_000);
    expect(registered(network, alice, "alice-page").message(bob, "hello")).toBe(202);
    receiver.connect().register();
    network.settle();
    expect(receiver.takeRequests().map(bodyOf)).toEqual(["hello"]);
  });

  it("to a device whose binding ran out unnoticed, when it refreshes late", () => {
    const network = open().withAccounts(alice, bob);
    const receiver = registered(network, bob, "bob-page", { instance: phone, answers: () => 200 });
    network.advance(170_000);
    expect(registered(network, alice, "alice-page").message(bob, "while you slept")).toBe(202);
    receiver.register();
    network.settle();
    expect(receiver.takeRequests().map(bodyOf)).toEqual(["while you slept"]);
  });

  it("in the order in which they came, also when a younger one has to be stored first", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const silent = registered(network, bob, "silent", { instance: phone });
    const other = registered(network, bob, "other", { instance: desk, answers: () => 200 });
    sender.send(sender.messageText(bob, "one"));
    other.close();
    sender.send(sender.messageText(bob, "two"));
    network.advance(40_000);
    expect(silent.takeRequests().map(bodyOf).slice(0, 2)).toEqual(["one", "two"]);
    silent.close();
    silent.connect().register();
    expect(bodyOf(silent.take())).toBe("one");
  });

  it("for each device on its own: one took it live, the other gets it from the log, once", () => {
    const network = open();
    const { sender, receiver } = withBobAway(network, () => 200);
    const second = registered(network, bob, "second", { instance: desk, answers: () => 200 });
    network.settle();
    expect(sender.message(bob, "hello")).toBe(200);
    expect(second.takeRequests().map(bodyOf)).toEqual(["hello"]);
    expect(stored(network, bob)).toBe(1);
    receiver.connect().register();
    network.settle();
    expect(receiver.takeRequests().map(bodyOf)).toEqual(["hello"]);
    expect([stored(network, bob), second.takeRequests().length]).toEqual([0, 0]);
  });

  it("to a device new to us from the first message that no device took", () => {
    const network = open();
    const { sender, receiver } = withBobAway(network, () => 200);
    sender.message(bob, "taken by the phone");
    receiver.connect().register();
    network.settle();
    receiver.close();
    network.advance(11_000);
    sender.message(bob, "taken by nobody");
    const fresh = registered(network, bob, "fresh", { instance: desk, answers: () => 200 });
    network.settle();
    expect(fresh.takeRequests().map(bodyOf)).toEqual(["taken by nobody"]);
  });

  it("to the first device an account ever has", () => {
    const network = open().withAccounts(alice, bob);
    expect(registered(network, alice, "alice-page").message(bob, "welcome")).toBe(202);
    const first = registered(network, bob, "first", { instance: phone, answers: () => 200 });
    network.settle();
    expect(first.takeRequests().map(bodyOf)).toEqual(["welcome"]);
  });
});

describeWithEviction("design MESSAGE: what a cursor passes", (open) => {
  it.each([200, 202, 400, 404, 405, 415, 481, 603])("passes on %i", (status) => {
    const network = open();
    const { sender, receiver } = withBobAway(network, () => status);
    sender.message(bob, "hello");
    receiver.connect().register();
    network.advance(3_600_000);
    expect(receiver.takeRequests()).toHaveLength(1);
    receiver.close();
    receiver.connect().register();
    network.settle();
    expect(receiver.takeRequests()).toEqual([]);
  });

  it.each([408, 430, 480, 486, 491, 500, 503, 504])(
    "stays on %i, and is passed after five tries",
    (status) => {
      const network = open();
      const { sender, receiver } = withBobAway(network, () => status);
      sender.message(bob, "hello");
      receiver.connect().register();
      for (let refresh = 0; refresh < 10; refresh++) {
        network.advance(140_000);
        receiver.register();
      }
      const tries = receiver.takeRequests();
      expect(tries).toHaveLength(5);
      expect(new Set(tries.map((frame) => headerOf(frame, "Call-ID"))).size).toBe(1);
      receiver.close();
      receiver.connect().register();
      network.settle();
      expect(receiver.takeRequests()).toEqual([]);
    },
  );

  it("stays when the socket closes under way, and the copy has the same Call-ID at each try", () => {
    const network = open();
    const { sender, receiver } = withBobAway(network);
    sender.message(bob, "hello");
    const identities = new Set<string>();
    for (let attempt = 0; attempt < 4; attempt++) {
      receiver.connect().register();
      identities.add(headerOf(receiver.take(), "Call-ID"));
      receiver.close();
      network.advance(11_000);
    }
    expect(identities.size).toBe(1);
    receiver.connect().register();
    receiver.answer(receiver.take() ?? "", 200);
    expect(stored(network, bob)).toBe(0);
  });

  it("a live device that says 480 gets the message again from the log", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const statuses = [480, 200];
    const receiver = registered(network, bob, "page", { instance: phone, answers: () => statuses.shift() });
    expect(sender.message(bob, "hello")).toBe(202);
    network.advance(6_000);
    expect(receiver.takeRequests().map(bodyOf)).toEqual(["hello", "hello"]);
    expect(stored(network, bob)).toBe(0);
  });
});

describeWithEviction("design MESSAGE: what is never stored", (open) => {
  const composing = ["Content-Type: application/im-iscomposing+xml"];

  it("composing: 202 though nobody is there, and nothing is kept (RFC 3994)", () => {
    const network = open();
    const { sender } = withBobAway(network);
    expect(sender.message(bob, "<isComposing/>", composing)).toBe(202);
    expect(stored(network, bob)).toBe(0);
  });

  it.each([415, 405, 488, 480])("composing is never failed, whatever a device says: %i", (status) => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const receiver = registered(network, bob, "bob-page", { instance: phone, answers: () => status });
    sender.send(sender.messageText(bob, "<isComposing/>", composing));
    network.advance(1_100);
    expect(statusOf(sender.take())).toBe(202);
    network.advance(60_000);
    expect([receiver.takeRequests().length, stored(network, bob)]).toEqual([1, 0]);
  });

  it("Expires: 0, or in the past: 480 when nobody is there (RFC 3428 §7)", () => {
    const network = open();
    const { sender } = withBobAway(network);
    expect(sender.message(bob, "now or never", ["Expires: 0"])).toBe(480);
    const past = ["Expires: 60", "Date: Thu, 01 Oct 2026 11:00:00 GMT"];
    expect(sender.message(bob, "of yesterday", past)).toBe(480);
    expect(stored(network, bob)).toBe(0);
  });

  it("Expires bounds storage: delivered before, not after", () => {
    const network = open();
    const { sender, receiver } = withBobAway(network, () => 200);
    expect(sender.message(bob, "soon stale", ["Expires: 60"])).toBe(202);
    expect(sender.message(bob, "long lived", ["Expires: 600"])).toBe(202);
    network.advance(61_000);
    receiver.connect().register();
    network.settle();
    expect(receiver.takeRequests().map(bodyOf)).toEqual(["long lived"]);
  });

  it("a MESSAGE with a To-tag of no dialog: 481, nothing kept", () => {
    const network = open();
    const { sender } = withBobAway(network);
    const inDialog = sender.messageText(bob, "hello").replace(`To: <sip:${bob}>`, `To: <sip:${bob}>;tag=x`);
    expect(statusOf(sender.ask(inDialog))).toBe(481);
    expect(stored(network, bob)).toBe(0);
  });
});

describeWithEviction("design, Trust: limits", (open) => {
  const limited = () =>
    open({
      settings: (defaults) => ({
        ...defaults,
        messages: { ...defaults.messages, storedMessages: 3 },
        limits: { ...defaults.limits, body: 100 },
      }),
    });

  it("a body over the limit is 413, a frame over it 513", () => {
    const { sender } = withBobAway(limited());
    expect(sender.message(bob, "x".repeat(100))).toBe(202);
    expect(sender.message(bob, "x".repeat(101))).toBe(413);
    expect(sender.message(bob, "x".repeat(70_000))).toBe(513);
  });

  it("a mailbox full of what nobody took is 480, and has room again when somebody took it", () => {
    const network = limited().withAccounts(carol);
    const { sender, receiver } = withBobAway(network, () => 200);
    const other = registered(network, carol, "carol-page");
    const statuses = ["one", "two"].map((text) => sender.message(bob, text));
    statuses.push(...["three", "four"].map((text) => other.message(bob, text)));
    expect(statuses).toEqual([202, 202, 202, 480]);
    receiver.connect().register();
    network.settle();
    expect(receiver.takeRequests()).toHaveLength(3);
    receiver.close();
    network.advance(11_000);
    expect(sender.message(bob, "five")).toBe(202);
  });

  it("one sender has half of it with what nobody took: the rest is for everybody else", () => {
    const network = limited().withAccounts(carol);
    const { sender, receiver } = withBobAway(network, () => 200);
    const other = registered(network, carol, "carol-page");
    expect(["one", "two", "three"].map((text) => sender.message(bob, text))).toEqual([202, 202, 480]);
    expect(other.message(bob, "of importance")).toBe(202);
    receiver.connect().register();
    network.settle();
    expect(receiver.takeRequests().map(bodyOf)).toEqual(["one", "two", "of importance"]);
    receiver.close();
    network.advance(11_000);
    expect(sender.message(bob, "and again")).toBe(202);
  });

  it("to oneself one has all of it", () => {
    const network = limited().withAccounts(bob);
    const away = registered(network, bob, "away", { instance: phone });
    away.close();
    network.advance(11_000);
    const page = registered(network, bob, "page", { instance: desk });
    expect(["one", "two", "three"].map((text) => page.message(bob, text))).toEqual([202, 202, 202]);
  });

  it("what one device took makes room for more, oldest first", () => {
    const network = limited();
    const { sender, receiver } = withBobAway(network, () => 200);
    const second = registered(network, bob, "second", { instance: desk, answers: () => 200 });
    for (const text of ["one", "two", "three", "four"]) expect(sender.message(bob, text)).toBe(200);
    expect(second.takeRequests()).toHaveLength(4);
    receiver.connect().register();
    network.settle();
    expect(receiver.takeRequests().map(bodyOf)).toEqual(["two", "three", "four"]);
  });
});

describeWithEviction("design MESSAGE: history, where the realm keeps it", (open) => {
  it("keeps what was received and what was sent, and owes it to nobody", () => {
    const network = open({
      settings: (defaults) => ({ ...defaults, messages: { ...defaults.messages, keepHistory: true } }),
    }).withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page", { instance: desk });
    const receiver = registered(network, bob, "bob-page", { instance: phone, answers: () => 200 });
    for (const text of ["one", "two"]) expect(sender.message(bob, text)).toBe(200);
    const log = (user: string) =>
      network
        .home(user)
        .store.messagesAfter(0, 10)
        .map(({ direction, taken, owed, frame }) => [direction, taken, owed, bodyOf(frame)]);
    expect(log(alice)).toEqual([
      ["sent", true, false, "one"],
      ["sent", true, false, "two"],
    ]);
    expect(log(bob)).toEqual([
      ["received", true, false, "one"],
      ["received", true, false, "two"],
    ]);
    const fresh = registered(network, bob, "fresh", { instance: desk, answers: () => 200 });
    receiver.connect().register();
    network.settle();
    expect(receiver.end.frames.map(statusOf)).toEqual([]);
    expect(fresh.takeRequests()).toEqual([]);
  });
});

describe("what a home remembers of the copies it has sent", () => {
  it("goes with the device that never answers them, however often it comes and goes", () => {
    const network = new VirtualNetwork().withAccounts(alice, bob);
    registered(network, bob, "page", { instance: phone }).close();
    network.advance(11_000);
    registered(network, alice, "alice-page").message(bob, "anybody there?");
    for (let count = 0; count < 10; count++) {
      const back = registered(network, bob, `page${count}`, { instance: phone });
      network.settle();
      expect(back.takeRequests()).toHaveLength(count < 5 ? 1 : 0);
      back.close();
      network.advance(11_000);
      expect(network.home(bob).state.branches.size).toBe(0);
    }
  });
});
