import { beforeEach, describe, expect, it, vi } from "vitest";
import { ask, gatewayWith, jsonBody } from "../gateway";

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  return () => vi.restoreAllMocks();
});

const alice = "/v1/accounts/alice@example.com";

describe("RFC 6750 §3: the admin token", () => {
  it.each(["/v1/accounts", alice, `${alice}/devices`, `${alice}/messages`, "/v1/health", "/v1/nothing"])(
    "is asked for at %s",
    async (path) => {
      const response = await ask(path, { token: "" });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="durasip administration"');
      expect(await response.json()).toMatchObject({ type: "urn:durasip:problem:admin-token-missing" });
    },
  );

  it.each(["wrong-token", "test-admin-token-012345678", "test-admin-token-01234567890", "ü"])(
    "is refused when it is another: %s",
    async (token) => {
      const response = await ask("/v1/accounts", { token: encodeURIComponent(token) });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
    },
  );

  it("is taken from no other scheme", async () => {
    const headers = { Authorization: "Basic dGVzdA==" };
    expect((await ask("/v1/accounts", { token: "", headers })).status).toBe(401);
  });

  it("closes the API when none is configured: it is never open", async () => {
    const gateway = gatewayWith({ ADMIN_TOKEN: undefined as unknown as string });
    for (const token of ["", "undefined", "anything"]) {
      const response = await ask("/v1/accounts", { gateway, token });
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ type: "urn:durasip:problem:admin-api-closed" });
    }
  });
});

describe("RFC 9457: every error is a problem", () => {
  const faults = async (response: Promise<Response>) => {
    const { status, headers } = await response;
    expect([status, headers.get("content-type")]).toEqual([400, "application/problem+json"]);
    return ((await (await response).json()) as { errors: unknown }).errors;
  };

  it("names the members of a body that do not fit, and never their values", async () => {
    const body = { aor: "nobody", password: 7, "a/b": "s3cret", ha1s: { user: { MD5: "s3cret" } } };
    const errors = await faults(ask("/v1/accounts", jsonBody(body)));
    expect(JSON.stringify(errors)).not.toContain("s3cret");
    expect(errors).toEqual(
      expect.arrayContaining([
        { where: "#/aor", detail: "is no address-of-record" },
        { where: "#/password", detail: expect.any(String) },
        { where: "#/ha1s/user/MD5", detail: "is not hexadecimal" },
        { where: "#/a~1b", detail: "is not known here" },
      ]),
    );
  });

  it("names the parameters that do not fit", async () => {
    expect(await faults(ask("/v1/accounts?limit=0"))).toEqual([
      { where: "limit", detail: expect.any(String) },
    ]);
    expect(await faults(ask("/v1/accounts?page=2"))).toEqual([
      { where: "page", detail: "is not known here" },
    ]);
    expect(await faults(ask("/v1/accounts/nobody"))).toEqual([
      { where: "aor", detail: "is no address-of-record" },
    ]);
    expect(await faults(ask(`${alice}/messages?after=-1`))).toHaveLength(1);
    expect(await faults(ask(`${alice}/devices/x?forget=maybe`, { method: "DELETE" }))).toHaveLength(1);
  });

  it("is 400 for a body that is no JSON", async () => {
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{" };
    expect(await faults(ask("/v1/accounts", init))).toEqual([
      { where: "#", detail: "is no well-formed JSON" },
    ]);
  });

  it("lists no more than twenty faults", async () => {
    const body = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x${index}`, 1]));
    expect(await faults(ask("/v1/accounts", jsonBody(body)))).toHaveLength(20);
  });

  it("is 415 for a body of another type", async () => {
    const init = { method: "POST", headers: { "Content-Type": "text/plain" }, body: "{}" };
    const response = await ask("/v1/accounts", init);
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ type: "urn:durasip:problem:unsupported-media-type" });
  });

  it("is 413 for a body over 64 KiB, whether its length is told or not", async () => {
    const large = { from: "bob@example.com", body: "x".repeat(66_000) };
    expect((await ask(`${alice}/messages`, jsonBody(large))).status).toBe(413);
    const stream = new Response(JSON.stringify(large)).body;
    const init = { ...jsonBody(undefined), body: stream, duplex: "half" };
    expect((await ask(`${alice}/messages`, init)).status).toBe(413);
  });

  it("is 405 with Allow for a method the path does not have", async () => {
    const cases = [
      ["/v1/accounts", "PUT", "POST, GET"],
      [alice, "POST", "GET, PUT, PATCH, DELETE"],
      [`${alice}/devices`, "DELETE", "GET"],
      [`${alice}/messages`, "PUT", "POST, GET, DELETE"],
      ["/v1/health", "POST", "GET"],
    ];
    for (const [path = "", method = "", allow] of cases) {
      const response = await ask(path, { method });
      expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
    }
  });

  it("is 404 for a realm that is not served here", async () => {
    for (const path of ["/v1/accounts/alice@elsewhere.example", "/v1/accounts?realm=elsewhere.example"]) {
      expect((await ask(path)).status).toBe(404);
    }
    const body = jsonBody({ aor: "alice@elsewhere.example" });
    expect((await ask("/v1/accounts", body)).status).toBe(404);
  });
});

describe("the rules of an account", () => {
  const refused = async (change: object) => {
    const response = await ask(alice, jsonBody(change, "PUT"));
    expect(response.status).toBe(400);
    return ((await response.json()) as { errors: readonly { where: string }[] }).errors.map(
      ({ where }) => where,
    );
  };

  it("let its spelling differ in case alone", async () => {
    expect(await refused({ spelling: "Alicia@example.com" })).toEqual(["#/spelling"]);
    expect(await refused({ spelling: "sip:alice@example.com" })).toEqual(["#/spelling"]);
    expect(await refused({ spelling: "alice@example.com;x=y" })).toEqual(["#/spelling"]);
    expect(await refused({ spelling: "alice:p@example.com" })).toEqual(["#/spelling"]);
  });

  it("give it aliases of our realms only, and not itself", async () => {
    const aliases = ["al@example.org", "ALICE@example.com", "alice@elsewhere.example"];
    expect(await refused({ aliases })).toEqual(["#/aliases/1", "#/aliases/2"]);
  });

  it("take H(A1)s of the length of their algorithm", async () => {
    expect(await refused({ ha1s: { aor: { "SHA-256": "ab".repeat(16) } } })).toEqual(["#/ha1s/aor/SHA-256"]);
  });
});

describe("a message from the server", () => {
  const refused = async (message: object) => {
    const response = await ask(`${alice}/messages`, jsonBody(message));
    return [response.status, await response.json()];
  };

  it("comes from a name of the same realm", async () => {
    expect(await refused({ from: "news@example.org", body: "hello" })).toMatchObject([
      400,
      { errors: [{ where: "#/from" }] },
    ]);
  });

  it("has a media type, and nothing in it that could start a header field", async () => {
    for (const contentType of ["text", "text/plain\r\nX: y", 'text/plain;a="\r\n"', "a/b; c"]) {
      expect(await refused({ from: "news@example.com", body: "", contentType })).toMatchObject([
        400,
        { errors: [{ where: "#/contentType" }] },
      ]);
    }
  });

  it("has a body within the limit, in octets", async () => {
    expect(await refused({ from: "news@example.com", body: "é".repeat(25_000) })).toMatchObject([413, {}]);
  });
});

describe("the API's description", () => {
  interface Document {
    readonly openapi: string;
    readonly servers: unknown;
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>;
    readonly components: {
      readonly schemas: Readonly<Record<string, { readonly required?: readonly string[] }>>;
      readonly securitySchemes: object;
    };
  }
  const description = async () => (await (await ask("/v1/openapi.json", { token: "" })).json()) as Document;

  it("is an OpenAPI document of every route, open to everybody", async () => {
    const { openapi, servers, paths, components } = await description();
    expect([openapi, servers]).toEqual(["3.1.0", [{ url: "/v1" }]]);
    expect(Object.entries(paths).map(([path, item]) => [path, Object.keys(item)])).toEqual([
      ["/session", ["post", "get", "delete"]],
      ["/turn-credentials", ["get"]],
      ["/me/calls", ["get"]],
      ["/me/rules", ["get", "put"]],
      ["/me/messages", ["get"]],
      ["/me/presence", ["get", "put", "delete"]],
      ["/me/watchers", ["get"]],
      ["/me/watchers/{watcher}", ["put", "delete"]],
      ["/shared-ladder", ["get"]],
      ["/shared-ladder/export", ["get"]],
      ["/accounts", ["post", "get"]],
      ["/accounts/{aor}", ["get", "put", "patch", "delete"]],
      ["/accounts/{aor}/devices", ["get"]],
      ["/accounts/{aor}/devices/{id}", ["delete"]],
      ["/accounts/{aor}/dialogs", ["get"]],
      ["/accounts/{aor}/subscriptions", ["get"]],
      ["/accounts/{aor}/publications", ["get"]],
      ["/accounts/{aor}/messages", ["post", "get", "delete"]],
      ["/accounts/{aor}/message-summary", ["get", "put"]],
      ["/accounts/{aor}/calls", ["get", "delete"]],
      ["/realms", ["get"]],
      ["/realms/{realm}/figures", ["get"]],
      ["/realms/{realm}/calls", ["get"]],
      ["/accounts/{aor}/recording", ["get", "put", "delete"]],
      ["/accounts/{aor}/recording/exchanges", ["get"]],
      ["/accounts/{aor}/ladders/{callId}", ["get"]],
      ["/accounts/{aor}/ladders/{callId}/export", ["get"]],
      ["/accounts/{aor}/ladders/{callId}/share", ["post"]],
      ["/metrics", ["get"]],
      ["/settings", ["get"]],
      ["/health", ["get"]],
    ]);
    expect(components.securitySchemes).toEqual({
      adminToken: { type: "http", scheme: "bearer" },
      ladderToken: { type: "http", scheme: "bearer" },
      userToken: { type: "http", scheme: "bearer" },
      userDigest: { type: "http", scheme: "digest" },
      userSession: { type: "apiKey", in: "cookie", name: "durasip_session_<hash>" },
    });
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining([
        "Account",
        "NewAccount",
        "AccountChange",
        "Device",
        "StoredMessage",
        "Problem",
      ]),
    );
  });

  it("asks for nothing but a name in a new account", async () => {
    const { schemas } = (await description()).components;
    expect(schemas["NewAccount"]?.required).toEqual(["aor"]);
    expect(schemas["AccountChange"]?.required).toEqual([]);
    expect(schemas["Ha1s"]?.required).toEqual([]);
    expect(schemas["NewMessage"]?.required).toEqual(["from", "body"]);
    expect(schemas["PresenceStatement"]?.required).toEqual(["basic"]);
    expect(schemas["MessageSummary"]?.required).toEqual([]);
    expect(schemas["MessageCount"]?.required).toEqual(["new", "old"]);
  });

  it("lists the problems of each route", async () => {
    const { paths } = await description();
    for (const item of Object.values(paths)) {
      for (const { responses } of Object.values(item)) {
        expect(Object.keys(responses)).toEqual(expect.arrayContaining(["401", "503"]));
      }
    }
  });

  it("has a page that loads nothing from elsewhere", async () => {
    const response = await ask("/v1/docs", { token: "" });
    const page = await response.text();
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    const start = await ask("/v1/docs/start.js", { token: "" });
    expect(start.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(await start.text()).toContain('url: "/v1/openapi.json"');
  });
});
