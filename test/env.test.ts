import { describe, expect, it } from "vitest";
import { configurationOf } from "../src/env";

const problemOf = (variables: Readonly<Record<string, string>>): string | undefined => {
  const configuration = configurationOf(variables);
  return configuration.ok ? undefined : configuration.problem;
};

const keys = "https://login.example.com/keys";

describe("variables that make no sense stop the gateway, by name and without their values", () => {
  it.each([
    ["an audience", { TOKEN_AUDIENCE: "sip" }],
    ["an issuer", { TOKEN_ISSUER: "https://login.example.com" }],
  ])("published keys are taken with %s", (_what, rule) => {
    expect(problemOf({ TOKEN_JWKS_URL: keys, ...rule })).toBeUndefined();
  });

  it("published keys alone are not: tokens for any other service of theirs would make accounts here", () => {
    expect(problemOf({ TOKEN_JWKS_URL: keys })).toBe("TOKEN_JWKS_URL: needs TOKEN_ISSUER or TOKEN_AUDIENCE");
  });

  it.each(["", "{", "[]", "null", '{"keys":{}}', '{"keys":[{"kid":"1"}]}'])(
    "a key set is JSON with keys in it (RFC 7517 §5): %j is none",
    (text) => {
      expect(problemOf({ TOKEN_JWKS: text })).toBe("TOKEN_JWKS: is no JWK Set");
    },
  );

  it("a header has a name, in whatever case", () => {
    expect(problemOf({ CLIENT_ADDRESS_HEADER: "X-Real-IP" })).toBeUndefined();
    expect(problemOf({ CLIENT_ADDRESS_HEADER: "x real" })).toBe("CLIENT_ADDRESS_HEADER: is no header's name");
  });

  it("a key set that is one is taken", () => {
    const set = { keys: [{ kty: "oct", k: "c2VjcmV0", use: "sig" }] };
    expect(problemOf({ TOKEN_JWKS: JSON.stringify(set) })).toBeUndefined();
  });
});
