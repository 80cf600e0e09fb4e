import { describe, expect, it } from "vitest";
import { judgeGuess } from "../../src/auth/guess-rate";
import { type EpochMs, epochMs } from "../../src/base/brand";

const hour = 3_600_000;

/** Guesses at those moments; how many of them were answered, and the wait of the last. */
function guessAt(moments: readonly number[], perHour: number) {
  let forgottenAt: EpochMs | undefined;
  let answered = 0;
  let wait = 0;
  for (const at of moments) {
    const judged = judgeGuess(forgottenAt, perHour, epochMs(at));
    wait = judged.wait;
    if (wait > 0) continue;
    answered++;
    forgottenAt = judged.forgottenAt;
  }
  return { answered, wait };
}

describe("RFC 7616 §5.7: guesses from one address, over all accounts", () => {
  it("are as many at once as the setting says, and the next is one of that rate", () => {
    expect(guessAt(Array(60).fill(0), 60)).toEqual({ answered: 60, wait: 0 });
    expect(guessAt(Array(1000).fill(0), 60)).toEqual({ answered: 60, wait: 60_000 });
    expect(guessAt(Array(9).fill(0), 7)).toEqual({ answered: 7, wait: 514_285 - 5 });
  });

  it("are in a day no more than the burst and the rate, however they are spread", () => {
    for (const step of [1_000, 7_000, 59_000, 61_000, 3_599_000]) {
      const moments = Array.from({ length: Math.floor((24 * hour) / step) }, (_, index) => index * step);
      const { answered } = guessAt(moments, 60);
      expect(answered).toBeLessThanOrEqual(60 + 24 * 60);
      // Nobody who keeps to the rate is held.
      if (step >= 60_000) expect(answered).toBe(moments.length);
    }
  });

  it("are forgotten when as many could have been made meanwhile", () => {
    expect(guessAt([...Array(60).fill(0), ...Array(60).fill(hour)], 60).answered).toBe(120);
  });

  it("do not hold for longer than an hour when the clock was set back", () => {
    const { forgottenAt } = judgeGuess(undefined, 60, epochMs(100 * hour));
    expect(judgeGuess(forgottenAt, 60, epochMs(0)).wait).toBe(60_000);
  });
});
