import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createReportsOwed, type Owed } from "../../../../web/line/messages/reports-owed";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const owed = (messageId: string, isSingle = false): Owed => ({ messageId, at: 1, isSingle });
const start = () => {
  const sent: string[] = [];
  const reports = createReportsOwed((peer, { messageId }, status) =>
    sent.push(`${peer} ${messageId} ${status}`),
  );
  return { sent, reports };
};

describe("RFC 5438 §7.2: the reports that are owed", () => {
  it("what comes together is reported together, by its last", () => {
    const { sent, reports } = start();
    for (const id of ["1", "2", "3"]) reports.delivered("bob", owed(id));
    reports.delivered("carol", owed("c"));
    vi.advanceTimersByTime(700);
    expect(sent).toEqual(["bob 3 delivered", "carol c delivered"]);
  });

  it("each by itself to who knows reports from elsewhere", () => {
    const { sent, reports } = start();
    for (const id of ["1", "2"]) reports.delivered("bob", owed(id, true));
    vi.advanceTimersByTime(700);
    expect(sent).toEqual(["bob 1 delivered", "bob 2 delivered"]);
  });

  it("what is seen at once is reported as seen, and no more", () => {
    const { sent, reports } = start();
    reports.delivered("bob", owed("1"));
    reports.displayed("bob", [owed("1")]);
    reports.delivered("bob", owed("2"));
    vi.advanceTimersByTime(700);
    reports.displayed("bob", [owed("2")]);
    expect(sent).toEqual(["bob 1 displayed", "bob 2 delivered", "bob 2 displayed"]);
  });
});
