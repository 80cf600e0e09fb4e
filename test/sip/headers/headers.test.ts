import { describe, expect, it } from "vitest";
import { accepts } from "../../../src/sip/headers/accept";
import { parseContacts } from "../../../src/sip/headers/contact";
import { splitList, tokenList } from "../../../src/sip/headers/list";
import { formatReason } from "../../../src/sip/headers/reason";
import { parseReferTo } from "../../../src/sip/headers/refer-to";
import { isLooseRoute } from "../../../src/sip/headers/route";
import { formatSubscriptionState } from "../../../src/sip/headers/subscription-state";
import { tagOf } from "../../../src/sip/headers/tag";
import { branchOf } from "../../../src/sip/headers/via";

describe("RFC 3261 §20.1", () => {
  it.each([
    [true, ["application/pidf+xml"]],
    [true, ["text/plain", "application/*"]],
    [true, ["*/*"]],
    [false, []],
    [false, [""]],
    [false, ["text/plain"]],
    [false, ["*/*, application/pidf+xml;q=0"]],
  ])("%s for %j", (expected, values) => {
    expect(accepts(values, "application/pidf+xml")).toBe(expected);
  });
});

describe("RFC 3261 §20.10", () => {
  it("keeps each Contact's own text for the echo", () => {
    const own = '<sip:a@b.invalid;transport=ws>;+sip.instance="<urn:uuid:1>" ; Expires = 60';
    const parsed = parseContacts([`${own}, sip:c@d;q=0.5`]);
    if (!parsed.ok || parsed.value === "*") return expect.fail("no contacts");
    expect(parsed.value.map(({ text, q, expires }) => ({ text, q, expires }))).toEqual([
      { text: own, q: undefined, expires: 60 },
      { text: "sip:c@d;q=0.5", q: 0.5, expires: undefined },
    ]);
  });

  it.each([["*, <sip:a@b>"], ["*;q=1"], ["<sip:a@b>,"]])("refuses %s", (value) => {
    expect(parseContacts([value]).ok).toBe(false);
  });

  it("refuses a * beside another Contact line", () => {
    expect(parseContacts(["*", "<sip:a@b>"]).ok).toBe(false);
  });
});

describe("RFC 3261 §19.3", () => {
  it.each([
    ["1", "<sip:a@b>;tag=1"],
    ["1", "sip:a@b;tag=1"],
    ["1", "sip:a@b ; x ; TAG = 1"],
    ["1", '"x>;tag=2" <sip:a@b;tag=3>;tag=1'],
    ["1", '<sip:a@b>;x=";tag=2>";tag=1'],
    [undefined, "<sip:a@b;tag=1>"],
    [undefined, '<sip:a@b>;x=";tag=2"'],
    [undefined, "<sip:a@b>;xtag=1"],
  ])("finds %s in %s", (tag, value) => {
    expect(tagOf(value)).toBe(tag);
  });
});

describe("RFC 3261 §20.42", () => {
  it.each([
    ["z9hG4bK1", "SIP/2.0/WSS a.invalid;branch=z9hG4bK1"],
    ["z9hG4bK1", "SIP/2.0/WSS a.invalid ; rport ; BRANCH = z9hG4bK1;x"],
    ["z9hG4bK1", "SIP/2.0/WSS a.invalid;branch=z9hG4bK1, SIP/2.0/WSS b.invalid;branch=z9hG4bK2"],
    ["z9hG4bK1", 'SIP/2.0/WSS a.invalid;x=";branch=z9hG4bK2";branch=z9hG4bK1'],
    [undefined, "SIP/2.0/WSS a.invalid;xbranch=z9hG4bK1"],
  ])("finds the branch %s in %s", (branch, value) => {
    expect(branchOf(value)).toBe(branch);
  });
});

describe("RFC 3261 §7.3.1", () => {
  it("divides at commas outside quotes and brackets", () => {
    expect(splitList('"a,b\\",c" <sip:d,e>;x="f,g" ,h')).toEqual(['"a,b\\",c" <sip:d,e>;x="f,g"', "h"]);
  });

  it("gathers the tokens of several lines", () => {
    expect(tokenList(["gruu, path", "", ",outbound,a b"])).toEqual(["gruu", "path", "outbound"]);
  });
});

describe("RFC 3515 §2.1", () => {
  it("gives the Replaces of an attended transfer decoded", () => {
    const parsed = parseReferTo("<sip:d@e?Replaces=1%40f%3Bto-tag%3D2%3Bfrom-tag%3D3>");
    expect(parsed.ok && parsed.value.replaces).toBe("1@f;to-tag=2;from-tag=3");
  });
});

describe("RFC 3261 §16.12", () => {
  it("knows a loose router by lr in the URI, with or without a value", () => {
    expect(["sip:a;lr", "sip:a;LR=on", "sip:a"].map(isLooseRoute)).toEqual([true, true, false]);
  });
});

describe("what we write", () => {
  it("quotes a reason's text (RFC 3326 §2)", () => {
    expect(formatReason("SIP", 200, 'Call "completed"')).toBe('SIP;cause=200;text="Call \\"completed\\""');
  });

  it("leaves out what a Subscription-State does not say (RFC 6665 §8.2.3)", () => {
    expect(formatSubscriptionState({ state: "active", expires: 60 })).toBe("active;expires=60");
    expect(formatSubscriptionState({ state: "terminated", reason: "timeout" })).toBe(
      "terminated;reason=timeout",
    );
  });
});
