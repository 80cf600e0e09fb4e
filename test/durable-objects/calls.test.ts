// Calls in real objects: what rings goes on though the object leaves memory, loses its sockets or is killed (design
// "When a device is away in a call"). Who is told what and why is the pure home's tests.

import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { headerValue } from "../../src/sip/message";
import { CallSide, cancel, place, respond, talk } from "../support/call";
import type { Phone } from "../support/phone";
import { alarmOf, crash, hibernate, homeOf, makeAccount, online, type Road, targetOn } from "./support/homes";
import { openSocket } from "./support/worker";

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

const instances = ["f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "6f85d4e3-e8aa-46aa-b768-bf39d5912143"] as const;
const open: Phone[] = [];
let pairs = 0;

afterEach(() => {
  for (const phone of open.splice(0)) phone.hangUp();
});

async function pair(road: Road = "named") {
  const suffix = `${++pairs}@example.com`;
  const [alice, bob] = [await makeAccount(`caller${suffix}`), await makeAccount(`callee${suffix}`)];
  const [a, b] = [
    await online(alice, road, { instance: instances[0] }),
    await online(bob, road, { instance: instances[1] }),
  ];
  open.push(a, b);
  const rest = async (): Promise<void> => {
    for (const aor of [alice, bob]) await hibernate(aor);
  };
  const back = async (phone: Phone): Promise<void> => {
    phone.rejoin(await openSocket(targetOn(road, phone.aor)));
    expect((await phone.register()).status).toBe(200);
  };
  return { alice, bob, a, b, rest, back };
}

const roads: readonly Road[] = ["named", "bare"];

describe.each(roads)("on the %s road", (road) => {
  describe.each([
    ["awake", false],
    ["out of memory between any two steps", true],
  ] as const)("with homes that are %s", (_, leaves) => {
    it("a call rings, is answered, talked in and hung up", async () => {
      const { a, b, rest } = await pair(road);
      const sleep = async (): Promise<void> => (leaves ? rest() : undefined);
      const placed = place(a, b.aor);
      await a.hears(placed.callId, placed.cseq, 100);
      const invite = await b.receive("INVITE");
      await sleep();
      respond(b, invite, 180);
      await a.hears(placed.callId, placed.cseq, 180);
      await sleep();
      respond(b, invite, 200);
      const answer = await a.responseTo(placed.callId, placed.cseq);
      expect(answer.text).toContain("c=IN IP4 192.0.2.1");
      await sleep();
      const [caller, callee] = [CallSide.ofCaller(a, answer), CallSide.ofCallee(b, invite)];
      caller.ack();
      await b.receive("ACK");
      await sleep();
      const info = callee.send("INFO");
      a.answer(await a.receive("INFO"), 200);
      expect((await b.responseTo(callee.callId, info)).status).toBe(200);
      await sleep();
      const bye = caller.send("BYE");
      b.answer(await b.receive("BYE"), 200);
      expect((await a.responseTo(caller.callId, bye)).status).toBe(200);
    });

    it("a CANCEL reaches a phone that rings, and the caller has his 487", async () => {
      const { a, b, rest } = await pair(road);
      const placed = place(a, b.aor);
      await a.hears(placed.callId, placed.cseq, 100);
      const invite = await b.receive("INVITE");
      respond(b, invite, 180);
      await a.hears(placed.callId, placed.cseq, 180);
      if (leaves) await rest();
      cancel(placed);
      b.answer(await b.receive("CANCEL"), 200);
      respond(b, invite, 487);
      await b.receive("ACK");
      expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(487);
    });
  });
});

describe('RFC 3261 §16.8, design "the object can hibernate while it rings"', () => {
  it("a home whose phone rings leaves memory: nothing holds it", async () => {
    const { a, b, alice, bob } = await pair();
    const placed = place(a, b.aor);
    await a.hears(placed.callId, placed.cseq, 100);
    respond(b, await b.receive("INVITE"), 180);
    await a.hears(placed.callId, placed.cseq, 180);
    // Eviction waits for timers and calls under way: that it comes back at once says that there are none.
    const began = Date.now();
    for (const aor of [alice, bob]) await hibernate(aor);
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(await alarmOf(bob)).toBeGreaterThan(Date.now());
    expect(await alarmOf(alice)).toBeGreaterThan(Date.now());
  });

  it("nobody answers: the alarm of a home that had left memory cancels, and the caller is told 480", async () => {
    const { a, b, bob, rest } = await pair();
    const placed = place(a, b.aor);
    const invite = await b.receive("INVITE");
    respond(b, invite, 180);
    await a.hears(placed.callId, placed.cseq, 180);
    await rest();
    vi.useFakeTimers({ now: Date.now() + 121_000, toFake: ["Date"] });
    try {
      await runDurableObjectAlarm(homeOf(bob));
      b.answer(await b.receive("CANCEL"), 200);
      respond(b, invite, 487);
      await b.receive("ACK");
      expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(480);
    } finally {
      vi.useRealTimers();
    }
  });

  it("a late 200, which crossed the CANCEL, is passed on by homes that had left memory", async () => {
    const { a, b, rest } = await pair();
    const placed = place(a, b.aor);
    const invite = await b.receive("INVITE");
    respond(b, invite, 180);
    await a.hears(placed.callId, placed.cseq, 180);
    await rest();
    cancel(placed);
    await b.receive("CANCEL");
    await rest();
    respond(b, invite, 200);
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(200);
  });
});

describe("design §5: away in a call", () => {
  it("the callee's socket is cut while it rings and its home was out of memory: the same page rings on", async () => {
    const { a, b, rest, back } = await pair();
    const placed = place(a, b.aor);
    respond(b, await b.receive("INVITE"), 180);
    await a.hears(placed.callId, placed.cseq, 180);
    await rest();
    b.hangUp();
    await b.closed();
    await back(b);
    const again = await b.receive("INVITE");
    respond(b, again, 200);
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(200);
  });

  it("the caller's socket is cut before the answer: it comes to the page's new socket", async () => {
    const { a, b, rest, back } = await pair();
    const placed = place(a, b.aor);
    const invite = await b.receive("INVITE");
    respond(b, invite, 180);
    await a.hears(placed.callId, placed.cseq, 180);
    await rest();
    a.hangUp();
    await a.closed();
    respond(b, invite, 200);
    await back(a);
    expect((await a.responseTo(placed.callId, placed.cseq)).status).toBe(200);
  });

  it("killed while it rings: nothing rings on, and a new call works at once", async () => {
    const { a, b, back } = await pair();
    const placed = place(a, b.aor);
    respond(b, await b.receive("INVITE"), 180);
    await a.hears(placed.callId, placed.cseq, 180);
    await crash();
    await Promise.all([a.closed(), b.closed()]);
    await back(b);
    const ended = await b.receive("CANCEL");
    expect(headerValue(ended, "call-id")).toBe(placed.callId);
    await back(a);
    const { caller } = await talk(a, b);
    const bye = caller.send("BYE");
    b.answer(await b.receive("BYE"), 200);
    expect((await a.responseTo(caller.callId, bye)).status).toBe(200);
  });

  it.each(["caller", "callee"] as const)("killed in mid call: the %s hangs up for both", async (who) => {
    const { a, b, back } = await pair();
    const sides = await talk(a, b);
    await crash();
    await Promise.all([a.closed(), b.closed()]);
    await back(a);
    await back(b);
    const [one, other] = who === "caller" ? [sides.caller, b] : [sides.callee, a];
    const bye = one.send("BYE");
    other.answer(await other.receive("BYE"), 200);
    expect((await one.phone.responseTo(one.callId, bye)).status).toBe(200);
  });
});
