import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { formatDateTime, parseDateTime } from "../../src/xml/date-time";

describe("RFC 3339 §5.6, as RFC 3863 §4.1.7 wants it", () => {
  it("agrees with the platform's calendar from year 1 to 9999", () => {
    const first = Date.UTC(2000, 0, 1) - 1999 * 365.2425 * 86_400_000;
    fc.assert(
      fc.property(fc.integer({ min: Math.ceil(first) + 86_400_000, max: Date.UTC(9999, 11, 31) }), (at) => {
        expect(formatDateTime(epochMs(at))).toBe(new Date(at).toISOString());
      }),
      { numRuns: 2000 },
    );
  });

  it.each([0, -1, 951_782_400_000, 1_709_164_800_000, 4_107_542_399_999, 1_735_689_599_999])("%d", (at) => {
    expect(formatDateTime(epochMs(at))).toBe(new Date(at).toISOString());
  });
});

describe("XML Schema part 2 §3.2.7: xs:dateTime, read", () => {
  it("what was written comes back", () => {
    const [first, last] = [Date.UTC(2000, 0, 1) - 1999 * 365.2425 * 86_400_000, Date.UTC(9999, 11, 31)];
    fc.assert(
      fc.property(fc.integer({ min: Math.ceil(first) + 86_400_000, max: last }), (at) => {
        expect(parseDateTime(formatDateTime(epochMs(at)))).toBe(at);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["2003-12-24T17:00:00+01:00", "2003-12-24T16:00:00.000Z"],
    ["2003-08-15T10:20:00.000-05:00", "2003-08-15T15:20:00.000Z"],
    [" 2004-02-29T23:59:59.9999Z\n", "2004-02-29T23:59:59.999Z"],
    ["2004-02-28T24:00:00Z", "2004-02-29T00:00:00.000Z"],
    ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"],
    ["2000-01-01T00:00:00+14:00", "1999-12-31T10:00:00.000Z"],
  ])("%s", (written, moment) => {
    expect(parseDateTime(written)).toBe(Date.parse(moment));
  });

  it.each([
    "2003-12-24T17:00:00", // no offset
    "2003-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2003-04-31T00:00:00Z",
    "2003-00-01T00:00:00Z",
    "2003-13-01T00:00:00Z",
    "2003-01-00T00:00:00Z",
    "2003-01-01T24:00:01Z",
    "2003-01-01T25:00:00Z",
    "2003-01-01T00:60:00Z",
    "2003-01-01T00:00:60Z",
    "2003-01-01T00:00:00+14:01",
    "2003-01-01T00:00:00+01:60",
    "2003-01-01T00:00:00.Z",
    "2003-01-01 00:00:00Z",
    "2003-01-01T00:00:00z",
    "12003-01-01T00:00:00Z",
    "2003-01-01",
    "",
  ])("not %j", (written) => {
    expect(parseDateTime(written)).toBeUndefined();
  });
});
