import { describe, expect, it } from "vitest";
import { readDemonstration } from "../../web/demonstration";

describe("the health document", () => {
  it("says whose demonstration this is", () => {
    const demo = { realm: "localhost", accounts: ["alice", "bob"] };
    expect(readDemonstration({ status: "ok", demo })).toEqual(demo);
  });

  it.each([undefined, null, "ok", { status: "ok" }, { demo: true }, { demo: { realm: "localhost" } }])(
    "is no demonstration's: %j",
    (health) => {
      expect(readDemonstration(health)).toBeUndefined();
    },
  );
});
