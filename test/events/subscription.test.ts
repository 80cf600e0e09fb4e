import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { isExpired } from "../../src/events/subscription";
import { at, row } from "./rows";

describe("expiry", () => {
  it("is judged when the row is read, to the millisecond", () => {
    expect(isExpired(row(), epochMs(at(600) - 1))).toBe(false);
    expect(isExpired(row(), at(600))).toBe(true);
  });
});
