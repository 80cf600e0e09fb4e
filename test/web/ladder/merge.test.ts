import { describe, expect, it } from "vitest";
import type { Ladder, LadderLine } from "../../../src/contracts/ladder";
import { growLadder } from "../../../web/ladder/merge";

const line = (id: string, seconds: string, label = "INVITE"): LadderLine => ({
  ...{ id, from: "a", to: "h", at: `2026-11-28T12:00:${seconds}Z` },
  ...{ kind: "request", label, failed: false },
});

const ladder = (lines: readonly LadderLine[], more: Partial<Ladder> = {}): Ladder => ({
  ...{ callId: "c", aor: "alice@example.com", live: true, lanes: [], lines },
  ...more,
});

const ids = ({ lines }: Ladder): readonly string[] => lines.map(({ id }) => id);

describe("a live ladder", () => {
  it("is taken as it comes at first, and nothing of it is news", () => {
    const first = ladder([line("1", "01")], { next: "x" });
    expect(growLadder(undefined, first)).toEqual({ ladder: first, fresh: [] });
  });

  it("grows by the lines that are new, in the order of their times, and knows which they are", () => {
    const before = ladder([line("1", "01"), line("3", "03")], { next: "x" });
    const { ladder: grown, fresh } = growLadder(
      before,
      ladder([line("2", "02"), line("4", "04")], { next: "y" }),
    );
    expect(ids(grown)).toEqual(["1", "2", "3", "4"]);
    expect(fresh.map(({ id }) => id)).toEqual(["2", "4"]);
    expect(grown.next).toBe("y");
  });

  it("keeps the order of what is known and of what is new, though clocks say otherwise", () => {
    const before = ladder([line("1", "01"), line("2", "05"), line("3", "04")]);
    const { ladder: grown } = growLadder(before, ladder([line("5", "06"), line("6", "03")]));
    expect(ids(grown)).toEqual(["1", "2", "3", "5", "6"]);
  });

  it("takes a line that comes again in place of the one it had", () => {
    const before = ladder([line("1", "01")]);
    const { ladder: grown, fresh } = growLadder(before, ladder([line("1", "01", "INVITE again")]));
    expect(grown.lines).toEqual([line("1", "01", "INVITE again")]);
    expect(fresh).toEqual([]);
  });

  it("keeps its cursor when an answer brings none, and takes the rest of the answer", () => {
    const before = ladder([line("1", "01")], { next: "x" });
    const verdict = { failed: true, title: "Busy", explanation: "Bob talks." };
    const { ladder: grown } = growLadder(before, ladder([], { live: false, verdict }));
    expect(grown).toMatchObject({ live: false, verdict, next: "x" });
    expect(ids(grown)).toEqual(["1"]);
  });
});
