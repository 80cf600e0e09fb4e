import { expect, it } from "vitest";
import { putAccount } from "../../src/home/administration";
import { parseAddressOfRecord } from "../../src/sip/uri/address-of-record";
import { registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { bodyOf, headerOf, headersOf, masked, responseFor, sip, statusOf, textOf } from "./support/sip-text";
import type { VirtualNetwork } from "./support/virtual-network";

const alice = "alice@example.com";
const bob = "bob@example.com";
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
  X-Anything:   as  it   is
  Content-Type: text/plain
  Content-Length: 18

  Watson, come here.`;

const atRest = (network: VirtualNetwork, user: string) => {
  const { deliveries, branches, forwards, redeliveries, notifiers } = network.home(user).state;
  return [deliveries, branches, forwards, redeliveries, notifiers].map(({ size }) => size);
};

describeWithEviction("RFC 3428 §5, design MESSAGE: to a device that is here", (open) => {
  it("arrives with a Via of each home, every other byte as it came, and the 200 is the device's own", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const receiver = registered(network, bob, "bob-page", { instance: phone });
    sender.send(hello);
    const arrived = receiver.take();
    expect(masked(arrived)).toBe(sip`
      MESSAGE sip:bob-page@bob-page.invalid;transport=ws SIP/2.0
      Via: SIP/2.0/WSS example.com;branch=z9hG4bKTOKEN
      Via: SIP/2.0/WSS example.com;branch=z9hG4bKTOKEN
      Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK776sgdkse
      Max-Forwards: 68
      From: "Alice" <sip:alice@example.com>;tag=49583
      To: sip:bob@example.com
      Call-ID: asd88asd77a@df7jal23ls0d.invalid
      CSeq: 1 MESSAGE
      X-Anything:   as  it   is
      Content-Type: text/plain
      Content-Length: 18

      Watson, come here.`);
    receiver.answer(arrived ?? "", 200, ["User-Agent: JsSIP 3.13"]);
    expect(masked(sender.take())).toBe(sip`
      SIP/2.0 200 OK
      Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK776sgdkse
      From: "Alice" <sip:alice@example.com>;tag=49583
      To: sip:bob@example.com;tag=uas
      Call-ID: asd88asd77a@df7jal23ls0d.invalid
      CSeq: 1 MESSAGE
      User-Agent: JsSIP 3.13
      Content-Length: 0
    `);
    expect([sender.take(), receiver.take()]).toEqual([undefined, undefined]);
    expect([...atRest(network, alice), ...atRest(network, bob)]).toEqual(Array(10).fill(0));
  });

  it("costs one call and no row (design, budgets)", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    registered(network, bob, "bob-page", { answers: () => 200 });
    const rows = () => network.home(alice).rowsWritten + network.home(bob).rowsWritten;
    const before = { rows: rows(), parcels: network.calls.parcels };
    for (let count = 0; count < 5; count++) expect(sender.message(bob, "hello")).toBe(200);
    expect(rows()).toBe(before.rows);
    expect([network.calls.parcels - before.parcels, network.calls.lateReplies]).toEqual([5, 0]);
  });

  it("goes to every device; 200 when one took it, and the other's late 200 counts", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const one = registered(network, bob, "one", { instance: desk });
    const two = registered(network, bob, "two", { instance: phone });
    sender.send(hello);
    const [first, second] = [one.take() ?? "", two.take() ?? ""];
    one.answer(first, 200);
    expect(sender.take()).toBeUndefined();
    network.advance(1_100);
    expect(statusOf(sender.take())).toBe(200);
    two.answer(second, 200);
    network.advance(60_000);
    expect([one.takeRequests(), two.takeRequests()]).toEqual([[], []]);
    expect(atRest(network, bob)).toEqual([0, 0, 0, 0, 0]);
    two.connect().register();
    expect(two.takeRequests()).toEqual([]);
  });

  it("that no device acknowledges within 4 s is stored, not lost: 202, and a 200 after it still counts", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const receiver = registered(network, bob, "bob-page", { instance: phone });
    sender.send(hello);
    const arrived = receiver.take() ?? "";
    network.advance(3_900);
    expect(sender.take()).toBeUndefined();
    network.advance(200);
    expect(statusOf(sender.take())).toBe(202);
    receiver.answer(arrived, 200);
    receiver.close();
    receiver.connect().register();
    expect(receiver.takeRequests()).toEqual([]);
  });

  it("that the only device refuses for good is refused with its answer (RFC 3261 §16.7)", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const receiver = registered(network, bob, "bob-page", { instance: phone, answers: () => 415 });
    expect(sender.message(bob, "hello")).toBe(415);
    receiver.close();
    receiver.takeAll();
    receiver.connect().register();
    expect(receiver.takeRequests()).toEqual([]);
    expect(network.home(bob).store.messagesAfter(0, 10)).toEqual([]);
  });

  it("after a second without an answer the call returns, and the answer follows by a call of its own", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const receiver = registered(network, bob, "bob-page");
    sender.send(hello);
    network.advance(1_500);
    receiver.answer(receiver.take() ?? "", 200);
    expect(statusOf(sender.take())).toBe(200);
    expect(network.calls).toMatchObject({ parcels: 1, lateReplies: 1 });
  });
});

describeWithEviction("design MESSAGE: nobody is there", (open) => {
  it("404 for a name nobody has (RFC 3261 §16.5), and nothing is written for it", () => {
    const network = open().withAccounts(alice);
    expect(registered(network, alice, "page").message("nobody@example.com", "hello")).toBe(404);
    expect(network.home("nobody@example.com").rowsWritten).toBe(0);
  });

  it("never 404 for an account without a device: 202", () => {
    const network = open().withAccounts(alice, bob);
    expect(registered(network, alice, "page").message(bob, "hello")).toBe(202);
  });

  it("404 for another domain and for a telephone number, 416 for another scheme", () => {
    const sender = registered(open().withAccounts(alice), alice, "page");
    const statusFor = (uri: string) => statusOf(sender.ask(sender.text("MESSAGE", uri, bob)));
    expect(statusFor("sip:bob@elsewhere.example.org")).toBe(404);
    expect(statusFor("tel:+15551234567")).toBe(404);
    expect(statusFor("urn:service:sos")).toBe(416);
  });
});

describeWithEviction("design MESSAGE: to oneself and from one's other devices", (open) => {
  it("goes to the user's other devices and never back to the sending one", () => {
    const network = open().withAccounts(alice);
    const one = registered(network, alice, "one", { instance: desk, answers: () => 200 });
    const two = registered(network, alice, "two", { instance: phone, answers: () => 200 });
    expect(one.message(alice, "note to self")).toBe(200);
    expect([one.takeRequests().length, two.takeRequests().length]).toEqual([0, 1]);
    expect(network.calls.parcels).toBe(0);
  });

  it("waits for the other device, and the sending one is never owed it", () => {
    const network = open().withAccounts(alice);
    const two = registered(network, alice, "two", { instance: phone, answers: () => 200 });
    two.close();
    network.advance(11_000);
    const one = registered(network, alice, "one", { instance: desk, answers: () => 200 });
    expect(one.message(alice, "note to self")).toBe(202);
    one.close();
    one.connect().register();
    expect(one.takeRequests()).toEqual([]);
    two.connect().register();
    expect(two.takeRequests().map(bodyOf)).toEqual(["note to self"]);
  });

  it("sends a carbon to the devices that ask for it, as sent, but to their Contact and under a derived Call-ID", () => {
    const network = open().withAccounts(alice, bob);
    const parameters = ";+durasip.carbons";
    const one = registered(network, alice, "one", { instance: desk, parameters });
    const two = registered(network, alice, "two", { instance: phone, parameters });
    registered(network, bob, "bob", { answers: () => 200 });
    one.send(hello);
    expect(statusOf(one.take())).toBe(200);
    expect(masked(two.take())).toBe(sip`
      MESSAGE sip:two@two.invalid;transport=ws SIP/2.0
      Via: SIP/2.0/WSS example.com;branch=z9hG4bKTOKEN
      Max-Forwards: 70
      From: "Alice" <sip:alice@example.com>;tag=49583
      To: sip:bob@example.com
      Call-ID: DERIVED@example.com
      CSeq: 1 MESSAGE
      X-Anything:   as  it   is
      Content-Type: text/plain
      Content-Length: 18
      Durasip-Carbon: sent

      Watson, come here.`);
    expect([one.take(), two.take()]).toEqual([undefined, undefined]);
  });

  it("sends no carbon of what was refused or of composing", () => {
    const network = open().withAccounts(alice, bob);
    const one = registered(network, alice, "one", { instance: desk });
    const two = registered(network, alice, "two", { instance: phone, parameters: ";+durasip.carbons" });
    one.message("nobody@example.com", "hello");
    registered(network, bob, "bob", { answers: () => 200 });
    one.message(bob, "<isComposing/>", ["Content-Type: application/im-iscomposing+xml"]);
    expect(two.takeAll()).toEqual([]);
  });
});

describeWithEviction("design MESSAGE: aliases and blocked senders", (open) => {
  const withAlias = (network: VirtualNetwork) => {
    const of = parseAddressOfRecord(bob);
    if (of === undefined) throw new Error("an address");
    network.home("robert@example.com").administer((turn) => {
      turn.state.tenancy = { kind: "alias", of };
      turn.effects.push({ kind: "putTenancy", tenancy: turn.state.tenancy });
    });
    const aliases = [network.home("robert@example.com").aor];
    network.home(bob).administer((turn) => putAccount(turn, bob, { aliases }));
    return network;
  };

  it("an alias leads to its account, in two calls", () => {
    const network = withAlias(open().withAccounts(alice, bob));
    const sender = registered(network, alice, "alice-page");
    const receiver = registered(network, bob, "bob-page", { answers: () => 200 });
    expect(sender.message("robert@example.com", "hello")).toBe(200);
    expect(headerOf(receiver.take(), "To")).toBe("<sip:robert@example.com>");
    expect(network.calls.parcels).toBe(2);
  });

  it("From may be an alias of the account", () => {
    const network = withAlias(open().withAccounts(alice, bob));
    const sender = registered(network, bob, "bob-page");
    const text = sender.messageText(alice, "hello").replace("From: <sip:bob@", "From: <sip:robert@");
    expect(statusOf(sender.ask(text))).toBe(202);
  });

  it("who is blocked gets 403, and nothing is kept", () => {
    const network = open().withAccounts(alice, bob);
    const blocked = [network.home(alice).aor];
    network.home(bob).administer((turn) => putAccount(turn, bob, { blocked }));
    expect(registered(network, alice, "page").message(bob, "hello")).toBe(403);
    expect(network.home(bob).store.messagesAfter(0, 10)).toEqual([]);
  });
});

describeWithEviction("RFC 3862, RFC 5438: bodies", (open) => {
  it("in CPIM pass byte for byte, live and from the log", () => {
    const cpim =
      "From: <im:a@example.com>\r\nNS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: 34jk324j\r\n\r\nContent-type: text/plain\r\n\r\nHello  World é";
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const type = ["Content-Type: message/cpim"];
    expect(sender.message(bob, cpim, type)).toBe(202);
    const receiver = registered(network, bob, "bob-page", { instance: phone, answers: () => 200 });
    network.settle();
    expect(sender.message(bob, cpim, type)).toBe(200);
    const frames = receiver.takeRequests();
    expect(frames.map(bodyOf)).toEqual([cpim, cpim]);
  });

  it("that are no text pass as octets, live and from the log", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const octets = new Uint8Array([0, 255, 13, 10, 128, 0, 7]);
    const frame = () => {
      const head = new TextEncoder().encode(
        sender
          .messageText(bob, "", ["Content-Type: application/octet-stream"])
          .replace("Content-Length: 0", "Content-Length: 7"),
      );
      return new Uint8Array([...head, ...octets]);
    };
    const tail = (sent: string | Uint8Array) => (typeof sent === "string" ? sent : sent.slice(-7));
    expect(statusOf(sender.ask(frame()))).toBe(202);
    const receiver = registered(network, bob, "bob-page", { instance: phone, answers: () => 200 });
    network.settle();
    expect(statusOf(sender.ask(frame()))).toBe(200);
    expect(receiver.takeRequests().map(tail)).toEqual([octets, octets]);
  });
});

describeWithEviction("design, the contract between homes", (open) => {
  it("a call that arrives twice is served once, and answered", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const receiver = registered(network, bob, "bob-page", { answers: () => 200 });
    network.fate = () => "twice";
    expect(sender.message(bob, "hello")).toBe(200);
    expect(receiver.takeRequests()).toHaveLength(1);
    expect(sender.take()).toBeUndefined();
    receiver.close();
    network.advance(11_000);
    expect(sender.message(bob, "stored once")).toBe(202);
    expect(network.home(bob).store.messagesAfter(0, 10)).toHaveLength(1);
  });

  it("a call that is repeated to a home that died after it had stored the message finds it there", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    let calls = 0;
    network.fate = () => (++calls === 1 ? "unanswered" : "arrives");
    sender.sendOnly(hello);
    network.advance(1);
    network.kill(bob, { keepingSockets: true });
    network.settle();
    expect([calls, statusOf(sender.take())]).toEqual([2, 202]);
    const receiver = registered(network, bob, "bob-page", { instance: phone, answers: () => 200 });
    network.settle();
    expect(receiver.takeRequests()).toHaveLength(1);
  });

  it("a call that fails is 503 with Retry-After to the sender", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    network.fate = () => "lost";
    const answer = sender.ask(sender.messageText(bob, "hello"));
    expect([statusOf(answer), headerOf(answer, "Retry-After")]).toEqual([503, "5"]);
    expect(atRest(network, alice)).toEqual([0, 0, 0, 0, 0]);
  });

  it("the answer finds the page on its new socket", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page", { instance: desk });
    const receiver = registered(network, bob, "bob-page");
    sender.send(hello);
    sender.close();
    sender.connect().register();
    receiver.send(responseFor(receiver.take() ?? "", 200));
    expect(headersOf(sender.take(), "Call-ID")).toEqual(["asd88asd77a@df7jal23ls0d.invalid"]);
  });

  it("a request that crossed too many homes is 483", () => {
    const network = open().withAccounts(bob);
    network.step(bob, {
      kind: "parcelReceived",
      parcel: { key: "k", frame: hello, from: network.home(alice).aor, authenticated: true, hops: 9 },
    });
    network.settle();
    const remembered = network.home(bob).state.replies.get("k");
    expect(remembered?.kind === "answered" ? statusOf(textOf(remembered.frame)) : 0).toBe(483);
  });
});
