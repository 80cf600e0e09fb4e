import { describe, expect, it } from "vitest";
import { type EpochMs, epochMs } from "../../src/base/brand";
import { isFlooding, takeRequest, takeTokenCheck } from "../../src/home/rate";
import type { HomeState } from "../../src/home/state";
import { Client, registered } from "./support/client";
import { headerOf, statusOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";

const alice = "alice@example.com";
const start = epochMs(1_790_000_000_000);
const at = (ms: number): EpochMs => epochMs(start + ms);

/** How often it may be done at once. */
function timesAtOnce(take: () => boolean): number {
  let times = 0;
  while (times < 10_000 && take()) times++;
  return times;
}

const fresh = () => new VirtualNetwork().home("alice@example.com").state;

describe("design, Trust: requests per second and socket", () => {
  const rate = { requestRate: 1000, requestBurst: 2000 };

  it("come at once up to the burst, then at the rate", () => {
    const state = fresh();
    expect(timesAtOnce(() => takeRequest(state, "one", rate, start))).toBe(2000);
    expect(timesAtOnce(() => takeRequest(state, "one", rate, at(10)))).toBe(10);
    expect(takeRequest(state, "other", rate, at(10))).toBe(true);
  });

  it("are not taken away by a clock that is set back", () => {
    const state = fresh();
    takeRequest(state, "one", rate, start);
    expect(timesAtOnce(() => takeRequest(state, "one", rate, at(-60_000)))).toBe(1999);
    expect(timesAtOnce(() => takeRequest(state, "one", rate, at(-59_990)))).toBe(10);
  });

  it("with a token to be checked are a hundredth of that", () => {
    const state = fresh();
    const check = (now: EpochMs) =>
      takeTokenCheck(state, "one", rate, now) && takeRequest(state, "one", rate, now);
    expect(timesAtOnce(() => check(start))).toBe(20);
    expect(timesAtOnce(() => check(at(1000)))).toBe(10);
  });

  it("without a token are served although there is not enough left for a check", () => {
    const state = fresh();
    for (let count = 0; count < 1950; count++) takeRequest(state, "one", rate, start);
    expect(takeTokenCheck(state, "one", rate, start)).toBe(false);
    expect(timesAtOnce(() => takeRequest(state, "one", rate, start))).toBe(50);
  });

  it.each([
    [1, 1, 1000],
    [20, 10, 0],
    [100, 50, 0],
  ])("at a burst of %i are served after their challenge, at %i each", (requestBurst, cost, pause) => {
    const state = fresh();
    const small = { requestRate: 1, requestBurst };
    expect(takeRequest(state, "one", small, start)).toBe(true);
    expect(takeTokenCheck(state, "one", small, at(pause))).toBe(true);
    expect(takeRequest(state, "one", small, at(pause))).toBe(true);
    const left = requestBurst - 1 + pause / 1000 - cost;
    expect(timesAtOnce(() => takeRequest(state, "one", small, at(pause)))).toBe(left);
  });
});

describe("design, Trust: what comes in excess of the rate", () => {
  const rate = { requestRate: 10, requestBurst: 20 };
  /** One second of messages in even steps. */
  const second = (state: HomeState, from: number, messages: number) => {
    for (let sent = 0; sent < messages; sent++) {
      takeRequest(state, "one", rate, at(from * 1000 + (sent * 1000) / messages));
    }
  };

  it("is a flood from more than a whole burst on", () => {
    const state = fresh();
    for (let sent = 0; sent < 40; sent++) takeRequest(state, "one", rate, start);
    expect(isFlooding(state, "one", rate)).toBe(false);
    takeRequest(state, "one", rate, start);
    expect(isFlooding(state, "one", rate)).toBe(true);
    expect(isFlooding(state, "other", rate)).toBe(false);
  });

  it.each([
    [15, false],
    [40, true],
  ])("is forgotten at the rate: %i a second without an end are a flood: %s", (messages, flood) => {
    const state = fresh();
    for (let from = 0; from < 60; from++) second(state, from, messages);
    expect(isFlooding(state, "one", rate)).toBe(flood);
  });
});

describe("design, Trust: whatever a socket sends counts before it is read", () => {
  const network = (requestBurst: number) =>
    new VirtualNetwork({
      settings: (defaults) => ({ ...defaults, limits: { ...defaults.limits, requestBurst, requestRate: 1 } }),
    }).withAccounts(alice);
  const stranger = (requestBurst: number) => new Client(network(requestBurst), alice, "page").connect();
  const flood = { code: 1008, reason: "Too many messages" };
  const ack = (client: Client) => client.text("ACK", "sip:bob@example.com", alice);

  it.each([
    ["noise", () => "noise"],
    ["responses", () => "SIP/2.0 200 OK\r\n\r\n"],
    ["ACKs", ack],
    ["requests without sense", (client: Client) => client.text("X", "mailto:bob", alice)],
  ])("%s of a stranger: a burst, another one in excess, and the socket is closed", (_what, text) => {
    const client = stranger(5);
    for (let sent = 0; sent < 10; sent++) client.send(text(client));
    expect(client.end.closed).toBeUndefined();
    client.send(text(client));
    expect(client.end.closed).toEqual(flood);
    expect(client.network.logged.length).toBeLessThanOrEqual(1);
  });

  it("a request in excess is 503 with Retry-After until then", () => {
    const client = stranger(1);
    for (let sent = 0; sent < 3; sent++) client.send(client.registerText());
    const [first, second] = client.takeAll();
    expect([statusOf(first), statusOf(second), headerOf(second, "Retry-After")]).toEqual([401, 503, "1"]);
    expect(client.end.closed).toEqual(flood);
  });

  it("keep-alives cost nothing", () => {
    const client = stranger(2);
    for (let sent = 0; sent < 50; sent++) client.send(new Uint8Array([13, 10, 13, 10]));
    expect(client.end.closed).toBeUndefined();
    expect(statusOf(client.ask(client.registerText()))).toBe(401);
  });

  it.each(["SIP/2.0 200 OK\r\n\r\n", new TextEncoder().encode("SIP/2.0 200 OK\r\n\r\n")])(
    "answers of the user's device cost nothing: others have asked",
    (answer) => {
      const client = registered(network(10), alice, "page");
      for (let sent = 0; sent < 50; sent++) client.send(answer);
      expect(client.end.closed).toBeUndefined();
      expect(statusOf(client.register())).toBe(200);
    },
  );

  it("refusals of a stranger are one line of the log, those of a user one each", () => {
    const whole = network(100);
    const refused = () => whole.logged.filter(({ event }) => event === "refused").length;
    const client = new Client(whole, alice, "page").connect();
    for (let sent = 0; sent < 5; sent++) client.send(client.text("X", "mailto:bob", alice));
    expect(refused()).toBe(1);
    const user = registered(whole, alice, "other");
    for (let sent = 0; sent < 5; sent++) user.send(user.text("X", "mailto:bob", alice));
    expect(refused()).toBe(6);
  });
});

describe("a socket that nobody has logged in on", () => {
  const network = () =>
    new VirtualNetwork({
      settings: (defaults) => ({ ...defaults, limits: { ...defaults.limits, strangerBurst: 10 } }),
    }).withAccounts(alice, "bob@example.com");

  it("has a burst of its own, a tenth of it a second after that, and is closed for twice as much", () => {
    const client = new Client(network(), alice, "page").connect();
    const statuses = Array.from({ length: 12 }, () => statusOf(client.ask(client.registerText())));
    expect(statuses).toEqual([...Array<number>(10).fill(401), 503, 503]);
    client.network.advance(2000);
    expect(statusOf(client.ask(client.registerText()))).toBe(401);
    for (let sent = 0; sent < 12; sent++) client.send(client.registerText());
    expect(client.end.closed).toEqual({ code: 1008, reason: "Too many messages" });
  });

  it("has what every user has from its login on", () => {
    const client = registered(network(), alice, "page");
    const statuses = Array.from({ length: 100 }, () => statusOf(client.ask(client.registerText())));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it("takes nothing of the owner's, nor of another's", () => {
    const whole = network();
    const client = new Client(whole, alice, "page").connect();
    for (let sent = 0; sent < 15; sent++) client.send("noise");
    expect(client.end.closed).toBeUndefined();
    expect(statusOf(new Client(whole, alice, "beside").connect().register())).toBe(200);
    for (let sent = 0; sent < 15; sent++) client.send("noise");
    expect(client.end.closed?.code).toBe(1008);
    expect(statusOf(new Client(whole, alice, "other").connect().register())).toBe(200);
    expect([...whole.home(alice).state.rates.keys()].filter((key) => key.includes("stranger"))).toEqual([]);
  });
});
