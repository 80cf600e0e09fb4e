import { describe, expect, it } from "vitest";
import { millis } from "../../src/base/brand";
import {
  type NonInviteServer,
  startNonInviteServer,
  stepNonInviteServer,
} from "../../src/transaction/non-invite-server";
import type { ServerInput } from "../../src/transaction/server-transaction";
import { reliableTimers, repeatingTimers, type TimerName } from "../../src/transaction/timers";
import { arrow, at, begin, MESSAGE, response } from "./arrow";

const responded = (status: number): ServerInput => ({ kind: "responded", status, message: response(status) });
const fired = (timer: TimerName): ServerInput => ({ kind: "timerFired", timer });

/** Every state, each timer of its own due at once. */
const states = {
  trying: { kind: "trying", timers: { nonInviteTrying: begin, nonInviteExpiry: begin } },
  proceeding: { kind: "proceeding", provisional: response(100), timers: { nonInviteExpiry: begin } },
  completed: { kind: "completed", final: response(200), timers: { J: begin } },
  terminated: { kind: "terminated", timers: {} },
} as const satisfies Record<string, NonInviteServer>;

const inputs = {
  request: { kind: "received", method: "MESSAGE", message: MESSAGE },
  "100 from TU": responded(100),
  "183 from TU": responded(183),
  "202 from TU": responded(202),
  "408 from TU": responded(408),
  "604 from TU": responded(604),
  "0 from TU": responded(0),
  "transport error": { kind: "transportFailed" },
  "time for a 100": fired("nonInviteTrying"),
  expiry: fired("nonInviteExpiry"),
  "Timer J": fired("J"),
} as const satisfies Record<string, ServerInput>;

type Table = Record<keyof typeof states, Record<keyof typeof inputs, string>>;

// RFC 3261 Figure 8 with RFC 4320 §4 and RFC 6026 §8.8.
const legal: Table = {
  trying: {
    request: "trying",
    "100 from TU": "proceeding: send 100",
    "183 from TU": "trying",
    "202 from TU": "completed: send 202",
    "408 from TU": "trying",
    "604 from TU": "completed: send 604",
    "0 from TU": "trying",
    "transport error": "trying",
    "time for a 100": "trying: answerTrying",
    expiry: "terminated: inform timeout, terminated",
    "Timer J": "trying",
  },
  proceeding: {
    request: "proceeding: send 100",
    "100 from TU": "proceeding: send 100",
    "183 from TU": "proceeding",
    "202 from TU": "completed: send 202",
    "408 from TU": "proceeding",
    "604 from TU": "completed: send 604",
    "0 from TU": "proceeding",
    "transport error": "proceeding: inform transport",
    "time for a 100": "proceeding",
    expiry: "terminated: inform timeout, terminated",
    "Timer J": "proceeding",
  },
  completed: {
    request: "completed: send 200",
    "100 from TU": "completed",
    "183 from TU": "completed",
    "202 from TU": "completed",
    "408 from TU": "completed",
    "604 from TU": "completed",
    "0 from TU": "completed",
    "transport error": "completed: inform transport",
    "time for a 100": "completed",
    expiry: "completed",
    "Timer J": "terminated: terminated",
  },
  terminated: {
    request: "terminated",
    "100 from TU": "terminated",
    "183 from TU": "terminated",
    "202 from TU": "terminated",
    "408 from TU": "terminated",
    "604 from TU": "terminated",
    "0 from TU": "terminated",
    "transport error": "terminated",
    "time for a 100": "terminated",
    expiry: "terminated",
    "Timer J": "terminated",
  },
};

describe("RFC 3261 Figure 8: the non-INVITE server transaction", () => {
  for (const [state, row] of Object.entries(legal) as [keyof Table, Table[keyof Table]][]) {
    for (const [input, expected] of Object.entries(row) as [keyof typeof inputs, string][]) {
      it(`${state}, ${input} -> ${expected}`, () => {
        expect(arrow(stepNonInviteServer(states[state], inputs[input], begin, repeatingTimers()))).toBe(
          expected,
        );
      });
    }
  }
});

describe("RFC 4320 §4.1", () => {
  it("owes a 100 when Timer E of a client would be set to T2: 3.5 s with the usual T1 and T2", () => {
    expect(startNonInviteServer(begin).state.timers.nonInviteTrying).toBe(at(3500));
    const slow = reliableTimers({ t1: millis(2000), t2: millis(4000), t4: millis(5000) });
    expect(slow.nonInviteTrying).toBe(2000);
  });

  it("asks for it once, and not after a response", () => {
    const { state } = stepNonInviteServer(
      startNonInviteServer(begin).state,
      fired("nonInviteTrying"),
      at(3500),
    );
    expect(stepNonInviteServer(state, fired("nonInviteTrying"), at(3600)).effects).toEqual([]);
    const answered = stepNonInviteServer(startNonInviteServer(begin).state, responded(100), at(1)).state;
    expect(stepNonInviteServer(answered, fired("nonInviteTrying"), at(3500)).effects).toEqual([]);
  });
});

describe("RFC 4320 §4.2", () => {
  it("sends nothing at all when the TU cannot respond in 64*T1", () => {
    let step = stepNonInviteServer(startNonInviteServer(begin).state, responded(408), at(31_999));
    expect(step.effects).toEqual([]);
    step = stepNonInviteServer(step.state, fired("nonInviteExpiry"), at(32_000));
    expect(arrow(step)).toBe("terminated: inform timeout, terminated");
  });
});

describe("RFC 3261 §17.2.2", () => {
  it("is gone with the final response where Timer J is zero", () => {
    const step = stepNonInviteServer(states.trying, responded(200), begin, reliableTimers());
    expect(arrow(step)).toBe("terminated: send 200, terminated");
  });

  it("answers a copy of the request for 64*T1 where it may come twice", () => {
    const { state } = stepNonInviteServer(states.trying, responded(200), begin, repeatingTimers());
    expect(state.timers).toEqual({ J: at(32_000) });
  });
});
