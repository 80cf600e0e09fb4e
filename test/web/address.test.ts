import { describe, expect, it } from "vitest";
import { readAddress, realmOf, userOf } from "../../web/address";

describe("an address as it is typed", () => {
  it.each([
    ["alice@example.com", "alice@example.com"],
    ["  sip:Alice@Example.COM ", "Alice@example.com"],
    ["bob", "bob@localhost"],
    ["+4930123", "+4930123@localhost"],
  ])("%j is %s", (text, address) => {
    expect(readAddress(text, "localhost")).toBe(address);
  });

  it.each(["", "@example.com", "alice@", "a b@c", "alice@example.com;transport=ws", "<alice@example.com>"])(
    "%j is none",
    (text) => {
      expect(readAddress(text, "localhost")).toBeUndefined();
    },
  );

  it("needs its realm where there is no other", () => {
    expect(readAddress("bob", undefined)).toBeUndefined();
  });

  it("has two parts", () => {
    expect([userOf("a@b@example.com"), realmOf("a@b@example.com")]).toEqual(["a@b", "example.com"]);
  });
});
