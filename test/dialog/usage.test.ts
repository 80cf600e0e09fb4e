import { describe, expect, it } from "vitest";
import {
  impactOf,
  impactTable,
  isSameUsage,
  timeoutImpact,
  type Usage,
  usageKindOf,
} from "../../src/dialog/usage";

const presence: Usage = { kind: "subscription", event: "presence" };
const codes = (impact: string): readonly number[] =>
  Object.keys(impactTable)
    .map(Number)
    .filter((status) => impactTable[status] === impact);

describe("RFC 5057 §5.1 Table 1", () => {
  it("Destroys Dialog", () => {
    expect(codes("dialog")).toEqual([404, 410, 416, 482, 483, 484, 485, 502, 604]);
  });

  it("Destroys Usage", () => {
    expect(codes("usage")).toEqual([405, 480, 481, 489, 501]);
  });

  it("Transaction Only", () => {
    expect(codes("transaction")).toEqual([
      400, 401, 402, 403, 406, 407, 408, 412, 413, 414, 415, 417, 420, 421, 422, 423, 428, 429, 436, 437, 438,
      486, 487, 488, 491, 493, 494, 500, 503, 504, 505, 513, 580, 600, 603, 606,
    ]);
  });

  it("an unknown code counts as the x00 of its class, and 1xx to 3xx destroy nothing", () => {
    for (const status of [100, 183, 200, 202, 302, 305, 499, 430, 599, 699]) {
      expect(impactOf(status, "NOTIFY")).toBe("transaction");
    }
  });
});

describe("RFC 6665 §4.1.2.2 and §4.2.2", () => {
  const ending = [404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604];

  it.each(["SUBSCRIBE", "NOTIFY"])("the codes that end a subscription, in answer to a %s", (method) => {
    for (const status of ending) expect(impactOf(status, method)).not.toBe("transaction");
  });

  it("a refresh that fails otherwise, or is never answered, leaves the subscription until it expires", () => {
    for (const status of [400, 403, 408, 423, 500, 503, 504, 600, 603]) {
      expect(impactOf(status, "SUBSCRIBE")).toBe("transaction");
    }
    expect(timeoutImpact("SUBSCRIBE")).toBe("transaction");
  });

  it("a NOTIFY that is never answered ends it, with 408 or without", () => {
    expect(timeoutImpact("NOTIFY")).toBe("usage");
    expect(impactOf(408, "NOTIFY")).toBe("usage");
  });
});

describe("RFC 5057 §5.1, the notes", () => {
  it("(3) 405 and 501 end a usage only where the method is integral to it", () => {
    for (const status of [405, 501]) {
      expect(impactOf(status, "NOTIFY")).toBe("usage");
      expect(impactOf(status, "INVITE")).toBe("usage");
      for (const method of ["INFO", "UPDATE", "PRACK", "REFER", "MESSAGE"]) {
        expect(impactOf(status, method)).toBe("transaction");
      }
    }
  });

  it("(4) a 408 ends the call, and nothing where there is no usage", () => {
    for (const method of ["INVITE", "UPDATE", "INFO", "PRACK"]) expect(impactOf(408, method)).toBe("usage");
    for (const method of ["OPTIONS", "MESSAGE", "REFER", "FOO"]) {
      expect(impactOf(408, method)).toBe("transaction");
      expect(timeoutImpact(method)).toBe("transaction");
    }
  });

  it("(6) a REFER that is refused ends no other REFER's subscription", () => {
    for (const status of [405, 429, 480, 481, 489, 501])
      expect(impactOf(status, "REFER")).toBe("transaction");
    expect(impactOf(404, "REFER")).toBe("dialog");
  });

  it("(8) a 481 to a CANCEL says nothing of the call", () => {
    expect(impactOf(481, "CANCEL")).toBe("transaction");
    expect(impactOf(481, "INFO")).toBe("usage");
  });

  it("(12) a 489 means something to SUBSCRIBE and NOTIFY only", () => {
    expect(impactOf(489, "SUBSCRIBE")).toBe("usage");
    expect(impactOf(489, "INVITE")).toBe("transaction");
  });

  it("(16) a 504, our answer for an absent page, destroys nothing", () => {
    for (const method of ["INVITE", "UPDATE", "INFO", "REFER", "MESSAGE", "NOTIFY"]) {
      expect(impactOf(504, method)).toBe("transaction");
    }
  });
});

describe("RFC 5057 §5.3", () => {
  it("tells a method's usage", () => {
    for (const method of ["INVITE", "UPDATE", "PRACK", "ACK", "CANCEL", "BYE", "INFO"]) {
      expect(usageKindOf(method)).toBe("invite");
    }
    for (const method of ["SUBSCRIBE", "NOTIFY", "REFER"]) expect(usageKindOf(method)).toBe("subscription");
    for (const method of ["OPTIONS", "MESSAGE", "invite", ""]) expect(usageKindOf(method)).toBeUndefined();
  });

  it("OPTIONS, MESSAGE and unknown methods can at most destroy the dialog", () => {
    for (const method of ["OPTIONS", "MESSAGE", "FOO"]) {
      for (const status of [405, 480, 481, 489, 501]) expect(impactOf(status, method)).toBe("transaction");
      for (const status of [404, 410, 483]) expect(impactOf(status, method)).toBe("dialog");
    }
  });
});

describe("RFC 3261 §15.1.1", () => {
  it("a BYE ends the call whatever is answered, unless it will be sent again with credentials", () => {
    for (const status of [200, 408, 481, 486, 491, 500, 503, 603])
      expect(impactOf(status, "BYE")).toBe("usage");
    for (const status of [100, 401, 407]) expect(impactOf(status, "BYE")).toBe("transaction");
    expect(impactOf(404, "BYE")).toBe("dialog");
    expect(timeoutImpact("BYE")).toBe("usage");
  });
});

describe("RFC 6665 §8.2.1", () => {
  it("compares event and id byte by byte, and an id never matches none", () => {
    const withId: Usage = { kind: "subscription", event: "presence", id: "7" };
    expect(isSameUsage(presence, { kind: "subscription", event: "presence" })).toBe(true);
    expect(isSameUsage(presence, { kind: "subscription", event: "Presence" })).toBe(false);
    expect(isSameUsage(presence, withId)).toBe(false);
    expect(isSameUsage(withId, { ...withId, id: "8" })).toBe(false);
    expect(isSameUsage({ kind: "invite" }, presence)).toBe(false);
    expect(isSameUsage({ kind: "invite" }, { kind: "invite" })).toBe(true);
  });

  it("RFC 3515 §2.4.6: the first REFER's NOTIFY may have an id, the second's must have its own", () => {
    const first: Usage = { kind: "subscription", event: "refer" };
    const second: Usage = { kind: "subscription", event: "refer", id: "93809824" };
    expect(isSameUsage(first, second)).toBe(true);
    expect(isSameUsage(second, { ...second, id: "93809825" })).toBe(false);
  });
});
