import { describe, expect, it } from "vitest";
import { seconds } from "../../src/base/brand";
import { grantDuration } from "../../src/events/duration";
import type { EventPackage } from "../../src/events/event-package";

const slow: EventPackage = {
  name: "slow",
  contentTypes: ["text/plain"],
  defaultExpires: seconds(86_400),
  minExpires: seconds(7200),
  maxExpires: seconds(172_800),
  audience: "owner",
};
const realm = (minExpires: number, maxExpires: number) => ({
  minExpires: seconds(minExpires),
  maxExpires: seconds(maxExpires),
});
const wide = realm(1, 1_000_000);
const granted = (value: number) => ({ ok: true, value });
const tooBrief = (least: number) => ({
  ok: false,
  error: { status: 423, lines: [["Min-Expires", String(least)]] },
});

describe("RFC 6665 §4.2.1.1: 423", () => {
  it("is for durations over zero, under an hour and under the least", () => {
    expect(grantDuration(3599, slow, wide)).toEqual(tooBrief(7200));
    expect(grantDuration(1, slow, wide)).toEqual(tooBrief(7200));
    expect(grantDuration(3600, slow, wide)).toEqual(granted(3600));
    expect(grantDuration(0, slow, wide)).toEqual(granted(0));
  });

  it("takes the greater least of package and realm, but never one that could not be granted", () => {
    const brief = { ...slow, minExpires: seconds(60) };
    expect(grantDuration(100, brief, realm(120, 1_000_000))).toEqual(tooBrief(120));
    expect(grantDuration(100, brief, realm(30, 1_000_000))).toEqual(granted(100));
    expect(grantDuration(100, slow, realm(60, 300))).toEqual(tooBrief(300));
    expect(grantDuration(300, slow, realm(60, 300))).toEqual(granted(300));
  });
});

describe("RFC 6665 §3.1.1: the duration granted", () => {
  it("is at most what was asked for, what the package has and what the realm allows", () => {
    expect(grantDuration(100_000, slow, wide)).toEqual(granted(100_000));
    expect(grantDuration(4_294_967_295, slow, wide)).toEqual(granted(172_800));
    expect(grantDuration(100_000, slow, realm(60, 3600))).toEqual(granted(3600));
  });

  it("is the package's default when none was asked for, within the same bounds", () => {
    expect(grantDuration(undefined, slow, wide)).toEqual(granted(86_400));
    expect(grantDuration(undefined, slow, realm(60, 3600))).toEqual(granted(3600));
  });
});
