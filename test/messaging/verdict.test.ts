import { describe, expect, test } from "vitest";
import { bestRefusal, judge } from "../../src/messaging/verdict";

const best = (...statuses: readonly number[]) =>
  bestRefusal(statuses.map((status, branch) => ({ branch, status })));

test("every final response is a verdict, no provisional one is", () => {
  expect([100, 180, 199].map(judge)).toEqual([undefined, undefined, undefined]);
  expect([200, 202, 299].map(judge)).toEqual(["taken", "taken", "taken"]);
  expect([302, 403, 405, 415, 482, 501, 603].map(judge)).toEqual(Array(7).fill("refused"));
  expect([408, 430, 480, 486, 491, 500, 503, 504].map(judge)).toEqual(Array(8).fill("unacknowledged"));
});

describe("RFC 3261 §16.7 step 6: the best response", () => {
  test("is a 6xx if there is one", () => {
    expect(best(302, 404, 603, 500)).toEqual({ status: 603, branch: 2 });
  });

  test("else is of the lowest class", () => {
    expect(best(503, 404, 302)).toEqual({ status: 302, branch: 2 });
    expect(best(501, 482)).toEqual({ status: 482, branch: 1 });
  });

  test("among 4xx prefers what helps to send it anew, and 480 and 482 least", () => {
    expect(best(480, 404, 415)).toEqual({ status: 415, branch: 2 });
    expect(best(482, 480, 486)).toEqual({ status: 486, branch: 2 });
    expect(best(482, 480)).toEqual({ status: 480, branch: 1 });
  });

  test("is the first of equals", () => {
    expect(best(404, 405)).toEqual({ status: 404, branch: 0 });
  });

  test("a 503 becomes a 500 of our own", () => {
    expect(best(503)).toEqual({ status: 500 });
  });
});

test("RFC 4320 §4.2: a 408 is never told", () => {
  expect(best(408, 408)).toBeUndefined();
  expect(best(408, 504)).toEqual({ status: 504, branch: 1 });
  expect(best()).toBeUndefined();
});

test("RFC 5626 §11.5: a 430 reaches no endpoint", () => {
  expect(best(430)).toEqual({ status: 480 });
});

test("a device's challenge is no challenge to the sender", () => {
  expect(best(401, 404)).toEqual({ status: 403 });
  expect(best(407)).toEqual({ status: 403 });
});
