import { describe, expect, it } from "vitest";
import { passBack } from "../../src/proxy/arrive";
import type { SipRequest, SipResponse } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";
import { sip } from "../home/support/sip-text";

const requestOf = (method: string): SipRequest => {
  const read = parseText(sip`
    ${method} sip:bob@page.invalid SIP/2.0
    Via: SIP/2.0/WSS example.com;branch=z9hG4bKhome
    Via: SIP/2.0/WSS page.invalid;branch=z9hG4bKpage
    Record-Route: <sip:one@example.com;lr>
    Record-Route: <sip:two@example.net;lr>
    From: <sip:alice@example.com>;tag=1
    To: <sip:bob@example.com>
    Call-ID: 1
    CSeq: 1 ${method}`);
  if (!read.ok || read.value.kind !== "request") throw new Error("unreadable");
  return read.value;
};

const responseOf = (status: number): SipResponse => {
  const read = parseText(sip`
    SIP/2.0 ${status} Whatever
    Via: SIP/2.0/WSS evil.invalid;branch=z9hG4bKevil
    Record-Route: <sip:evil@evil.invalid;lr>
    From: <sip:mallory@example.com>;tag=1
    To: <sip:bob@example.com>;tag=2
    Call-ID: 2
    CSeq: 7 SUBSCRIBE`);
  if (!read.ok || read.value.kind !== "response") throw new Error("unreadable");
  return read.value;
};

describe("RFC 3261 §16.7, §12.1.1: a response that is passed back", () => {
  it.each([200, 202, 183])(
    "%s has the Via set and the Record-Route of its request, not its own",
    (status) => {
      expect(passBack(responseOf(status), requestOf("SUBSCRIBE"))).toBe(sip`
      SIP/2.0 ${status} Whatever
      Via: SIP/2.0/WSS example.com;branch=z9hG4bKhome
      Via: SIP/2.0/WSS page.invalid;branch=z9hG4bKpage
      Record-Route: <sip:one@example.com;lr>
      Record-Route: <sip:two@example.net;lr>
      From: <sip:alice@example.com>;tag=1
      To: <sip:bob@example.com>;tag=2
      Call-ID: 1
      CSeq: 1 SUBSCRIBE`);
    },
  );

  it.each([100, 302, 404, 603])("%s forms no dialog and has no Record-Route", (status) => {
    expect(passBack(responseOf(status), requestOf("SUBSCRIBE"))).not.toContain("Record-Route");
  });
});
