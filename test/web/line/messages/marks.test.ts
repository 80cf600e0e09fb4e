import { describe, expect, it } from "vitest";
import type { Mark, Said } from "../../../../web/line/contract";
import { raiseMark, reported } from "../../../../web/line/messages/marks";

const refused = { kind: "refused", status: 480, reason: "" } as const;
const mark = (kind: Exclude<Mark["kind"], "refused">): Mark => ({ kind });
const line = (id: string, of: Mark | undefined): Said => ({ id, text: id, at: 1, mark: of });
const kinds = (lines: readonly Said[]) => lines.map((each) => each.mark?.kind);

describe("RFC 5438: what became of a message", () => {
  it("is never less than it was", () => {
    const order = ["sending", "stored", "delivered", "displayed"] as const;
    for (const [at, from] of order.entries()) {
      for (const [than, to] of order.entries()) {
        expect(raiseMark(mark(from), mark(to))?.kind).toBe(order[Math.max(at, than)]);
      }
    }
    expect(raiseMark(mark("delivered"), refused)).toEqual(mark("delivered"));
    expect(raiseMark(mark("sending"), refused)).toEqual(refused);
    expect(raiseMark(mark("unknown"), mark("delivered"))).toEqual(mark("delivered"));
    expect(raiseMark(undefined, mark("displayed"))).toBeUndefined();
  });

  it("a report stands for what was sent before it, and for nothing after", () => {
    const lines = [
      line("1", mark("stored")),
      line("2", refused),
      line("in", undefined),
      line("3", mark("unknown")),
      line("4", mark("delivered")),
      line("5", mark("stored")),
    ];
    expect(kinds(reported(lines, "4", "displayed"))).toEqual([
      ...["displayed", "refused", undefined, "unknown", "displayed", "stored"],
    ]);
    expect(kinds(reported(lines, "4", "delivered"))[4]).toBe("delivered");
  });

  it("a report on what was never sent, or was received, changes nothing", () => {
    const lines = [line("1", mark("stored")), line("in", undefined)];
    expect(reported(lines, "9", "displayed")).toBe(lines);
    expect(reported(lines, "in", "displayed")).toBe(lines);
  });
});
