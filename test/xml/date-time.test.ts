import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { formatDateTime } from "../../src/xml/date-time";

describe("RFC 3339 §5.6, as RFC 3863 §4.1.7 wants it", () => {
  it("agrees with the platform's calendar from year 1 to 9999", () => {
    const first = Date.UTC(2000, 0, 1) - 1999 * 365.2425 * 86_400_000;
    fc.assert(
      fc.property(fc.integer({ min: Math.ceil(first) + 86_400_000, max: Date.UTC(9999, 11, 31) }), (at) => {
        expect(formatDateTime(epochMs(at))).toBe(new Date(at).toISOString());
      }),
      { numRuns: 2000 },
    );
  });

  it.each([0, -1, 951_782_400_000, 1_709_164_800_000, 4_107_542_399_999, 1_735_689_599_999])("%d", (at) => {
    expect(formatDateTime(epochMs(at))).toBe(new Date(at).toISOString());
  });
});
