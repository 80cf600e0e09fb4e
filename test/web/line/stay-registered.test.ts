import { type UserAgent, UserAgentState } from "sip.js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RegisterOutcome } from "../../../web/line/registration";
import { type LineState, type Persistence, stayRegistered } from "../../../web/line/stay-registered";

describe("a user agent that stays registered", () => {
  let states: LineState["kind"][];
  let answers: ((outcome: RegisterOutcome) => void)[];
  let reachable: boolean;
  let line: Persistence;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("window", globalThis);
    states = [];
    answers = [];
    reachable = true;
    const connect = () => (reachable ? Promise.resolve() : Promise.reject(new Error("unreachable")));
    const userAgent = { state: UserAgentState.Started, isConnected: () => false, reconnect: connect };
    const register = () => new Promise<RegisterOutcome>((resolve) => answers.push(resolve));
    const registration = { register, end: () => Promise.resolve() };
    line = stayRegistered(userAgent as unknown as UserAgent, registration, ({ kind }) => states.push(kind));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  /** Lets what was promised happen, without time passing. */
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const answer = async (outcome: RegisterOutcome) => {
    answers.shift()?.(outcome);
    await settle();
  };
  const start = async () => {
    line.start();
    await settle();
  };

  it("registers, and again after it was lost", async () => {
    await start();
    await answer({ kind: "registered" });
    line.lost();
    line.lost();
    await vi.advanceTimersByTimeAsync(500);
    await answer({ kind: "registered" });
    expect(states).toEqual(["connecting", "registered", "waiting", "connecting", "registered"]);
  });

  it("tries again when it cannot connect and when it is put off, with growing pauses", async () => {
    reachable = false;
    await start();
    await vi.advanceTimersByTimeAsync(60_000);
    const attempts = states.filter((state) => state === "connecting").length;
    // Pauses of 0.5, 1, 2, 4, 8, 16 and 30 s, each between half and all of that.
    expect(attempts).toBeGreaterThanOrEqual(7);
    expect(attempts).toBeLessThanOrEqual(9);
    reachable = true;
    await vi.advanceTimersByTimeAsync(30_000);
    await answer({ kind: "failed" });
    expect(states.at(-1)).toBe("waiting");
  });

  it("stops where it is refused", async () => {
    await start();
    await answer({ kind: "refused", status: 401 });
    line.lost();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(["connecting", "refused"]);
  });

  it("does not believe an answer that was overtaken by a cut", async () => {
    await start();
    line.lost();
    await answer({ kind: "registered" });
    expect(states).toEqual(["connecting", "waiting"]);
    await vi.advanceTimersByTimeAsync(500);
    await answer({ kind: "registered" });
    expect(states.at(-1)).toBe("registered");
  });

  it("hurries only when it waits", async () => {
    await start();
    line.hurry();
    await answer({ kind: "failed" });
    line.hurry();
    await settle();
    expect(states).toEqual(["connecting", "waiting", "connecting"]);
  });

  it("ends", async () => {
    await start();
    line.end();
    await answer({ kind: "registered" });
    line.lost();
    line.hurry();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(["connecting"]);
  });
});
