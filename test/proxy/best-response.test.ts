import { describe, expect, test } from "vitest";
import { bestResponse, type Candidate } from "../../src/proxy/best-response";

const of = (...statuses: readonly number[]): readonly Candidate[] =>
  statuses.map((status, branch) => ({ branch, status, received: true }));
const best = (...statuses: readonly number[]): number =>
  bestResponse(of(...statuses), false, "endsFork").status;

describe("RFC 3261 §16.7 step 6", () => {
  test.each([
    // The order of the design, each against the next.
    [603, 401],
    [606, 407],
    [401, 486],
    [407, 486],
    [486, 302],
    [302, 404],
    [415, 404],
    [484, 404],
    [404, 480],
    [480, 408],
    [408, 500],
    [480, 503],
    [501, 482],
    [482, 430],
  ])("%d is better than %d, in whichever order they came", (better, worse) => {
    expect(best(better, worse)).toBe(better);
    expect(best(worse, better)).toBe(better);
  });

  test("a 503 would say that this home serves nobody: it is our own 500", () => {
    expect(bestResponse(of(503), false, "endsFork")).toEqual({ status: 500 });
  });

  test("RFC 5626 §11.5: a 430 is our own 480", () => {
    expect(bestResponse(of(430), false, "endsFork")).toEqual({ status: 480 });
  });

  test("of equals the first one that somebody gave", () => {
    const silent = { branch: 7, status: 480, received: false };
    expect(bestResponse([silent, ...of(480, 480)], false, "endsFork")).toEqual({ status: 480, branch: 0 });
    expect(bestResponse([silent], false, "endsFork")).toEqual({ status: 480 });
  });

  test("no candidate at all is an empty target set (§16.5)", () => {
    expect(bestResponse([], false, "endsFork")).toEqual({ status: 480 });
  });

  test("by setting, 600 and 603 are one device's, 604 and 606 never", () => {
    const status = (...statuses: number[]) => bestResponse(of(...statuses), false, "countsAsBusy").status;
    expect(status(603, 407)).toBe(407);
    expect(status(486, 603)).toBe(603);
    expect(status(606, 407)).toBe(606);
  });
});

describe("after the caller's CANCEL", () => {
  test("a 487 of a device, else our own, unless a 6xx stands", () => {
    expect(bestResponse(of(486, 487), true, "endsFork")).toEqual({ status: 487, branch: 1 });
    expect(bestResponse(of(486), true, "endsFork")).toEqual({ status: 487 });
    expect(bestResponse([], true, "endsFork")).toEqual({ status: 487 });
    expect(bestResponse(of(487, 603), true, "endsFork")).toEqual({ status: 603, branch: 1 });
  });
});

describe("RFC 3261 §16.7 step 7", () => {
  test("the challenges of all others go with a 401 or 407", () => {
    expect(bestResponse(of(486, 401, 407, 401), false, "endsFork")).toEqual({
      status: 401,
      branch: 1,
      challenges: [2, 3],
    });
  });
});
