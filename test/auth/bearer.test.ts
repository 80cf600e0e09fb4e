import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClaimsRules, claimsToIdentity, findBearerToken } from "../../src/auth/bearer";
import { epochMs } from "../../src/base/brand";

const now = epochMs(1_763_800_000_000);
const nowSeconds = now / 1000;
const rules: ClaimsRules = { realms: ["example.com", "example.org"], audience: undefined, now };
const identity = (claims: unknown, changed: Partial<ClaimsRules> = {}) =>
  claimsToIdentity(claims, { ...rules, ...changed });

describe("RFC 7519 §4.1.2 sub", () => {
  it.each([
    ["alice", "alice@example.com"],
    ["Alice", "alice@example.com"],
    ["alice@example.com", "alice@example.com"],
    ["alice@EXAMPLE.org", "alice@example.org"],
    ["sip:alice@example.com", "alice@example.com"],
    ["sips:alice@example.com", "alice@example.com"],
    ["sip:alice", "alice@example.com"],
    ["sip:%61lice@example.com;transport=ws", "alice@example.com"],
  ])("%s is %s", (sub, aor) => {
    expect(identity({ sub })).toEqual({ ok: true, value: { aor, expiresAt: undefined } });
  });

  it.each([
    ["alice@example.net", "foreign-realm"],
    ["alice@sub.example.com", "foreign-realm"],
    ["alice@example.com@example.net", "subject"],
    ["", "subject"],
    ["@example.com", "subject"],
    ["a b", "subject"],
    ["https://example.com/alice", "subject"],
    [`${"a".repeat(300)}`, "subject"],
    [7, "subject"],
    [undefined, "subject"],
  ])("%s is refused: %s", (sub, error) => {
    expect(identity({ sub })).toEqual({ ok: false, error });
  });
});

describe("RFC 7519 §4.1.4 exp, §4.1.5 nbf", () => {
  it("tells until when: to the last moment of the leeway, in which the token itself is still taken", () => {
    expect(identity({ sub: "alice", exp: nowSeconds + 60.5 })).toMatchObject({
      value: { expiresAt: now + 90_500 },
    });
    expect(identity({ sub: "alice", exp: nowSeconds - 10 })).toMatchObject({
      value: { expiresAt: now + 20_000 },
    });
  });

  it.each([
    [{ exp: nowSeconds - 29 }, true],
    [{ exp: nowSeconds - 30 }, "expired"],
    [{ nbf: nowSeconds + 30 }, true],
    [{ nbf: nowSeconds + 31 }, "not-yet-valid"],
    [{ exp: "soon" }, "expiry"],
    [{ exp: null }, "expiry"],
    [{ exp: Number.NaN }, "expiry"],
    [{ nbf: Number.POSITIVE_INFINITY }, "expiry"],
  ])("%j: %s", (claims, outcome) => {
    const read = identity({ sub: "alice", ...claims });
    expect(read.ok || read.error).toBe(outcome);
  });
});

describe("RFC 7519 §4.1.3 aud", () => {
  it.each([
    ["sip", true],
    [["web", "sip"], true],
    ["web", false],
    [["web"], false],
    [undefined, false],
    [{ sip: true }, false],
  ])("%j holds sip: %s", (aud, holds) => {
    expect(identity({ sub: "alice", aud }, { audience: "sip" }).ok).toBe(holds);
  });

  it("is not looked at unless asked for", () => {
    expect(identity({ sub: "alice", aud: "web" }).ok).toBe(true);
  });
});

describe("claimsToIdentity", () => {
  it("throws for no value, and names only addresses of the realms", () => {
    const claims = fc.record({
      sub: fc.anything(),
      exp: fc.anything(),
      nbf: fc.anything(),
      aud: fc.anything(),
    });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), claims, fc.record({ sub: fc.string() })), (value) => {
        const read = identity(value);
        if (read.ok) expect(read.value.aor).toMatch(/@example\.(com|org)$/);
        else expect(read.error).not.toBe("");
      }),
      { numRuns: 500 },
    );
  });
});

describe("RFC 8898 §2.1.3", () => {
  it("finds the token among other credentials, in either family", () => {
    const digest = 'Digest username="alice", realm="example.com"';
    expect(findBearerToken([digest, "bearer eyJh.eyJz.c2ln"])).toBe("eyJh.eyJz.c2ln");
    expect(findBearerToken([digest, "Bearer"])).toBeUndefined();
    expect(findBearerToken([])).toBeUndefined();
  });
});
