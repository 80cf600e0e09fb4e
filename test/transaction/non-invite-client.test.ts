import { describe, expect, it } from "vitest";
import type { ClientInput } from "../../src/transaction/client-transaction";
import {
  type NonInviteClient,
  startNonInviteClient,
  stepNonInviteClient,
} from "../../src/transaction/non-invite-client";
import { reliableTimers, repeatingTimers } from "../../src/transaction/timers";
import { arrow, at, begin, MESSAGE, response } from "./arrow";

const received = (status: number): ClientInput => ({ kind: "received", status, message: response(status) });

/** Every state, each timer of its own due at once. */
const states = {
  trying: { kind: "trying", timers: { F: begin } },
  proceeding: { kind: "proceeding", timers: { F: begin } },
  completed: { kind: "completed", timers: { K: begin } },
  terminated: { kind: "terminated", timers: {} },
} as const satisfies Record<string, NonInviteClient>;

const inputs = {
  100: received(100),
  202: received(202),
  503: received(503),
  99: received(99),
  "transport error": { kind: "transportFailed" },
  "Timer F": { kind: "timerFired", timer: "F" },
  "Timer K": { kind: "timerFired", timer: "K" },
} as const satisfies Record<string, ClientInput>;

type Table = Record<keyof typeof states, Record<keyof typeof inputs, string>>;

// RFC 3261 Figure 6.
const legal: Table = {
  trying: {
    100: "proceeding: deliver 100",
    202: "completed: deliver 202",
    503: "completed: deliver 503",
    99: "trying",
    "transport error": "terminated: inform transport, terminated",
    "Timer F": "terminated: inform timeout, terminated",
    "Timer K": "trying",
  },
  proceeding: {
    100: "proceeding: deliver 100",
    202: "completed: deliver 202",
    503: "completed: deliver 503",
    99: "proceeding",
    "transport error": "terminated: inform transport, terminated",
    "Timer F": "terminated: inform timeout, terminated",
    "Timer K": "proceeding",
  },
  completed: {
    100: "completed",
    202: "completed",
    503: "completed",
    99: "completed",
    "transport error": "completed",
    "Timer F": "completed",
    "Timer K": "terminated: terminated",
  },
  terminated: {
    100: "terminated",
    202: "terminated",
    503: "terminated",
    99: "terminated",
    "transport error": "terminated",
    "Timer F": "terminated",
    "Timer K": "terminated",
  },
};

describe("RFC 3261 Figure 6: the non-INVITE client transaction", () => {
  for (const [state, row] of Object.entries(legal) as [keyof Table, Table[keyof Table]][]) {
    for (const [input, expected] of Object.entries(row)) {
      it(`${state}, ${input} -> ${expected}`, () => {
        const fact = inputs[input as unknown as keyof typeof inputs];
        expect(arrow(stepNonInviteClient(states[state], fact, begin, repeatingTimers()))).toBe(expected);
      });
    }
  }
});

describe("RFC 3261 §17.1.2.2", () => {
  it("sends the request and runs Timer F for 64*T1, through Proceeding", () => {
    const { state, effects } = startNonInviteClient(MESSAGE, begin);
    expect(effects).toEqual([{ kind: "send", message: MESSAGE }]);
    expect(state.timers).toEqual({ F: at(32_000) });
    expect(stepNonInviteClient(state, received(100), at(4000)).state.timers).toEqual({ F: at(32_000) });
  });

  it("is gone with the final response where Timer K is zero", () => {
    const step = stepNonInviteClient(states.trying, received(200), begin, reliableTimers());
    expect(arrow(step)).toBe("terminated: deliver 200, terminated");
  });

  it("holds the final response for T4 where it may come twice", () => {
    const { state } = stepNonInviteClient(states.trying, received(200), begin, repeatingTimers());
    expect(state.timers).toEqual({ K: at(5000) });
  });
});
