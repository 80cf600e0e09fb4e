import { describe, expect, it } from "vitest";
import { epochMs } from "../../../src/base/brand";
import { estimateCost } from "../../../src/http/admin/cost-estimate";

describe("the estimate of a month", () => {
  it("is the plan alone where nothing goes on, or what does is included", () => {
    expect(estimateCost([], 0).perMonth).toBe(5);
    const { perMonth, lines } = estimateCost([{ at: epochMs(1), counts: { frames: 100, rows: 100 } }], 0);
    expect(perMonth).toBe(5);
    expect(lines.find(({ what }) => what === "rows written")).toEqual({
      what: "rows written",
      count: 72_000,
      price: 0,
    });
  });

  it("takes the last hour for every hour of thirty days, and prices what is beyond the included", () => {
    const counts = { requests: 100_000, frames: 200_000, rows: 100_000 };
    const { lines, perMonth, basis, pricesOf } = estimateCost(
      [
        { at: epochMs(5), counts: { requests: 1e9 } },
        { at: epochMs(11), counts },
      ],
      10,
    );
    // 72,000,000 requests and 7,200,000 for 144,000,000 frames, less one million, at 0.15 USD.
    expect(lines[0]).toEqual({ what: "requests to objects", count: 79_200_000, price: 11.73 });
    expect(lines[2]).toEqual({ what: "rows written", count: 72_000_000, price: 22 });
    expect(perMonth).toBeCloseTo(
      lines.reduce((sum, { price }) => sum + price, 0),
      5,
    );
    expect(basis).toContain("60 minutes");
    expect(pricesOf).toMatch(/^\d{4}-\d\d-\d\d$/);
  });
});
