import { describe, expect, it } from "vitest";
import { reconnectDelay } from "../../../web/line/back-off";

describe("RFC 5626 §4.5: the wait before the next attempt", () => {
  it("doubles from half a second to half a minute", () => {
    const longest = [1, 2, 3, 6, 7, 8, 100, 5000].map((failures) => reconnectDelay(failures, () => 1));
    expect(longest).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it("is anything between half and all of that, so that nobody comes back in step", () => {
    expect([0, 0.5, 1].map((random) => reconnectDelay(4, () => random))).toEqual([2000, 3000, 4000]);
  });
});
