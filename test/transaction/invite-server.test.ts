import { describe, expect, it } from "vitest";
import { type InviteServer, startInviteServer, stepInviteServer } from "../../src/transaction/invite-server";
import type { ServerInput } from "../../src/transaction/server-transaction";
import { reliableTimers, repeatingTimers, type TimerName } from "../../src/transaction/timers";
import { ACK, arrow, at, begin, INVITE, response } from "./arrow";

const responded = (status: number): ServerInput => ({ kind: "responded", status, message: response(status) });
const fired = (timer: TimerName): ServerInput => ({ kind: "timerFired", timer });

/** Every state, each timer of its own due at once. */
const states = {
  "proceeding, silent": { kind: "proceeding", timers: { inviteTrying: begin, inviteExpiry: begin } },
  proceeding: { kind: "proceeding", provisional: response(180), timers: { inviteExpiry: begin } },
  accepted: { kind: "accepted", timers: { L: begin } },
  completed: { kind: "completed", final: response(486), timers: { H: begin } },
  confirmed: { kind: "confirmed", timers: { I: begin } },
  terminated: { kind: "terminated", timers: {} },
} as const satisfies Record<string, InviteServer>;

const inputs = {
  INVITE: { kind: "received", method: "INVITE", message: INVITE },
  ACK: { kind: "received", method: "ACK", message: ACK },
  "100 from TU": responded(100),
  "183 from TU": responded(183),
  "200 from TU": responded(200),
  "603 from TU": responded(603),
  "999 from TU": responded(999),
  "transport error": { kind: "transportFailed" },
  "200 ms": fired("inviteTrying"),
  expiry: fired("inviteExpiry"),
  "Timer H": fired("H"),
  "Timer I": fired("I"),
  "Timer L": fired("L"),
} as const satisfies Record<string, ServerInput>;

type Table = Record<keyof typeof states, Record<keyof typeof inputs, string>>;

// RFC 6026 Figure 7.
const legal: Table = {
  "proceeding, silent": {
    INVITE: "proceeding",
    ACK: "proceeding",
    "100 from TU": "proceeding: send 100",
    "183 from TU": "proceeding: send 183",
    "200 from TU": "accepted: send 200",
    "603 from TU": "completed: send 603",
    "999 from TU": "proceeding",
    "transport error": "proceeding: inform transport",
    "200 ms": "proceeding: answerTrying",
    expiry: "terminated: inform timeout, terminated",
    "Timer H": "proceeding",
    "Timer I": "proceeding",
    "Timer L": "proceeding",
  },
  proceeding: {
    INVITE: "proceeding: send 180",
    ACK: "proceeding",
    "100 from TU": "proceeding: send 100",
    "183 from TU": "proceeding: send 183",
    "200 from TU": "accepted: send 200",
    "603 from TU": "completed: send 603",
    "999 from TU": "proceeding",
    "transport error": "proceeding: inform transport",
    "200 ms": "proceeding",
    expiry: "terminated: inform timeout, terminated",
    "Timer H": "proceeding",
    "Timer I": "proceeding",
    "Timer L": "proceeding",
  },
  accepted: {
    INVITE: "accepted",
    ACK: "accepted: deliver ACK",
    "100 from TU": "accepted",
    "183 from TU": "accepted",
    "200 from TU": "accepted: send 200",
    "603 from TU": "accepted",
    "999 from TU": "accepted",
    "transport error": "accepted: inform transport",
    "200 ms": "accepted",
    expiry: "accepted",
    "Timer H": "accepted",
    "Timer I": "accepted",
    "Timer L": "terminated: terminated",
  },
  completed: {
    INVITE: "completed: send 486",
    ACK: "confirmed",
    "100 from TU": "completed",
    "183 from TU": "completed",
    "200 from TU": "completed",
    "603 from TU": "completed",
    "999 from TU": "completed",
    "transport error": "completed: inform transport",
    "200 ms": "completed",
    expiry: "completed",
    "Timer H": "terminated: inform timeout, terminated",
    "Timer I": "completed",
    "Timer L": "completed",
  },
  confirmed: {
    INVITE: "confirmed",
    ACK: "confirmed",
    "100 from TU": "confirmed",
    "183 from TU": "confirmed",
    "200 from TU": "confirmed",
    "603 from TU": "confirmed",
    "999 from TU": "confirmed",
    "transport error": "confirmed",
    "200 ms": "confirmed",
    expiry: "confirmed",
    "Timer H": "confirmed",
    "Timer I": "terminated: terminated",
    "Timer L": "confirmed",
  },
  terminated: {
    INVITE: "terminated",
    ACK: "terminated",
    "100 from TU": "terminated",
    "183 from TU": "terminated",
    "200 from TU": "terminated",
    "603 from TU": "terminated",
    "999 from TU": "terminated",
    "transport error": "terminated",
    "200 ms": "terminated",
    expiry: "terminated",
    "Timer H": "terminated",
    "Timer I": "terminated",
    "Timer L": "terminated",
  },
};

const values = repeatingTimers();

describe("RFC 6026 Figure 7: the INVITE server transaction", () => {
  for (const [state, row] of Object.entries(legal) as [keyof Table, Table[keyof Table]][]) {
    for (const [input, expected] of Object.entries(row) as [keyof typeof inputs, string][]) {
      it(`${state}, ${input} -> ${expected}`, () => {
        expect(arrow(stepInviteServer(states[state], inputs[input], begin, values))).toBe(expected);
      });
    }
  }
});

describe("RFC 3261 §17.2.1", () => {
  it("asks for a 100 after 200 ms, and not if the TU spoke before", () => {
    const { state, effects } = startInviteServer(begin);
    expect(effects).toEqual([]);
    expect(state.timers.inviteTrying).toBe(at(200));
    const ringing = stepInviteServer(state, responded(180), at(150)).state;
    expect(stepInviteServer(ringing, fired("inviteTrying"), at(200)).effects).toEqual([]);
  });

  it("repeats the most recent provisional response to a repeated INVITE", () => {
    let state = startInviteServer(begin).state;
    for (const status of [100, 180, 183]) state = stepInviteServer(state, responded(status), at(10)).state;
    expect(arrow(stepInviteServer(state, inputs.INVITE, at(20)))).toBe("proceeding: send 183");
  });

  it("waits for the ACK of a refusal for 64*T1, and ends with it where Timer I is zero", () => {
    const { state } = stepInviteServer(startInviteServer(begin).state, responded(486), at(1000));
    expect(state.timers).toEqual({ H: at(33_000) });
    expect(arrow(stepInviteServer(state, inputs.ACK, at(1500), reliableTimers()))).toBe(
      "terminated: terminated",
    );
  });

  it("absorbs a second ACK for T4 where it may come twice", () => {
    const { state } = stepInviteServer(states.completed, inputs.ACK, begin, values);
    expect(state).toEqual({ kind: "confirmed", timers: { I: at(5000) } });
  });
});

describe("RFC 6026 §7.1, in a proxy", () => {
  it("passes every 2xx of the callee and every ACK of the caller for 64*T1", () => {
    const { state } = stepInviteServer(startInviteServer(begin).state, responded(200), begin);
    expect(state.timers).toEqual({ L: at(32_000) });
    expect(arrow(stepInviteServer(state, responded(200), at(500)))).toBe("accepted: send 200");
    expect(arrow(stepInviteServer(state, inputs.ACK, at(600)))).toBe("accepted: deliver ACK");
  });

  it("keeps its state when a response cannot be sent, so that a repeated INVITE is known", () => {
    const { state } = stepInviteServer(states.proceeding, { kind: "transportFailed" }, begin);
    expect(arrow(stepInviteServer(state, inputs.INVITE, begin))).toBe("proceeding: send 180");
  });
});

describe("a TU that never answers", () => {
  it("is given longer than the client side of the same proxy can take", () => {
    const { C, cancelled, inviteExpiry } = reliableTimers();
    expect(inviteExpiry).toBeGreaterThan(C + cancelled);
  });

  it("gets the whole time anew with each provisional response", () => {
    const { state } = stepInviteServer(startInviteServer(begin).state, responded(180), at(60_000));
    expect(state.timers).toEqual({ inviteExpiry: at(60_000 + reliableTimers().inviteExpiry) });
  });
});
