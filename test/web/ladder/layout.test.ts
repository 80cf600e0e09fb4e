import { describe, expect, it } from "vitest";
import type { LadderLane, LadderLine } from "../../../src/contracts/ladder";
import { laneCentre, placeLines, silence, sinceStart } from "../../../web/ladder/layout";

const lanes: readonly LadderLane[] = [
  { id: "a", label: "Alice’s page", kind: "device" },
  { id: "h", label: "home of alice", kind: "home" },
  { id: "g", label: "home of bob", kind: "home" },
  { id: "b", label: "Bob’s page", kind: "device" },
];

const line = (id: string, from: string, to: string, at: string): LadderLine => ({
  ...{ id, from, to, at: `2026-11-28T12:00:${at}Z` },
  ...{ kind: "request", label: "INVITE", failed: false },
});

describe("the ladder's rows", () => {
  it("go from the middle of one lane to the middle of another", () => {
    const [right, left, across] = placeLines(lanes, [
      line("1", "a", "h", "00.000"),
      line("2", "h", "a", "00.020"),
      line("3", "b", "a", "00.100"),
    ]);
    expect(right).toMatchObject({ left: 12.5, width: 25, middle: 25, points: "right", from: "Alice’s page" });
    expect(left).toMatchObject({ left: 12.5, width: 25, points: "left", to: "Alice’s page" });
    expect(across).toMatchObject({ left: 12.5, width: 75, middle: 50, points: "left" });
  });

  it("stand in one lane when something happened there, and in the first when the lane is unknown", () => {
    const [here, lost] = placeLines(lanes, [line("1", "b", "b", "00"), line("2", "?", "?", "00")]);
    expect(here).toMatchObject({ left: 87.5, width: 0, middle: 87.5, points: "here" });
    expect(lost).toMatchObject({ left: 12.5, points: "here", from: "?" });
  });

  it("know how long after the first and after the one before they are; a clock that was set back is no gap", () => {
    const rows = placeLines(lanes, [
      line("1", "a", "h", "10"),
      line("2", "a", "h", "14.5"),
      line("3", "a", "h", "13"),
    ]);
    expect(rows.map(({ since, gap }) => [since, gap])).toEqual([
      [0, 0],
      [4500, 4500],
      [3000, 0],
    ]);
  });

  it("are none of no lines, and a single lane is in the middle", () => {
    expect(placeLines([], [])).toEqual([]);
    expect(laneCentre(0, 1)).toBe(50);
  });
});

describe("times in the ladder", () => {
  it("are exact within a minute, and shorter afterwards", () => {
    expect([0, 12_345, 59_999, 65_200, 600_000, -5].map(sinceStart)).toEqual([
      ...["0.000 s", "12.345 s", "59.999 s", "1:05.2", "10:00.0", "−0.005 s"],
    ]);
  });

  it("are said in words when nothing happened for a while", () => {
    expect([0, 1999, 2000, 9940, 31_000, 120_000, 3 * 3_600_000].map(silence)).toEqual([
      ...[undefined, undefined, "2.0 s later", "9.9 s later", "31 s later", "2 min later", "3 h later"],
    ]);
  });
});
