import { describe, expect, it } from "vitest";
import { closeFromClient, closeFromObject, shortReason } from "../../../src/http/upgrade/close-code";

describe("RFC 6455 §7.4: a close code passed on", () => {
  it.each([1000, 1001, 1008, 1011, 1012, 1013, 3000, 4999])("keeps %i both ways", (code) => {
    expect(closeFromClient(code, "so be it")).toEqual({ code, reason: "so be it" });
    expect(closeFromObject(code, "so be it")).toEqual({ code, reason: "so be it" });
  });

  it.each([1004, 1005, 1006, 1015, 999, 5000, 0])(
    "tells the object that a client with %i has gone away",
    (code) => {
      expect(closeFromClient(code, "").code).toBe(1001);
    },
  );

  it.each([1004, 1006, 1015, 999, 5000])("tells the client that an object with %i has failed", (code) => {
    expect(closeFromObject(code, "").code).toBe(1011);
  });

  it("takes an object's close without a code as a normal one", () => {
    expect(closeFromObject(1005, "").code).toBe(1000);
  });
});

describe("RFC 6455 §5.5: a close reason has 123 octets", () => {
  it("is cut at a character's end", () => {
    const cut = shortReason("é".repeat(100));
    expect(cut).toBe("é".repeat(61));
    expect(shortReason("📞".repeat(40))).toBe("📞".repeat(30));
    expect(shortReason("short")).toBe("short");
  });
});
