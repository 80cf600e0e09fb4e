import { describe, expect, it } from "vitest";
import { Client, registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { alice, bob, desk, pair, phone } from "./support/pair";
import { headerOf, headersOf, sip, statusOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";

describeWithEviction("RFC 5626 §4.4.1, RFC 7118 §5: keep-alives and noise", (open) => {
  it("a ping in binary is answered in binary, a lone CRLF not at all", () => {
    const { sender } = pair(open);
    expect(sender.send(new Uint8Array([13, 10, 13, 10])).takeAll()).toEqual([new Uint8Array([13, 10])]);
    expect(sender.send("\r\n").takeAll()).toEqual([]);
    expect(headersOf(sender.register(), "Contact")[0]).toContain("expires=600");
  });

  it("what is no SIP changes nothing", () => {
    const { network, sender } = pair(open);
    const rows = network.home(alice).rowsWritten;
    for (const noise of [
      "",
      "\0",
      "GET / HTTP/1.1\r\n\r\n",
      "SIP/2.0 200 OK\r\n\r\n",
      new Uint8Array([255, 254]),
    ]) {
      sender.send(noise);
    }
    expect(network.home(alice).rowsWritten).toBe(rows);
    expect(sender.message(bob, "still here")).toBe(200);
  });
});

describeWithEviction("RFC 5627 §5.1, design: a GRUU reaches one device", (open) => {
  it("live, or later from the log, and no other", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const answers = () => 200;
    const one = registered(network, bob, "one", { instance: phone, answers, lines: ["Supported: gruu"] });
    const two = registered(network, bob, "two", { instance: desk, answers, lines: ["Supported: gruu"] });
    const contact =
      headersOf(one.register({ lines: ["Supported: gruu"] }), "Contact").find((each) =>
        each.includes("one@"),
      ) ?? "";
    for (const name of ["pub-gruu", "temp-gruu"]) {
      const gruu = new RegExp(`${name}="([^"]*)"`).exec(contact)?.[1] ?? "";
      const statusFor = () =>
        statusOf(sender.ask(sender.text("MESSAGE", gruu, bob, ["Content-Type: text/plain"], name)));
      expect(statusFor()).toBe(200);
      expect([one.takeRequests().length, two.takeRequests().length]).toEqual([1, 0]);
      one.close();
      network.advance(11_000);
      expect(statusFor()).toBe(202);
      one.connect().register({ lines: ["Supported: gruu"] });
      network.settle();
      expect([one.takeRequests().length, two.takeRequests().length]).toEqual([1, 0]);
    }
  });

  it("and no device that comes while it waits in the log", () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    const answers = () => 200;
    const known = registered(network, bob, "known", { instance: phone, answers });
    known.close();
    network.advance(11_000);
    const gruu = `sip:${bob};gr=${phone}`;
    expect(
      statusOf(sender.ask(sender.text("MESSAGE", gruu, bob, ["Content-Type: text/plain"], "private"))),
    ).toBe(202);
    const stranger = registered(network, bob, "stranger", { instance: desk, answers });
    network.settle();
    expect(stranger.takeRequests()).toEqual([]);
    known.connect().register();
    network.settle();
    expect(known.takeRequests()).toHaveLength(1);
  });

  it("that is void or invented is 404 (§5.4)", () => {
    const { sender } = pair(open);
    for (const gruu of [
      "sip:bob@example.com;gr=urn:uuid:nobody",
      "sip:tgruu.invented@example.com;gr",
      "sip:bob@example.com;gr",
    ]) {
      expect(statusOf(sender.ask(sender.text("MESSAGE", gruu, bob)))).toBe(404);
    }
  });
});

// With memory: a home that was evicted has been idle for longer than its bucket takes to fill.
describe("design, Trust: requests per second and socket", () => {
  it("requests over the rate are 503 with Retry-After, and the next second is a new one", () => {
    const network = new VirtualNetwork({
      settings: (defaults) => ({
        ...defaults,
        limits: { ...defaults.limits, requestRate: 2, requestBurst: 4 },
      }),
    }).withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page");
    network.advance(10_000);
    const statuses = Array.from({ length: 5 }, () => sender.ask(sender.registerText()));
    expect(statuses.map(statusOf)).toEqual([200, 200, 200, 200, 503]);
    expect(headerOf(statuses[4], "Retry-After")).toBe("1");
    network.advance(1_000);
    expect(statusOf(sender.register())).toBe(200);
  });
});

describe("what cannot be read", () => {
  const noise = sip`
    MESSAGE sip:bob@example.com SIP/2.0
    Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1
    From: <sip:alice@example.com>;tag=1
    To: <sip:bob@example.com>
    Call-ID: 1
    CSeq: 1 MESSAGE
    noise`;
  const network = (requestBurst: number) =>
    new VirtualNetwork({
      settings: (defaults) => ({ ...defaults, limits: { ...defaults.limits, requestBurst, requestRate: 1 } }),
    }).withAccounts(alice);
  const lines = ({ logged }: VirtualNetwork): number =>
    logged.filter(({ event }) => event === "unreadable message").length;

  it("is one line of the log for each socket, stranger's or user's", () => {
    const whole = network(1000);
    const one = new Client(whole, alice, "one").connect();
    const two = registered(whole, alice, "two");
    for (let count = 0; count < 20; count++) for (const client of [one, two]) client.send(noise);
    expect(lines(whole)).toBe(2);
    one.close();
    one.connect().send(noise);
    expect(lines(whole)).toBe(3);
  });

  it("is answered no oftener than what can", () => {
    const client = new Client(network(10), alice, "page").connect();
    for (let count = 0; count < 20; count++) client.send(noise);
    expect(client.takeAll()).toHaveLength(10);
    client.network.advance(1000);
    expect(client.send(noise).takeAll()).toHaveLength(1);
  });
});
