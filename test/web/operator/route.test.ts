import { describe, expect, it } from "vitest";
import { accountHref, ladderHref, listHref, readRoute } from "../../../web/operator/route";

describe("the fragment of the operator's view", () => {
  it("is the overview when there is none", () => {
    for (const hash of ["", "#", "#/"]) expect(readRoute(hash)).toEqual({ view: "overview", filter: {} });
  });

  it("names a list and what it is narrowed to", () => {
    const href = listHref("accounts", { query: "a&b=é", state: "online", after: undefined, realm: "" });
    expect(href).toBe("#/accounts?query=a%26b%3D%C3%A9&state=online");
    expect(readRoute(href)).toEqual({ view: "accounts", filter: { query: "a&b=é", state: "online" } });
    expect(readRoute("#/calls?outcome=failed")).toEqual({ view: "calls", filter: { outcome: "failed" } });
  });

  it("names an account and one of its tabs", () => {
    expect(readRoute("#/accounts/alice%40example.com")).toEqual({
      ...{ view: "account", aor: "alice@example.com", tab: "devices" },
    });
    const aor = "a/b?c#d%@example.com";
    expect(readRoute(accountHref(aor, "calls"))).toEqual({ view: "account", aor, tab: "calls" });
  });

  it("names a ladder by account and Call-ID, whatever characters they have", () => {
    const callId = "f81d4/fae?7dec#11d0%@127.0.0.1";
    expect(readRoute(ladderHref("alice@example.com", callId))).toEqual({
      ...{ view: "ladder", aor: "alice@example.com", callId },
    });
  });

  it("may be nothing we know, or broken, and is no accident", () => {
    for (const hash of ["#/magic", "#/accounts/alice/magic", "#/calls/deep", "#/settings/x"]) {
      expect(readRoute(hash)).toEqual({ view: "unknown" });
    }
    expect(readRoute("#/accounts/%zz")).toMatchObject({ view: "account", aor: "%zz" });
  });
});
