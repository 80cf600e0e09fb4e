import { describe, expect, it } from "vitest";
import type { ClientEffect } from "../../src/transaction/client-transaction";
import {
  type InviteClient,
  type InviteClientInput,
  startInviteClient,
  stepInviteClient,
} from "../../src/transaction/invite-client";
import { reliableTimers, repeatingTimers } from "../../src/transaction/timers";
import { arrow, at, begin, INVITE, response } from "./arrow";

const received = (status: number): InviteClientInput => ({
  kind: "received",
  status,
  message: response(status),
});
const fired = (timer: "B" | "C" | "D" | "M" | "cancelled"): InviteClientInput => ({
  kind: "timerFired",
  timer,
});

/** Every state, each timer of its own due at once. */
const states = {
  calling: { kind: "calling", request: INVITE, cancelled: false, timers: { B: begin, C: at(9e9) } },
  "calling, cancelled": { kind: "calling", request: INVITE, cancelled: true, timers: { B: begin } },
  proceeding: { kind: "proceeding", request: INVITE, cancelled: false, timers: { C: begin } },
  "proceeding, cancelled": {
    kind: "proceeding",
    request: INVITE,
    cancelled: true,
    timers: { cancelled: begin },
  },
  completed: { kind: "completed", request: INVITE, timers: { D: begin } },
  accepted: { kind: "accepted", timers: { M: begin } },
  terminated: { kind: "terminated", timers: {} },
} as const satisfies Record<string, InviteClient>;

const inputs = {
  100: received(100),
  180: received(180),
  200: received(200),
  486: received(486),
  700: received(700),
  cancelled: { kind: "cancelled" },
  "transport error": { kind: "transportFailed" },
  "Timer B": fired("B"),
  "Timer C": fired("C"),
  "Timer D": fired("D"),
  "Timer M": fired("M"),
  "64*T1 after CANCEL": fired("cancelled"),
} as const satisfies Record<string, InviteClientInput>;

type Table = Record<keyof typeof states, Record<keyof typeof inputs, string>>;

// RFC 6026 Figure 5, with the CANCEL of RFC 3261 §9.1 and the Timer C of §16.8.
const timedOut = "terminated: inform timeout, terminated";
const legal: Table = {
  calling: {
    100: "proceeding: deliver 100",
    180: "proceeding: deliver 180",
    200: "accepted: deliver 200",
    486: "completed: acknowledge, deliver 486",
    700: "calling",
    cancelled: "calling",
    "transport error": "terminated: inform transport, terminated",
    "Timer B": timedOut,
    "Timer C": "calling",
    "Timer D": "calling",
    "Timer M": "calling",
    "64*T1 after CANCEL": "calling",
  },
  "calling, cancelled": {
    100: "proceeding: deliver 100, cancel",
    180: "proceeding: deliver 180, cancel",
    200: "accepted: deliver 200",
    486: "completed: acknowledge, deliver 486",
    700: "calling",
    cancelled: "calling",
    "transport error": "terminated: inform transport, terminated",
    "Timer B": timedOut,
    "Timer C": "calling",
    "Timer D": "calling",
    "Timer M": "calling",
    "64*T1 after CANCEL": "calling",
  },
  proceeding: {
    100: "proceeding: deliver 100",
    180: "proceeding: deliver 180",
    200: "accepted: deliver 200",
    486: "completed: acknowledge, deliver 486",
    700: "proceeding",
    cancelled: "proceeding: cancel",
    "transport error": "proceeding",
    "Timer B": "proceeding",
    "Timer C": "proceeding: cancel",
    "Timer D": "proceeding",
    "Timer M": "proceeding",
    "64*T1 after CANCEL": "proceeding",
  },
  "proceeding, cancelled": {
    100: "proceeding: deliver 100",
    180: "proceeding: deliver 180",
    200: "accepted: deliver 200",
    486: "completed: acknowledge, deliver 486",
    700: "proceeding",
    cancelled: "proceeding",
    "transport error": "proceeding",
    "Timer B": "proceeding",
    "Timer C": "proceeding",
    "Timer D": "proceeding",
    "Timer M": "proceeding",
    "64*T1 after CANCEL": timedOut,
  },
  completed: {
    100: "completed",
    180: "completed",
    200: "completed",
    486: "completed: acknowledge",
    700: "completed",
    cancelled: "completed",
    "transport error": "terminated: inform transport, terminated",
    "Timer B": "completed",
    "Timer C": "completed",
    "Timer D": "terminated: terminated",
    "Timer M": "completed",
    "64*T1 after CANCEL": "completed",
  },
  accepted: {
    100: "accepted",
    180: "accepted",
    200: "accepted: deliver 200",
    486: "accepted",
    700: "accepted",
    cancelled: "accepted",
    "transport error": "accepted",
    "Timer B": "accepted",
    "Timer C": "accepted",
    "Timer D": "accepted",
    "Timer M": "terminated: terminated",
    "64*T1 after CANCEL": "accepted",
  },
  terminated: {
    100: "terminated",
    180: "terminated",
    200: "terminated",
    486: "terminated",
    700: "terminated",
    cancelled: "terminated",
    "transport error": "terminated",
    "Timer B": "terminated",
    "Timer C": "terminated",
    "Timer D": "terminated",
    "Timer M": "terminated",
    "64*T1 after CANCEL": "terminated",
  },
};

const values = repeatingTimers();

describe("RFC 6026 Figure 5: the INVITE client transaction", () => {
  for (const [state, row] of Object.entries(legal) as [keyof Table, Table[keyof Table]][]) {
    for (const [input, expected] of Object.entries(row) as [keyof typeof inputs, string][]) {
      it(`${state}, ${input} -> ${expected}`, () => {
        expect(arrow(stepInviteClient(states[state], inputs[input], begin, values))).toBe(expected);
      });
    }
  }
});

describe("RFC 3261 §17.1.1.2", () => {
  it("sends the INVITE and runs Timer B for 64*T1", () => {
    const { state, effects } = startInviteClient(INVITE, begin);
    expect(effects).toEqual([{ kind: "send", message: INVITE }]);
    expect(state.timers.B).toBe(at(32_000));
  });

  it("acknowledges a refusal with the request and the response it answers, and is gone on a reliable hop", () => {
    const { state } = startInviteClient(INVITE, begin);
    const next = stepInviteClient(state, received(486), at(10), reliableTimers());
    expect(next.state).toEqual({ kind: "terminated", timers: {} });
    expect(next.effects).toEqual<ClientEffect[]>([
      { kind: "acknowledge", request: INVITE, response: response(486) },
      { kind: "deliver", status: 486, message: response(486) },
      { kind: "terminated" },
    ]);
  });

  it("holds a refusal for at least 32 s where it may come twice, even if T1 is short", () => {
    const short = repeatingTimers({ t1: values.B, t2: values.B, t4: values.B });
    expect(short.D).toBe(64 * values.B);
    const { state } = startInviteClient(INVITE, begin, values);
    expect(stepInviteClient(state, received(486), begin, values).state.timers).toEqual({ D: at(32_000) });
  });
});

describe("RFC 6026 §7.2", () => {
  it("delivers every 2xx for 64*T1 after the first, which a later one does not prolong", () => {
    const { state } = startInviteClient(INVITE, begin);
    const first = stepInviteClient(state, received(200), at(100));
    expect(first.state).toEqual({ kind: "accepted", timers: { M: at(32_100) } });
    const second = stepInviteClient(first.state, received(200), at(20_000));
    expect(second.state).toEqual(first.state);
    expect(arrow(second)).toBe("accepted: deliver 200");
  });
});

describe("RFC 3261 §16.6 step 11, §16.7 step 2", () => {
  it("sets Timer C to more than three minutes, anew at 101 to 199 and not at 100", () => {
    const { state } = startInviteClient(INVITE, begin);
    expect(state.timers.C).toBeGreaterThan(at(180_000));
    const trying = stepInviteClient(state, received(100), at(50)).state;
    expect(trying.timers.C).toBe(state.timers.C);
    const ringing = stepInviteClient(trying, received(180), at(5000)).state;
    expect(ringing.timers.C).toBe((state.timers.C ?? 0) + 5000);
  });

  it("does not start Timer C again once the CANCEL is out", () => {
    const { state } = startInviteClient(INVITE, begin);
    const ringing = stepInviteClient(state, received(180), at(50)).state;
    const cancelled = stepInviteClient(ringing, { kind: "cancelled" }, at(60)).state;
    expect(stepInviteClient(cancelled, received(183), at(70)).state.timers).toEqual({
      cancelled: at(32_060),
    });
  });
});

describe("RFC 3261 §9.1", () => {
  it("holds the CANCEL back until the first provisional response, then sends it once", () => {
    const calling = startInviteClient(INVITE, begin).state;
    const waiting = stepInviteClient(calling, { kind: "cancelled" }, at(10));
    expect(waiting.effects).toEqual([]);
    const heard = stepInviteClient(waiting.state, received(180), at(20));
    expect(heard.effects.at(-1)).toEqual({ kind: "cancel", request: INVITE });
    expect(stepInviteClient(heard.state, { kind: "cancelled" }, at(30)).effects).toEqual([]);
  });
});
