import { expect, test } from "vitest";
import { isMerged } from "../../src/proxy/merged-request";

const pending = { callId: "c", fromTag: "f", cseq: 1, branch: "z9hG4bKone" };

test("RFC 3261 §8.2.2.2: the same request on another branch is merged, on the same branch it is a repetition", () => {
  expect(isMerged([pending], { ...pending, branch: "z9hG4bKtwo" })).toBe(true);
  expect(isMerged([pending], pending)).toBe(false);
});

test.each([
  ["Call-ID", { callId: "d" }],
  ["From tag", { fromTag: "g" }],
  ["CSeq", { cseq: 2 }],
])("another %s is another request", (_, other) => {
  expect(isMerged([pending], { ...pending, ...other, branch: "z9hG4bKtwo" })).toBe(false);
});
