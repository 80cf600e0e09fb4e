// The route, with homes that are the real step over a virtual network; the objects themselves are in
// test/durable-objects/turn-credentials.test.ts.

import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { createKeyring } from "../../../durable-objects/host/keyring";
import { answerChallenge } from "../../../src/auth/answer-challenge";
import { epochMs } from "../../../src/base/brand";
import type { HttpLogin } from "../../../src/contracts/user-authentication";
import { authenticateHttp } from "../../../src/home/http-authentication";
import type { Gateway } from "../../../src/http/app-env";
import { credentialFor } from "../../../src/http/turn/rest-credentials";
import { parseAddressOfRecord } from "../../../src/sip/uri/address-of-record";
import { VirtualNetwork } from "../../home/support/virtual-network";
import { ask, gatewayWith } from "../gateway";

const alice = "alice@example.com";
const path = "/v1/turn-credentials";
const pathOfAlice = `${path}?aor=${alice}`;
const secret = "shared with the coturn";
const coturn = {
  TURN_URLS: "turn:turn.example.com:3478?transport=udp,turns:turn.example.com:443?transport=tcp",
  TURN_SECRET: secret,
  STUN_URLS: "stun:stun.example.com",
};
const cloudflare = {
  TURN_CLOUDFLARE_KEY_ID: "0123456789abcdef",
  TURN_CLOUDFLARE_TOKEN: "t0ken-of-the-operator",
};
const tokens = { TOKEN_SECRET: "0123456789abcdef" };
const { hash } = createKeyring("the hash function alone");

let log: MockInstance[];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_795_330_800_000, toFake: ["Date"] });
  log = (["info", "warn", "error"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => undefined),
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const logged = (): string => log.flatMap(({ mock }) => mock.calls.flat()).join("\n");

/** A gateway whose tokens are `of <user>`, `late`, or no good. */
function gatewayOf(variables: Record<string, string>, overrides: Partial<Gateway> = {}): Gateway {
  const network = new VirtualNetwork().withAccounts(alice, "+15551234@example.com");
  network.now = Date.now();
  const gateway = { ...gatewayWith(variables), keyring: async () => network.ports.keyring };
  const home = (aor: string) => ({
    ...gateway.objects.home(parseAddressOfRecord(aor) as never),
    authenticateHttp: async (login: HttpLogin) =>
      network.home(aor).administer((turn) => authenticateHttp(turn, login)),
  });
  return {
    ...gateway,
    objects: { ...gateway.objects, home },
    verifyToken: async (token) => {
      const aor = parseAddressOfRecord(`${token.replace(/^of-/, "")}@example.com`);
      if (token === "late") return { ok: false, error: { code: "keys-unavailable", transient: true } };
      if (!token.startsWith("of-") || aor === undefined) {
        return { ok: false, error: { code: "signature", transient: false } };
      }
      return { ok: true, value: { aor, expiresAt: epochMs(Number.MAX_SAFE_INTEGER) } };
    },
    ...overrides,
  };
}

const read = (gateway: Gateway, target = pathOfAlice, headers: Record<string, string> = {}) =>
  ask(target, { gateway, token: "", headers: { "X-Real-IP": "198.51.100.7", ...headers } });

/** Answers the challenge for `challenged` at `target`. */
async function byDigest(gateway: Gateway, target = pathOfAlice, challenged = target, username = "alice") {
  const first = await read(gateway, challenged);
  const authorization = answerChallenge(
    hash,
    [first.headers.get("www-authenticate") ?? ""],
    { username, password: "secret" },
    { method: "GET", requestUri: target, body: "" },
    { nc: 1, cnonce: "0a4f113b" },
  );
  return read(gateway, target, { Authorization: authorization ?? "" });
}

const bodyOf = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe("GET /v1/turn-credentials", () => {
  it("gives servers for RTCPeerConnection, and credentials that coturn will take until then", async () => {
    const response = await byDigest(gatewayOf({ ...coturn, TURN_TTL_SECONDS: "3600" }));
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const body = await bodyOf(response);
    expect(body).toEqual({
      iceServers: [
        { urls: ["stun:stun.example.com"] },
        {
          urls: coturn.TURN_URLS.split(","),
          username: expect.stringMatching(/^1795334400:[0-9a-f]{24}$/),
          credential: expect.any(String),
        },
      ],
      expiresAt: "2026-11-22T08:00:00.000Z",
    });
    const [, turn] = body["iceServers"] as { username: string; credential: string }[];
    expect(turn?.credential).toBe(credentialFor(secret, turn?.username ?? ""));
  });

  it("shows the relay no address-of-record", async () => {
    expect(await (await byDigest(gatewayOf(coturn))).text()).not.toMatch(/alice|YWxpY2U/);
  });

  it("lists STUN servers alone where there is no relay, or none at all", async () => {
    const { STUN_URLS } = coturn;
    expect(await bodyOf(await byDigest(gatewayOf({ STUN_URLS })))).toMatchObject({
      iceServers: [{ urls: [STUN_URLS] }],
    });
    expect(await bodyOf(await byDigest(gatewayOf({})))).toMatchObject({ iceServers: [] });
  });

  it("asks Cloudflare where that is the relay", async () => {
    const servers = [{ urls: ["turn:turn.cloudflare.com:3478"], username: "u", credential: "c" }];
    const answer = async () => new Response(JSON.stringify({ iceServers: servers }), { status: 201 });
    const response = await byDigest(gatewayOf(cloudflare, { fetch: answer }));
    expect(await bodyOf(response)).toMatchObject({ iceServers: servers });
  });

  it("is 503 while Cloudflare cannot be asked; the log says why, and neither shows the token", async () => {
    const fetch = () => Promise.reject(new Error(cloudflare.TURN_CLOUDFLARE_TOKEN));
    const response = await byDigest(gatewayOf(cloudflare, { fetch }));
    expect([response.status, response.headers.get("cache-control")]).toEqual([503, "no-store"]);
    expect(response.headers.get("retry-after")).not.toBeNull();
    expect(logged()).toContain('"why":"unreachable"');
    expect(`${await response.text()}${logged()}`).not.toContain(cloudflare.TURN_CLOUDFLARE_TOKEN);
  });

  it("asks nobody for one who has not logged in", async () => {
    const fetch = vi.fn<Gateway["fetch"]>();
    expect((await read(gatewayOf(cloudflare, { fetch }))).status).toBe(401);
    expect(fetch).not.toHaveBeenCalled();
  });

  it("is not the administrator's: his token is nobody's here, and without it nothing else opens", async () => {
    const gateway = gatewayOf({ ...coturn, ...tokens });
    expect((await ask(pathOfAlice, { gateway })).status).toBe(401);
    const response = await read(gateway, "/v1/accounts", { Authorization: "Bearer of-alice" });
    expect(response.status).toBe(401);
  });

  it("is 405 for another method, before anybody is asked who he is", async () => {
    const response = await ask(pathOfAlice, { gateway: gatewayOf(coturn), token: "", method: "POST" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
  });
});

describe("the user of a request over HTTP", () => {
  const status = async (response: Promise<Response>) => (await response).status;

  it("is named by the URL, with a plus sign that stays one", async () => {
    const target = `${path}?aor=+15551234@example.com`;
    expect((await byDigest(gatewayOf(coturn), target, target, "+15551234")).status).toBe(200);
  });

  it.each(["alice", alice])(
    "is named by the digest user name %s where the URL names nobody",
    async (username) => {
      expect((await byDigest(gatewayOf(coturn), path, pathOfAlice, username)).status).toBe(200);
    },
  );

  it("is not the one of the credentials where the URL names another", async () => {
    const gateway = gatewayOf(coturn);
    const target = `${path}?aor=bob@example.com`;
    expect((await byDigest(gateway, target, pathOfAlice)).status).toBe(401);
    expect((await byDigest(gateway, target, target)).status).toBe(401);
  });

  it("must be named by something", async () => {
    const response = await read(gatewayOf(coturn), path);
    expect(response.status).toBe(400);
    expect(await bodyOf(response)).toMatchObject({ errors: [{ where: "aor" }] });
    expect(await status(read(gatewayOf(coturn), `${path}?aor=nobody`))).toBe(400);
    expect(await status(read(gatewayOf(coturn), `${path}?aor=alice@elsewhere.example`))).toBe(404);
    expect(await status(read(gatewayOf(coturn), path, { Authorization: "Digest username=x" }))).toBe(400);
  });

  it("is the token's where tokens are accepted", async () => {
    const gateway = gatewayOf({ ...coturn, ...tokens });
    const authorization = { Authorization: "Bearer of-alice" };
    expect(await status(read(gateway, path, authorization))).toBe(200);
    expect(await status(read(gateway, pathOfAlice, authorization))).toBe(200);
    expect(await status(read(gateway, `${path}?aor=bob@example.com`, authorization))).toBe(403);
    expect(await status(read(gateway, path, { Authorization: "Bearer of-nobody" }))).toBe(403);
  });

  it("is asked for a token by the challenge of RFC 6750 §3", async () => {
    const gateway = gatewayOf({ ...coturn, ...tokens });
    const unasked = await read(gateway, path);
    expect([unasked.status, unasked.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer realm="example.com"',
    ]);
    const refused = await read(gateway, path, { Authorization: "Bearer x" });
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer realm="example.com", error="invalid_token"',
    ]);
  });

  it("is not asked for a token where none is accepted", async () => {
    const response = await read(gatewayOf(coturn), pathOfAlice, { Authorization: "Bearer of-alice" });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Digest (?!.*Bearer)/);
    expect(await status(read(gatewayOf(coturn), path, { Authorization: "Bearer of-alice" }))).toBe(400);
  });

  it("is not judged while the keys that prove a token are out of reach", async () => {
    const gateway = gatewayOf({ ...coturn, ...tokens });
    expect(await status(read(gateway, path, { Authorization: "Bearer late" }))).toBe(503);
  });

  it("gets 429 after too many wrong passwords, the right one too", async () => {
    const gateway = gatewayOf({ ...coturn, CLIENT_ADDRESS_HEADER: "x-real-ip" });
    for (let guess = 0; guess < 4; guess++) {
      // The password is right, and for another user.
      expect((await byDigest(gateway, pathOfAlice, pathOfAlice, "bob")).status).toBe(401);
    }
    const response = await byDigest(gateway);
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "1"]);
    expect((await bodyOf(response))["type"]).toBe("urn:durasip:problem:too-many-requests");
  });

  it("gets 429 when he asks too often", async () => {
    const gateway = gatewayOf({ ...coturn, ...tokens });
    const answers: Response[] = [];
    for (let times = 0; times < 31; times++) {
      answers.push(await read(gateway, path, { Authorization: "Bearer of-alice" }));
    }
    expect(answers[29]?.status).toBe(200);
    expect([answers[30]?.status, answers[30]?.headers.get("retry-after")]).toEqual([429, "1"]);
  });
});

describe("the CORS protocol (Fetch Standard §3.2)", () => {
  const app = "https://app.example.org";
  const preflight = (origin: string, variables: Record<string, string> = {}) =>
    ask(path, {
      gateway: gatewayOf({ ...coturn, ALLOWED_ORIGINS: app, ...variables }),
      token: "",
      method: "OPTIONS",
      headers: {
        Origin: origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
      },
    });

  it("answers a preflight of a listed origin, without a login", async () => {
    const { status, headers } = await preflight(app);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(app);
    expect(headers.get("access-control-allow-methods")).toBe("GET");
    expect(headers.get("access-control-allow-headers")).toBe("Authorization, Content-Type");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("vary")).toBe("Origin");
  });

  it("answers nobody else's", async () => {
    for (const origin of ["https://evil.example", "null", "https://app.example.org.evil.example"]) {
      const { status, headers } = await preflight(origin);
      expect([status, headers.get("access-control-allow-origin")]).toEqual([403, null]);
    }
    expect((await preflight("https://evil.example", { ALLOWED_ORIGINS: "*" })).status).toBe(204);
  });

  it("lets a listed page read every answer, the refusals and their challenges too", async () => {
    const gateway = gatewayOf({ ...coturn, ...tokens, ALLOWED_ORIGINS: app });
    for (const [authorization, status] of [
      ["Bearer of-alice", 200],
      ["Bearer x", 401],
      ["Bearer late", 503],
    ] as const) {
      const response = await read(gateway, path, { Origin: app, Authorization: authorization });
      expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([status, app]);
      expect(response.headers.get("access-control-expose-headers")).toBe("WWW-Authenticate, Retry-After");
    }
  });

  it("serves the gateway's own pages, and clients that are no browsers", async () => {
    const gateway = gatewayOf({ ...coturn, ...tokens });
    const Authorization = "Bearer of-alice";
    const own = await read(gateway, path, { Origin: "https://sip.example.com", Authorization });
    expect(own.status).toBe(200);
    const none = await read(gateway, path, { Authorization });
    expect([none.status, none.headers.get("access-control-allow-origin")]).toEqual([200, null]);
  });

  it("refuses a page of another origin before its credentials are looked at", async () => {
    const gateway = gatewayOf({ ...coturn, ...tokens });
    const Authorization = "Bearer of-alice";
    const response = await read(gateway, path, { Origin: "https://evil.example", Authorization });
    expect([response.status, (await bodyOf(response))["type"]]).toEqual([
      403,
      "urn:durasip:problem:forbidden",
    ]);
  });

  it("covers a home that cannot be reached", async () => {
    const { objects } = gatewayWith();
    const gateway = gatewayOf({ ALLOWED_ORIGINS: app, ...tokens }, { objects });
    const response = await read(gateway, pathOfAlice, { Origin: app, Authorization: "Bearer of-alice" });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([500, app]);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});
