import { describe, expect, it } from "vitest";
import { parseText } from "../../src/sip/parser";
import { requestIdentity } from "../../src/transaction/identity";

const identityOf = (lines: readonly string[]) => {
  const parsed = parseText(`${["INVITE sip:bob@example.com SIP/2.0", ...lines].join("\r\n")}\r\n\r\n`);
  if (!parsed.ok || parsed.value.kind !== "request") throw new Error("the test's message is broken");
  return requestIdentity(parsed.value);
};
const via =
  "Via: SIP/2.0/WSS df7jal23ls0d.invalid:4443;branch=z9hG4bK56sdasks, SIP/2.0/UDP b;branch=z9hG4bKx";
const rest = [
  "From: <sip:alice@example.com>;tag=asdyka899",
  "To: <sip:bob@example.com>",
  "Call-ID: asidkj3ss",
];

describe("RFC 3261 §17.2.3", () => {
  it("reads the topmost Via of a list, with the port of its sent-by", () => {
    expect(identityOf([via, ...rest, "CSeq: 7 INVITE"])).toEqual({
      method: "INVITE",
      requestUri: "sip:bob@example.com",
      callId: "asidkj3ss",
      cseq: 7,
      fromTag: "asdyka899",
      topVia: {
        text: "SIP/2.0/WSS df7jal23ls0d.invalid:4443;branch=z9hG4bK56sdasks",
        sentBy: "df7jal23ls0d.invalid:4443",
        branch: "z9hG4bK56sdasks",
      },
    });
  });

  it("a Via without a branch, and a From without a tag, are those of RFC 2543", () => {
    const identity = identityOf([
      "Via: SIP/2.0/WS old.invalid",
      "From: <sip:alice@example.com>",
      "To: <sip:bob@example.com>",
      "Call-ID: 1",
      "CSeq: 1 INVITE",
    ]);
    expect(identity?.fromTag).toBeUndefined();
    expect(identity?.topVia).toEqual({
      text: "SIP/2.0/WS old.invalid",
      sentBy: "old.invalid",
      branch: undefined,
    });
  });

  it.each([
    ["no Via", [...rest, "CSeq: 7 INVITE"]],
    ["a malformed Via", ["Via: nonsense", ...rest, "CSeq: 7 INVITE"]],
    ["no CSeq", [via, ...rest]],
    ["a malformed CSeq", [via, ...rest, "CSeq: INVITE"]],
    ["no Call-ID", [via, "CSeq: 7 INVITE"]],
  ])("%s identifies nothing", (_what, lines) => {
    expect(identityOf(lines)).toBeUndefined();
  });
});
