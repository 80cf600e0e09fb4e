import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { expired, isExpired, nextDeadline } from "../../src/events/subscription";
import { at, row } from "./rows";

describe("expiry", () => {
  it("is judged when the row is read, to the millisecond", () => {
    expect(isExpired(row(), epochMs(at(600) - 1))).toBe(false);
    expect(isExpired(row(), at(600))).toBe(true);
  });

  it("gives the sweep those whose time is over", () => {
    const short = row({ id: "s2", expiresAt: at(60) });
    expect(expired([row(), short], at(60))).toEqual([short]);
    expect(expired([row(), short], at(59))).toEqual([]);
  });
});

describe("the next deadline", () => {
  it("is the earliest expiry or retry", () => {
    expect(nextDeadline([])).toBeUndefined();
    expect(nextDeadline([row(), row({ expiresAt: at(300) })])).toBe(at(300));
    expect(nextDeadline([row({ owed: "later", retryAt: at(30) }), row({ expiresAt: at(300) })])).toBe(at(30));
    expect(nextDeadline([row({ owed: "later", retryAt: at(700) })])).toBe(at(600));
  });
});
