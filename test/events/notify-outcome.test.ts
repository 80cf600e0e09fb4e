import { describe, expect, it } from "vitest";
import { seconds } from "../../src/base/brand";
import { impactOf } from "../../src/events/notify-outcome";

const impactOfStatus = (status: number, retryAfter?: number) =>
  impactOf({
    kind: "answered",
    status,
    ...(retryAfter === undefined ? {} : { retryAfter: seconds(retryAfter) }),
  });

describe("RFC 6665 §4.2.2: responses that remove the subscription", () => {
  it.each([404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604])("%i", (status) => {
    expect(impactOfStatus(status)).toEqual({ kind: "destroyed" });
  });
});

describe("RFC 5057 Table 1: responses that count against the transaction alone", () => {
  const table = [
    400, 401, 402, 403, 406, 407, 408, 412, 413, 414, 415, 417, 420, 421, 422, 423, 428, 429, 436, 437, 438,
    486, 487, 488, 491, 493, 494, 500, 503, 504, 505, 513, 580, 600, 603, 606, 302, 499, 599, 699,
  ];
  it.each(table)("%i", (status) => {
    expect(impactOfStatus(status)).toEqual({ kind: "failed", wait: 30 });
  });

  it("502 is none of them", () => {
    expect(impactOfStatus(502)).toEqual({ kind: "destroyed" });
  });

  it("takes a longer Retry-After, within bounds (note 13)", () => {
    expect(impactOfStatus(503, 5)).toEqual({ kind: "failed", wait: 30 });
    expect(impactOfStatus(503, 120)).toEqual({ kind: "failed", wait: 120 });
    expect(impactOfStatus(503, 4_000_000)).toEqual({ kind: "failed", wait: 600 });
  });
});

describe("RFC 6665 §8.3.1", () => {
  it("treats 202 as 200", () => {
    expect(impactOfStatus(200)).toEqual({ kind: "taken" });
    expect(impactOfStatus(202)).toEqual({ kind: "taken" });
  });
});

describe("no response", () => {
  it("fails on timeout, waits for a page that is away, ends with one that is gone", () => {
    expect(impactOf({ kind: "timeout" })).toEqual({ kind: "failed", wait: 30 });
    expect(impactOf({ kind: "absent" })).toEqual({ kind: "absent", wait: 30 });
    expect(impactOf({ kind: "gone" })).toEqual({ kind: "destroyed" });
  });
});
