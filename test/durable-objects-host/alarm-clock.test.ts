import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AlarmClock } from "../../durable-objects/host/alarm-clock";
import { type EpochMs, epochMs } from "../../src/base/brand";

const start = epochMs(1_000_000);
const storage = { setAlarm: async () => {} } as unknown as DurableObjectStorage;

beforeEach(() => void vi.useFakeTimers({ now: start }));
afterEach(() => void vi.useRealTimers());

const now = (): EpochMs => epochMs(Date.now());
const inMs = (ms: number): EpochMs => epochMs(Date.now() + ms);

function clockThatCounts() {
  const rung: number[] = [];
  const clock = new AlarmClock(storage, null, () => rung.push(Date.now() - start));
  const set = (tick: EpochMs | undefined): void => clock.set(tick, undefined, now());
  return { clock, set, rung };
}

describe("the timer of a home", () => {
  it("rings when something is due", () => {
    const { set, rung } = clockThatCounts();
    set(inMs(4_000));
    vi.advanceTimersByTime(10_000);
    expect(rung).toEqual([4_000]);
  });

  it("is brought forward, and not put off: a ring too early sets it anew", () => {
    const { set, rung } = clockThatCounts();
    set(inMs(4_000));
    set(inMs(1_000));
    vi.advanceTimersByTime(1_000);
    expect(rung).toEqual([1_000]);
    set(inMs(3_000));
    vi.advanceTimersByTime(3_000);
    expect(rung).toEqual([1_000, 4_000]);
  });

  it("leaves the object free to hibernate as soon as a lone message is answered", () => {
    const { set } = clockThatCounts();
    set(inMs(1_000));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(40);
    set(undefined);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("stands through a stream of messages without ringing the home, and goes soon behind its last", () => {
    const { set, rung } = clockThatCounts();
    const setTimeoutCalls = vi.spyOn(globalThis, "setTimeout");
    for (let message = 0; message < 1_000; message++) {
      set(inMs(33_000));
      vi.advanceTimersByTime(1);
      set(undefined);
    }
    expect(setTimeoutCalls.mock.calls.length).toBeLessThan(20);
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(rung).toEqual([]);
  });

  it("outlives a short stream by a moment, and none by more than two seconds", () => {
    const { set } = clockThatCounts();
    const stream = (lastsMs: number): void => {
      for (let at = 0; at < lastsMs; at += 50) {
        set(inMs(33_000));
        vi.advanceTimersByTime(50);
        set(undefined);
      }
    };
    stream(100);
    vi.advanceTimersByTime(200);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1_000);
    stream(60_000);
    vi.advanceTimersByTime(2_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rings on time for the message in a stream that is not answered", () => {
    const { set, rung } = clockThatCounts();
    set(inMs(1_000));
    set(undefined);
    set(inMs(1_000));
    vi.advanceTimersByTime(2_000);
    expect(rung).toEqual([1_000]);
  });

  it("does not ring once it is stopped", () => {
    const { clock, set, rung } = clockThatCounts();
    set(inMs(1_000));
    clock.stop();
    set(inMs(500));
    vi.advanceTimersByTime(2_000);
    expect(rung).toEqual([]);
  });
});
