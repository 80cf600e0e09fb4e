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

describe("the relay of media", () => {
  const coturn = { TURN_URLS: "turn:turn.example.com", TURN_SECRET: "0123456789abcdef" };
  const cloudflare = { TURN_CLOUDFLARE_KEY_ID: "0a1b2c", TURN_CLOUDFLARE_TOKEN: "0123456789abcdef" };

  it.each([
    ["turn:turn.example.com", "turns:turn.example.com:443?transport=tcp"],
    ["turn:192.0.2.1:3478?transport=udp", "turn:[2001:db8::1]:3478"],
  ])("has URLs of RFC 7065: %s, %s", (...urls) => {
    expect(problemOf({ ...coturn, TURN_URLS: urls.join(", ") })).toBeUndefined();
  });

  it.each([
    "turn.example.com",
    "https://turn.example.com",
    "turn://turn.example.com",
    "stun:turn.example.com",
    "turn:",
    "turn:user@turn.example.com",
    "turn:turn.example.com?transport=sctp",
  ])("is not at %s: a browser would throw at that", (url) => {
    expect(problemOf({ ...coturn, TURN_URLS: url })).toBe("TURN_URLS.0: is no TURN URL");
  });

  it("has STUN servers beside it, or alone, by RFC 7064", () => {
    expect(problemOf({ STUN_URLS: "stun:stun.example.com:3478,stuns:stun.example.com" })).toBeUndefined();
    expect(problemOf({ STUN_URLS: "stun:stun.example.com?transport=udp" })).toBe(
      "STUN_URLS.0: is no STUN URL",
    );
  });

  it("is configured in full, by one provider", () => {
    expect(problemOf(coturn)).toBeUndefined();
    expect(problemOf(cloudflare)).toBeUndefined();
    expect(problemOf({ TURN_URLS: coturn.TURN_URLS })).toBe("TURN_URLS: needs TURN_SECRET");
    expect(problemOf({ TURN_SECRET: coturn.TURN_SECRET })).toBe("TURN_SECRET: needs TURN_URLS");
    const half = "TURN_CLOUDFLARE_KEY_ID: goes with TURN_CLOUDFLARE_TOKEN";
    expect(problemOf({ TURN_CLOUDFLARE_KEY_ID: "0a1b2c" })).toBe(half);
    expect(problemOf({ TURN_CLOUDFLARE_TOKEN: cloudflare.TURN_CLOUDFLARE_TOKEN })).toBe(half);
    expect(problemOf({ ...coturn, ...cloudflare })).toMatch(
      /^TURN_CLOUDFLARE_TOKEN: goes without TURN_SECRET/,
    );
  });

  it("has a key id that fits a path, and a token that fits a header", () => {
    expect(problemOf({ ...cloudflare, TURN_CLOUDFLARE_KEY_ID: "../x" })).toMatch(/is no key id/);
    const token = "0123456789abcdef\r\nX: y";
    const problem = problemOf({ ...cloudflare, TURN_CLOUDFLARE_TOKEN: token });
    expect(problem).toMatch(/is no API token/);
    expect(problem).not.toContain("0123456789abcdef");
  });

  it("gives credentials for a minute to two days", () => {
    for (const lifetime of ["59", "172801"]) {
      expect(problemOf({ ...coturn, TURN_TTL_SECONDS: lifetime })).toMatch(/^TURN_TTL_SECONDS: /);
    }
  });
});
