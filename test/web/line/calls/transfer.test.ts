import { describe, expect, it } from "vitest";
import { sipfragStatus, transferOf } from "../../../../web/line/calls/transfer";

describe("RFC 3515 §2.4.5: what the NOTIFYs of a transfer say", () => {
  it.each([
    ["SIP/2.0 100 Trying\r\n", 100],
    ["SIP/2.0 200", 200],
    ["SIP/2.0 603 Decline\r\nTo: <sip:bob@localhost>\r\n", 603],
    ["SIP/2.0 2000 OK", undefined],
    ["INVITE sip:bob@localhost SIP/2.0", undefined],
    ["", undefined],
  ])("%j", (body, status) => {
    expect(sipfragStatus(body)).toBe(status);
  });

  it("goes from trying to ringing or to its failure", () => {
    expect([100, 180, 486].map((status) => transferOf("c@localhost", status))).toEqual([
      { to: "c@localhost", state: "trying", status: undefined },
      { to: "c@localhost", state: "ringing", status: undefined },
      { to: "c@localhost", state: "failed", status: 486 },
    ]);
  });
});
