import { describe, expect, it } from "vitest";
import { type EpochMs, epochMs } from "../../src/base/brand";
import { takeRequest, takeTokenCheck } from "../../src/home/rate";
import { VirtualNetwork } from "./support/virtual-network";

const start = epochMs(1_790_000_000_000);
const at = (ms: number): EpochMs => epochMs(start + ms);

/** How often it may be done at once. */
function timesAtOnce(take: () => boolean): number {
  let times = 0;
  while (times < 10_000 && take()) times++;
  return times;
}

const fresh = () => new VirtualNetwork().home("alice@example.com").state;

describe("design, Trust: requests per second and socket", () => {
  const rate = { requestRate: 1000, requestBurst: 2000 };

  it("come at once up to the burst, then at the rate", () => {
    const state = fresh();
    expect(timesAtOnce(() => takeRequest(state, "one", rate, start))).toBe(2000);
    expect(timesAtOnce(() => takeRequest(state, "one", rate, at(10)))).toBe(10);
    expect(takeRequest(state, "other", rate, at(10))).toBe(true);
  });

  it("with a token to be checked are a hundredth of that", () => {
    const state = fresh();
    const check = (now: EpochMs) =>
      takeTokenCheck(state, "one", rate, now) && takeRequest(state, "one", rate, now);
    expect(timesAtOnce(() => check(start))).toBe(20);
    expect(timesAtOnce(() => check(at(1000)))).toBe(10);
  });

  it("without a token are served although there is not enough left for a check", () => {
    const state = fresh();
    for (let count = 0; count < 1950; count++) takeRequest(state, "one", rate, start);
    expect(takeTokenCheck(state, "one", rate, start)).toBe(false);
    expect(timesAtOnce(() => takeRequest(state, "one", rate, start))).toBe(50);
  });

  it("leave room for one check, however small the burst", () => {
    const state = fresh();
    const small = { requestRate: 1, requestBurst: 1 };
    expect(takeTokenCheck(state, "one", small, start)).toBe(true);
    expect(takeRequest(state, "one", small, start)).toBe(true);
    expect(takeTokenCheck(state, "one", small, start)).toBe(false);
  });
});
