import { describe, expect, it } from "vitest";
import { uriEquals } from "../../../src/sip/uri/equal";
import { parseUri } from "../../../src/sip/uri/uri";

function equal(left: string, right: string): boolean {
  const a = parseUri(left);
  const b = parseUri(right);
  return a.ok && b.ok ? uriEquals(a.value, b.value) : expect.fail("no URI");
}

describe("RFC 3261 §19.1.4", () => {
  it.each([
    ["sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"],
    ["sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"],
    [
      "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
      "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
    ],
    [
      "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
      "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
    ],
    // RFC 5627 §5.4: a public GRUU is equivalent to its address-of-record.
    ["sip:alice@atlanta.com;gr=urn:uuid:1", "sip:alice@atlanta.com"],
    // RFC 5118 §4.5: addresses compare by value.
    ["sip:a@[2001:db8::1]", "sip:a@[2001:DB8:0:0:0:0:0:1]"],
  ])("%s is %s", (a, b) => {
    expect(equal(a, b)).toBe(true);
  });

  it.each([
    ["sip:alice@atlanta.com", "sips:alice@atlanta.com"],
    ["sip:ALICE@atlanta.com", "sip:alice@atlanta.com"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"],
    ["sip:bob@biloxi.com", "sip:biloxi.com"],
    ["sip:bob@biloxi.com;maddr=1.2.3.4", "sip:bob@biloxi.com"],
    ["sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"],
    ["sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"],
    ["sip:a%3Bb@chicago.com", "sip:a;b@chicago.com"],
    ["sip:+12015550123@example.com", "tel:+12015550123"],
  ])("%s is not %s", (a, b) => {
    expect(equal(a, b)).toBe(false);
  });
});

describe("RFC 3966 §4", () => {
  it.each([
    [true, "tel:+1(650)555-0123", "TEL:+16505550123"],
    [true, "tel:7042;phone-context=example.com", "tel:7042;PHONE-context=EXAMPLE.com"],
    [false, "tel:7042;phone-context=example.com", "tel:7042"],
    [false, "tel:7042", "tel:+7042"],
  ])("%s: %s and %s", (expected, a, b) => {
    expect(equal(a, b)).toBe(expected);
  });
});
