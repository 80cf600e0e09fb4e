import { describe, expect, it } from "vitest";
import { secretNames } from "../../../src/env";
import { recentCallQuery } from "../../../src/http/admin/figure-schemas";
import { adminToken, ask, gatewayWith } from "../gateway";

interface Setting {
  readonly name: string;
  readonly value: string | null;
  readonly default: string | null;
  readonly isDefault: boolean;
}

async function settingsOf(variables: Readonly<Record<string, string>> = {}) {
  const text = await (await ask("/v1/settings", { gateway: gatewayWith(variables) })).text();
  const { settings } = JSON.parse(text) as { settings: Setting[] };
  return { text, named: (name: string) => settings.find((setting) => setting.name === name), settings };
}

describe("GET /v1/settings", () => {
  it("tells what holds, what would without it, and whether that is the same", async () => {
    const { named } = await settingsOf({ MAX_EXPIRES: "900", KEEP_HISTORY: "1" });
    expect(named("MAX_EXPIRES")).toMatchObject({ value: "900", default: "600", isDefault: false });
    expect(named("MIN_EXPIRES")).toMatchObject({ value: "60", default: "60", isDefault: true });
    expect(named("KEEP_HISTORY")).toMatchObject({ value: "on", default: "off", isDefault: false });
    expect(named("REALMS")).toMatchObject({ value: "example.com,example.org", isDefault: false });
    expect(named("STUN_URLS")).toMatchObject({ value: null, default: null, isDefault: true });
  });

  it("tells of a secret whether it is set, and nothing of it, nor a password in a URL", async () => {
    const secret = "f00dfeedf00dfeed";
    const { text, named, settings } = await settingsOf({
      TOKEN_SECRET: secret,
      DEPLOYMENT_SECRET: secret,
      DEMO_PASSWORD: secret,
      TOKEN_JWKS: `{"keys":[{"kty":"oct","k":"${secret}"}]}`,
      TOKEN_JWKS_URL: `https://user:${secret}@login.example.com/keys`,
      TOKEN_ISSUER: "https://login.example.com",
      TURN_CLOUDFLARE_KEY_ID: "0a1b2c",
      TURN_CLOUDFLARE_TOKEN: secret,
    });
    expect(text).not.toContain(secret);
    expect(text).not.toContain(adminToken);
    expect(named("ADMIN_TOKEN")).toMatchObject({ value: "set", default: "not set", isDefault: false });
    expect(named("TURN_SECRET")).toMatchObject({ value: "not set", isDefault: true });
    expect(named("TOKEN_JWKS_URL")?.value).toBe("https://***@login.example.com/keys");
    const looksSecret = settings.filter(({ name }) => /(?:SECRET|PASSWORD|TOKEN|JWKS|KEY)$/.test(name));
    expect(looksSecret.map(({ name }) => name).sort()).toEqual([...secretNames].sort());
  });

  it("is the administrator's alone", async () => {
    expect((await ask("/v1/settings", { token: "" })).status).toBe(401);
    expect((await ask("/v1/metrics", { token: "" })).status).toBe(401);
    expect((await ask("/v1/realms", { token: "wrong" })).status).toBe(401);
  });
});

describe("GET /v1/realms", () => {
  it("lists what is served, and whether homes tell it what they do", async () => {
    const gateway = gatewayWith({ FIGURES: "on" });
    expect(await (await ask("/v1/realms", { gateway })).json()).toEqual({
      realms: [
        { realm: "example.com", figures: true },
        { realm: "example.org", figures: true },
      ],
    });
  });

  it("knows no figures of another, and no accounts by what nobody tells", async () => {
    expect((await ask("/v1/realms/elsewhere.example/figures")).status).toBe(404);
    expect((await ask("/v1/realms/elsewhere.example/calls")).status).toBe(404);
    expect((await ask("/v1/realms/example.com/figures?minutes=0")).status).toBe(400);
    expect((await ask("/v1/realms/example.com/calls?outcome=underway")).status).toBe(400);
    expect((await ask("/v1/realms/example.com/calls?outcome=busy,underway")).status).toBe(400);
    expect(recentCallQuery.parse({ outcome: "busy,declined" }).outcome).toEqual(["busy", "declined"]);
    expect((await ask("/v1/accounts?state=online")).status).toBe(400);
    expect((await ask("/v1/accounts?state=away")).status).toBe(400);
  });
});
