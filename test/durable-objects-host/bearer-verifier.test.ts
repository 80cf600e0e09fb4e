import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KeySettings, verifyBearer } from "../../durable-objects/host/bearer-verifier";
import { epochMs } from "../../src/base/brand";

const now = epochMs(1_763_800_000_000);
const nowSeconds = now / 1000;
const secret = "a shared secret of 32 octets, or more";
const none: KeySettings = {
  secret: undefined,
  jwksUrl: undefined,
  jwks: undefined,
  issuer: undefined,
  audience: undefined,
};
const shared: KeySettings = { ...none, secret };
const key = new TextEncoder().encode(secret);

const sign = (
  claims: Record<string, unknown> = {},
  algorithm = "HS256",
  by: Parameters<SignJWT["sign"]>[0] = key,
) =>
  new SignJWT({ sub: "alice", exp: nowSeconds + 60, ...claims })
    .setProtectedHeader({ alg: algorithm })
    .sign(by);

const outcome = async (token: string, settings: KeySettings) => {
  const read = await verifyBearer(token, settings, now);
  return read.ok ? read.value.sub : read.error;
};

describe("RFC 7519 §7.2: a shared secret", () => {
  it.each(["HS256", "HS384", "HS512"])("%s", async (algorithm) => {
    expect(await outcome(await sign({}, algorithm), shared)).toBe("alice");
  });

  it("refuses what another secret signed, and a changed token", async () => {
    const other = await sign({}, "HS256", new TextEncoder().encode("another secret of 32 octets or more"));
    expect(await outcome(other, shared)).toBe("signature");
    const [head, , signature] = (await sign()).split(".");
    const claims = Buffer.from(JSON.stringify({ sub: "bob" })).toString("base64url");
    expect(await outcome(`${head}.${claims}.${signature}`, shared)).toBe("signature");
  });

  it("refuses a token without signature", async () => {
    expect(await outcome(new UnsecuredJWT({ sub: "alice" }).encode(), shared)).toBe("algorithm");
    expect(await outcome(new UnsecuredJWT({ sub: "alice" }).encode(), none)).toBe("algorithm");
  });

  it("refuses everything when nothing is configured", async () => {
    expect(await outcome(await sign(), none)).toBe("algorithm");
  });
});

describe("RFC 7519 §4.1", () => {
  it.each([
    [{ exp: nowSeconds - 29 }, "alice"],
    [{ exp: nowSeconds - 31 }, "expired"],
    [{ nbf: nowSeconds + 29 }, "alice"],
    [{ nbf: nowSeconds + 31 }, "claims"],
    [{ exp: "soon" }, "claims"],
  ])("%j: %s", async (claims, expected) => {
    expect(await outcome(await sign(claims), shared)).toBe(expected);
  });

  it("looks at issuer and audience where they are configured", async () => {
    const settings = { ...shared, issuer: "https://as.example.com", audience: "sip" };
    expect(await outcome(await sign({ iss: settings.issuer, aud: "sip" }), settings)).toBe("alice");
    expect(await outcome(await sign({ iss: settings.issuer, aud: "web" }), settings)).toBe("claims");
    expect(await outcome(await sign({ iss: "https://evil.example", aud: "sip" }), settings)).toBe("claims");
    expect(await outcome(await sign({ aud: "sip" }), settings)).toBe("claims");
  });
});

describe("a text that is no token", () => {
  it.each(["", "a", "a.b", "a.b.c", "....", "\u0000", "é.é.é"])("%j", async (text) => {
    expect(await outcome(text, shared)).toBe("malformed");
  });

  it("over 8 KB is not looked at", async () => {
    expect(await outcome(await sign({ note: "a".repeat(9000) }), shared)).toBe("too-long");
    expect(await outcome(await sign({ note: "a".repeat(5000) }), shared)).toBe("alice");
  });
});

describe("published keys", () => {
  const pairs: { algorithm: string; privateKey: CryptoKey; publicKey: CryptoKey; jwk: JWK }[] = [];
  const server = createServer((request, response) => {
    fetches++;
    response.statusCode = request.url === "/jwks" ? 200 : 500;
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ keys: pairs.map((pair) => pair.jwk) }));
  });
  let fetches = 0;
  let origin = "";
  let given: KeySettings = none;

  beforeAll(async () => {
    for (const algorithm of ["RS256", "PS256", "ES256", "EdDSA"]) {
      const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
      pairs.push({
        algorithm,
        privateKey,
        publicKey,
        jwk: { ...(await exportJWK(publicKey)), alg: algorithm },
      });
    }
    given = { ...none, jwks: JSON.stringify({ keys: pairs.map((pair) => pair.jwk) }) };
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.close();
  });

  it.each(["RS256", "PS256", "ES256", "EdDSA"])("given in the settings: %s", async (algorithm) => {
    const pair = pairs.find((one) => one.algorithm === algorithm);
    if (pair === undefined) throw new Error(algorithm);
    expect(await outcome(await sign({}, algorithm, pair.privateKey), given)).toBe("alice");
  });

  it("refuse what another key signed", async () => {
    const { privateKey } = await generateKeyPair("ES256");
    expect(await outcome(await sign({}, "ES256", privateKey), given)).toBe("signature");
  });

  it("never serve as a shared secret", async () => {
    const [rsa] = pairs;
    if (rsa === undefined) throw new Error("no key");
    const pem = new TextEncoder().encode(await exportSPKI(rsa.publicKey));
    expect(await outcome(await sign({}, "HS256", pem), given)).toBe("algorithm");
    expect(await outcome(await sign(), given)).toBe("algorithm");
  });

  it("stand beside a shared secret, each for its own family", async () => {
    const [rsa] = pairs;
    const both = { ...given, secret };
    expect(await outcome(await sign(), both)).toBe("alice");
    expect(await outcome(await sign({}, "RS256", rsa?.privateKey), both)).toBe("alice");
  });

  it("fetched once for many tokens", async () => {
    const [rsa] = pairs;
    const settings = { ...none, jwksUrl: `${origin}/jwks` };
    for (let n = 0; n < 5; n++) {
      expect(await outcome(await sign({}, "RS256", rsa?.privateKey), settings)).toBe("alice");
    }
    expect(fetches).toBe(1);
  });

  it("that cannot be had are our trouble, not the client's", async () => {
    const [rsa] = pairs;
    const token = await sign({}, "RS256", rsa?.privateKey);
    expect(await outcome(token, { ...none, jwksUrl: `${origin}/broken` })).toBe("keys-unavailable");
    expect(await outcome(token, { ...none, jwks: "no JSON" })).toBe("keys-unavailable");
    expect(await outcome(token, { ...none, jwks: '{"keys":[]}' })).toBe("unknown-key");
  });
});
