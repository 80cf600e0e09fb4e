import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ask, gatewayWith } from "./gateway";

const lines: string[] = [];

beforeEach(() => {
  lines.length = 0;
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(line));
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

const handshake = { Upgrade: "websocket", "Sec-WebSocket-Protocol": "sip" };
const upgrade = (target: string, headers: Record<string, string> = {}, gateway = gatewayWith()) =>
  ask(target, { token: "", gateway, headers: { ...handshake, ...headers } });

describe("the paths of the Worker", () => {
  it("serve the first page at / and the assets wherever nothing else is", async () => {
    for (const path of ["/", "/index.html", "/api-docs/swagger-ui.css", "/v1x"]) {
      expect(await (await ask(path, { token: "" })).text()).toBe("<p>page");
    }
  });

  it("tell that the gateway lives, without a token", async () => {
    const response = await ask("/health", { token: "" });
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
    expect((await ask("/health", { token: "", method: "POST" })).status).toBe(405);
  });

  it("are problems, not pages, where an API would be", async () => {
    for (const path of ["/v1/nothing", "/v1", "/xcap/a"]) {
      const response = await ask(path);
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  it("ask for an upgrade where only sockets are served", async () => {
    for (const path of ["/ws", "/sip", "/sip/alice@example.com"]) {
      const response = await ask(path, { token: "" });
      expect([response.status, response.headers.get("upgrade")]).toEqual([426, "websocket"]);
    }
  });
});

describe("RFC 9111 §3.2: a page that is revalidated", () => {
  it("keeps the policy it was stored with", async () => {
    const assets = { fetch: () => Promise.resolve(new Response(null, { status: 304 })) };
    const response = await ask("/", { token: "", gateway: { ...gatewayWith(), assets } });
    expect([response.status, response.headers.get("content-security-policy")]).toEqual([304, null]);
  });
});

describe("RFC 7118 §4.1: an upgrade that is refused", () => {
  it("says why in one line of text", async () => {
    const response = await upgrade("/?aor=alice@elsewhere.example");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await response.text()).toBe("no such realm here\n");
  });

  it("is 401 with a Bearer challenge for a token that does not hold, or where none is accepted", async () => {
    const tokens = gatewayWith({ TOKEN_SECRET: "0123456789abcdef" });
    for (const gateway of [tokens, gatewayWith()]) {
      const response = await upgrade("/?access_token=a.b.c", {}, gateway);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer /);
    }
  });

  it("is 503 while the keys that would prove the token are out of reach", async () => {
    const gateway = {
      ...gatewayWith({ TOKEN_SECRET: "0123456789abcdef" }),
      verifyToken: async () => ({ ok: false as const, error: { code: "keys-unavailable", transient: true } }),
    };
    const response = await upgrade("/?access_token=a.b.c", {}, gateway);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  });

  it("is 503 when the home cannot be reached, and the log knows whose", async () => {
    const response = await upgrade("/?aor=alice@example.com");
    expect(response.status).toBe(503);
    expect(lines.join()).toContain('"aor":"alice@example.com"');
  });

  it("leaves no token in the log", async () => {
    const gateway = gatewayWith({ TOKEN_SECRET: "0123456789abcdef" });
    await upgrade("/?access_token=t0ps3cret&aor=alice@example.com", {}, gateway);
    await upgrade("/", { Authorization: "Bearer t0ps3cret" }, gateway);
    await upgrade("/", { Cookie: "durasip_token=t0ps3cret" }, gateway);
    await upgrade("/?access_token=t0ps3cret", { Origin: "https://evil.example" }, gateway);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.join()).not.toContain("t0ps3cret");
  });
});

describe("a configuration that makes no sense", () => {
  const gateway = gatewayWith({ MAX_EXPIRES: "soon", DEMO_PASSWORD: "" });

  it("stops everything, and only the log says which variable", async () => {
    for (const path of ["/", "/health", "/v1/accounts", "/v1/openapi.json"]) {
      const response = await ask(path, { gateway });
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain("MAX_EXPIRES");
    }
    expect((await upgrade("/", {}, gateway)).status).toBe(500);
    expect(lines[0]).toContain("MAX_EXPIRES");
  });
});

describe("security headers", () => {
  it.each(["/", "/health", "/v1/docs", "/v1/openapi.json", "/v1/nothing", "/ws"])(
    "stand on %s",
    async (path) => {
      const { headers } = await ask(path);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    },
  );

  it.each(["/", "/admin", "/ladder", "/anything", "/v1/docs"])(
    "of the page %s give it microphone and camera, and no other's window a hold on it",
    async (path) => {
      const { headers } = await ask(path);
      const permissions = headers.get("permissions-policy");
      for (const feature of ["camera", "microphone", "display-capture"]) {
        expect(permissions).toContain(`${feature}=(self)`);
      }
      expect(permissions).toContain("geolocation=()");
      expect(permissions).not.toContain("speaker-selection");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    },
  );

  it("keep every answer under /v1 out of caches, a refusal and a fault too", async () => {
    for (const path of ["/v1/accounts", "/v1/nothing", "/v1/session?aor=a@example.com", "/v1/openapi.json"]) {
      expect((await ask(path)).headers.get("cache-control"), path).toBe("no-store");
      expect((await ask(path, { token: "" })).headers.get("cache-control"), path).toBe("no-store");
    }
  });

  it("let a page load scripts from here alone, and no inline one", async () => {
    const policy = (await ask("/v1/docs")).headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self';");
  });
});

describe("a failure behind the API", () => {
  const outage = (flags: object) => gatewayWith({}, Object.assign(new Error("deep inside"), flags));

  it("is poor on the wire and rich in the log", async () => {
    const response = await ask("/v1/accounts/alice@example.com", { gateway: outage({}) });
    expect(await response.json()).toEqual({
      type: "urn:durasip:problem:internal",
      title: "Internal error",
      status: 500,
    });
    expect(lines.join()).toContain("deep inside");
  });

  it.each([{ retryable: true }, { durableObjectReset: true }, { overloaded: true, retryable: true }])(
    "is 503 with Retry-After when the platform says it may pass: %o",
    async (flags) => {
      const response = await ask("/v1/accounts/alice@example.com", { gateway: outage(flags) });
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    },
  );

  it("is 503 too when an object of an earlier version has not got the call yet, while a deploy goes out", async () => {
    const missing = new TypeError('The RPC receiver does not implement the method "readAccount".');
    const response = await ask("/v1/accounts/alice@example.com", { gateway: gatewayWith({}, missing) });
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(lines.join()).toContain("does not implement");
  });
});
