import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { intervalOf, rateOf } from "../../src/events/rate";

const asked = (rate: string, lasts = 3_600_000) => ({
  eventParameters: [{ name: "max-rate", value: rate }],
  expiresAt: epochMs(1_000 + lasts),
});

describe("RFC 6446 §9.2: max-rate", () => {
  it.each(["1", "0.5", "99.9999999999", "0.0000000001"])("%s is a rate", (rate) => {
    expect(rateOf(asked(rate))).toBe(rate);
  });

  it.each(["0", "0.0", "100", "1.", ".5", "1.12345678901", "x", ""])("%j is none", (rate) => {
    expect(rateOf(asked(rate))).toBeUndefined();
  });
});

describe("RFC 6446 §5.2, §5.3: the time between two", () => {
  it("is the reciprocal of the rate, and never longer than the subscription lasts", () => {
    const now = epochMs(1_000);
    expect(intervalOf(asked("2"), now)).toBe(500);
    expect(intervalOf(asked("0.1"), now)).toBe(10_000);
    expect(intervalOf(asked("0.0001", 60_000), now)).toBe(60_000);
    expect(intervalOf(asked("0.0001", -5), now)).toBe(0);
    expect(intervalOf(asked("none"), now)).toBeUndefined();
  });
});
