import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { millis } from "../../src/base/brand";
import type { Result } from "../../src/base/result";
import { clientKey, serverKey, type TransactionKey } from "../../src/transaction/key";
import { defaultLayerSettings, type LayerEffect, TransactionLayer } from "../../src/transaction/layer";
import { reliableTimers } from "../../src/transaction/timers";
import { ACK, at, begin, INVITE, MESSAGE, response } from "./arrow";

const via = (branch: string) => ({
  text: `SIP/2.0/WSS a.invalid;branch=${branch}`,
  sentBy: "a.invalid",
  branch,
});
const request = (method: string, branch: string) => ({
  method,
  requestUri: "sip:bob@example.com",
  callId: "1",
  cseq: 1,
  fromTag: "a",
  topVia: via(branch),
});
const inviteIn = serverKey(request("INVITE", "z9hG4bKin"));
const messageIn = serverKey(request("MESSAGE", "z9hG4bKmsg"));
const inviteOut = clientKey("z9hG4bKout", "INVITE");
const kinds = (effects: readonly LayerEffect[] | undefined) => effects?.map(({ effect }) => effect.kind);
const opened = (result: Result<readonly LayerEffect[], unknown>): readonly LayerEffect[] => {
  if (!result.ok) throw new Error("refused");
  return result.value;
};

describe("RFC 6026 §8.9 and §8.10", () => {
  it("leaves a new request to the core and a stray response to nobody", () => {
    const layer = new TransactionLayer();
    expect(layer.receiveRequest(inviteIn, { method: "INVITE", message: INVITE }, begin)).toBeUndefined();
    expect(layer.receiveResponse(inviteOut, { status: 200, message: response(200) }, begin)).toBeUndefined();
    expect(layer.respond(inviteIn, { status: 200, message: response(200) }, begin)).toBeUndefined();
  });

  it("routes a call through a proxy: INVITE, 180, 200, the 200 again, ACK", () => {
    const layer = new TransactionLayer();
    opened(layer.startServer(inviteIn, "INVITE", begin));
    const sent = opened(layer.startClient(inviteOut, { method: "INVITE", message: INVITE }, begin));
    expect(sent).toEqual([{ key: inviteOut, effect: { kind: "send", message: INVITE } }]);
    for (const status of [180, 200, 200]) {
      const up = layer.receiveResponse(inviteOut, { status, message: response(status) }, at(100));
      expect(kinds(up)).toEqual(["deliver"]);
      const back = layer.respond(inviteIn, { status, message: response(status) }, at(100));
      expect(back).toEqual([{ key: inviteIn, effect: { kind: "send", message: response(status) } }]);
    }
    const ack = serverKey(request("ACK", "z9hG4bKin"));
    expect(kinds(layer.receiveRequest(ack, { method: "ACK", message: ACK }, at(200)))).toEqual(["deliver"]);
    expect(kinds(layer.fireTimers(at(32_100)))).toEqual(["terminated", "terminated"]);
    expect(layer.size).toBe(0);
    expect(layer.nextDeadline()).toBeUndefined();
  });

  it("cancels an INVITE, and drops the responses of a forgotten one", () => {
    const layer = new TransactionLayer();
    opened(layer.startClient(inviteOut, { method: "INVITE", message: INVITE }, begin));
    layer.receiveResponse(inviteOut, { status: 180, message: response(180) }, at(10));
    expect(kinds(layer.cancel(inviteOut, at(20)))).toEqual(["cancel"]);
    layer.forget(inviteOut);
    expect(layer.receiveResponse(inviteOut, { status: 487, message: response(487) }, at(30))).toBeUndefined();
    expect(layer.cancel(inviteOut, at(40))).toBeUndefined();
  });

  it("knows no CANCEL of another method (§9.1) and no answer to a transaction of the other side", () => {
    const layer = new TransactionLayer();
    const key = clientKey("z9hG4bKm", "MESSAGE");
    opened(layer.startClient(key, { method: "MESSAGE", message: MESSAGE }, begin));
    expect(layer.cancel(key, begin)).toEqual([]);
    expect(() => layer.respond(key, { status: 200, message: response(200) }, begin)).toThrow(
      /kind nonInviteClient/,
    );
    expect(kinds(layer.transportFailed(key, begin))).toEqual(["inform", "terminated"]);
  });
});

describe("timers of the layer", () => {
  it("names the nearest deadline of all, and fires exactly what is due", () => {
    const layer = new TransactionLayer();
    opened(layer.startServer(messageIn, "MESSAGE", begin));
    expect(layer.nextDeadline()).toBe(at(3500));
    opened(layer.startServer(inviteIn, "INVITE", at(100)));
    expect(layer.nextDeadline()).toBe(at(300));
    expect(layer.fireTimers(at(299))).toEqual([]);
    expect(layer.fireTimers(at(300))).toEqual([{ key: inviteIn, effect: { kind: "answerTrying" } }]);
    expect(layer.fireTimers(at(300))).toEqual([]);
    expect(layer.nextDeadline()).toBe(at(3500));
  });

  it("an object that slept through every deadline ends what it has in one wake-up for each wait", () => {
    const layer = new TransactionLayer();
    opened(layer.startServer(messageIn, "MESSAGE", begin));
    expect(kinds(layer.fireTimers(at(86_400_000)))).toEqual(["answerTrying", "inform", "terminated"]);
    expect(layer.size).toBe(0);
  });

  it("takes its durations from the settings", () => {
    const timers = reliableTimers({ t1: millis(100), t2: millis(4000), t4: millis(5000) });
    const layer = new TransactionLayer({ ...defaultLayerSettings, timers });
    opened(layer.startClient(inviteOut, { method: "INVITE", message: INVITE }, begin));
    expect(layer.nextDeadline()).toBe(at(6400));
  });
});

describe("bounds", () => {
  it("refuses one transaction too many with 503, and takes it when another has ended", () => {
    const layer = new TransactionLayer({ ...defaultLayerSettings, capacity: 1 });
    opened(layer.startServer(messageIn, "MESSAGE", begin));
    expect(layer.startServer(inviteIn, "INVITE", begin)).toMatchObject({ ok: false, error: { status: 503 } });
    layer.respond(messageIn, { status: 200, message: response(200) }, begin);
    expect(layer.startServer(inviteIn, "INVITE", begin).ok).toBe(true);
  });

  it("opening a key twice is a bug of ours", () => {
    const layer = new TransactionLayer();
    opened(layer.startServer(inviteIn, "INVITE", begin));
    expect(() => layer.startServer(inviteIn, "INVITE", begin)).toThrow(/opened once/);
  });
});

describe("eviction", () => {
  it("rows given to a new layer go on where the old one stopped", () => {
    const act = fc.tuple(
      fc.nat(4),
      fc.constantFrom(100, 180, 200, 486),
      fc.constantFrom(0, 300, 5000, 40_000),
    );
    const keys: readonly TransactionKey[] = [inviteIn, messageIn, inviteOut];
    const steps = (evict: boolean, acts: readonly (readonly [number, number, number])[]) => {
      let layer = new TransactionLayer();
      opened(layer.startServer(inviteIn, "INVITE", begin));
      opened(layer.startServer(messageIn, "MESSAGE", begin));
      opened(layer.startClient(inviteOut, { method: "INVITE", message: INVITE }, begin));
      let now = 0;
      return acts.map(([which, status, wait]) => {
        if (evict)
          layer = new TransactionLayer(defaultLayerSettings, JSON.parse(JSON.stringify(layer.rows())));
        now += wait;
        const key = keys[which];
        if (key === undefined) return layer.fireTimers(at(now));
        const facts = { status, message: response(status) };
        return key === inviteOut
          ? layer.receiveResponse(key, facts, at(now))
          : layer.respond(key, facts, at(now));
      });
    };
    fc.assert(
      fc.property(fc.array(act, { maxLength: 15 }), (acts) => {
        expect(steps(true, acts)).toStrictEqual(steps(false, acts));
      }),
    );
  });
});
