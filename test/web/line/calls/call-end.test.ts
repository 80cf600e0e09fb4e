import { describe, expect, it } from "vitest";
import {
  endOfBye,
  endOfCancel,
  endOfRefusal,
  mediaFailedReason,
  readReason,
} from "../../../../web/line/calls/call-end";
import { leastTime } from "../../../support/least-time";

describe("RFC 3261 §21: a status that refuses a call, in words for people", () => {
  it.each([
    [486, false, { kind: "busy" }],
    [600, false, { kind: "busy" }],
    [603, true, { kind: "declined" }],
    [487, true, { kind: "cancelled" }],
    [480, true, { kind: "no-answer" }],
    [408, true, { kind: "no-answer" }],
    [480, false, { kind: "unreachable", status: 480 }],
    [404, false, { kind: "unreachable", status: 404 }],
    [503, true, { kind: "unreachable", status: 503 }],
    [488, true, { kind: "refused", status: 488, reason: "why" }],
  ] as const)("%d, it had rung: %s", (status, hasRung, end) => {
    expect(endOfRefusal(status, "why", hasRung)).toEqual(end);
  });
});

describe("RFC 3326 §2: Reason", () => {
  it.each([
    ['SIP;cause=200;text="Call completed elsewhere"', { kind: "answered-elsewhere" }],
    ["SIP ;cause=603 ;text=Decline", { kind: "declined" }],
    ["sip;cause=600", { kind: "declined" }],
    ["Q.850;cause=200", { kind: "cancelled" }],
    ["SIP;cause=487", { kind: "cancelled" }],
    [undefined, { kind: "cancelled" }],
    ["\r\n\r\n", { kind: "cancelled" }],
  ] as const)("of a CANCEL: %s", (field, end) => {
    expect(endOfCancel(field)).toEqual(end);
  });

  it.each([
    [undefined, { kind: "hung-up", by: "them", reason: undefined }],
    ['SIP;cause=480;text="Page gone"', { kind: "hung-up", by: "gateway", reason: "Page gone" }],
    ['Q.850;cause=16;text="Normal"', { kind: "hung-up", by: "them", reason: "Normal" }],
    ['SIP;cause=200;text="say \\"bye\\""', { kind: "hung-up", by: "them", reason: 'say "bye"' }],
    [mediaFailedReason, { kind: "media-failed" }],
  ] as const)("of a BYE: %s", (field, end) => {
    expect(endOfBye(field)).toEqual(end);
  });

  it("is read in no time, whatever it is", () => {
    const hostile = [
      `SIP;${"text=".repeat(9_000)}`,
      `SIP;text="${"\\".repeat(9_001)}`,
      " ".repeat(50_000),
      ";;;",
    ];
    const taken = leastTime(() => {
      for (const field of hostile) expect(() => readReason(field)).not.toThrow();
    });
    expect(taken).toBeLessThan(200);
  });
});
