import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AddressOfRecord } from "../../durable-objects/address-of-record";
import { logIn, okTo, statusLine } from "./support/registering-client";
import { administer, openSocket } from "./support/worker";

beforeEach(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
});

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const answer = async (response: Response): Promise<Answer> => ({
  status: response.status,
  body: response.status === 204 ? {} : ((await response.json()) as Answer["body"]),
});

const gone: Answer = { status: 204, body: {} };

/** A home that is not in memory needs no eviction. */
async function evicted(aor: string): Promise<void> {
  const stub = env.ADDRESS_OF_RECORD.getByName(aor);
  await evictDurableObject(stub, { webSockets: "hibernate" }).catch((thrown: Error) => {
    if (!thrown.message.includes("not currently running")) throw thrown;
  });
}

const problem = (name: string, status: number) => ({
  status,
  body: expect.objectContaining({ type: `urn:durasip:problem:${name}`, status }),
});

const kept = (_aor: string): Promise<void> => Promise.resolve();

const homes: readonly (readonly [string, (aor: string) => Promise<void>])[] = [
  ["in memory", kept],
  ["evicted between any two steps", evicted],
];

/** Each home may be evicted before the next step: what a test then still sees was stored. */
describe.each(homes)("the administration API, homes %s", (kind, evict) => {
  const name = (user: string) => `${user}${kind.length}@example.com`;

  /** Asks about one account, after what may happen to its home. */
  function desk(user: string) {
    const aor = name(user);
    const ask = async (method: string, path = "", body?: unknown): Promise<Answer> => {
      await evict(aor);
      return answer(await administer(method, `/v1/accounts/${encodeURIComponent(aor)}${path}`, body));
    };
    const create = async (account: object = {}) =>
      answer(await administer("POST", "/v1/accounts", { aor, ...account }));
    return { aor, ask, create };
  }

  const listed = async () => {
    const { body } = await answer(await administer("GET", "/v1/accounts?limit=1000"));
    return (body["accounts"] as { aor: string }[]).map(({ aor }) => aor);
  };

  it("creates an account once, says where it is, and never gives its password back", async () => {
    const { aor, ask } = desk("alice");
    const body = { aor: aor.replace("alice", "Alice"), password: "s3cret" };
    const response = await administer("POST", "/v1/accounts", body);
    expect(response.headers.get("location")).toBe(`/v1/accounts/${encodeURIComponent(aor)}`);
    const account = {
      aor,
      spelling: body.aor,
      enabled: true,
      aliases: [],
      blocked: [],
      algorithms: ["SHA-512-256", "SHA-256", "MD5"],
      createdAt: expect.any(String),
    };
    expect(await answer(response)).toEqual({ status: 201, body: account });
    expect(await ask("GET")).toEqual({ status: 200, body: account });
    expect(await answer(await administer("POST", "/v1/accounts", body))).toEqual(
      problem("account-conflict", 409),
    );
    expect(JSON.stringify(await ask("GET"))).not.toContain("s3cret");
    await vi.waitUntil(async () => (await listed()).includes(aor));
  });

  it("keeps the spelling a login was made with, however a path writes the name", async () => {
    const { aor, ask, create } = desk("dora");
    expect(await create({ password: "s3cret" })).toMatchObject({ status: 201 });
    const path = `/v1/accounts/${encodeURIComponent(aor.replace("dora", "DORA"))}`;
    expect(await answer(await administer("PUT", path, {}))).toMatchObject({
      status: 200,
      body: { spelling: aor },
    });
    expect(await ask("GET")).toMatchObject({ body: { spelling: aor } });
  });

  it("replaces by PUT what is left out with its default, and keeps it by PATCH", async () => {
    const { ask } = desk("bob");
    expect(await ask("PATCH", "", { enabled: false })).toEqual(problem("not-found", 404));
    expect(await ask("PUT", "", { blocked: ["x@example.com"], enabled: false })).toMatchObject({
      status: 201,
      body: { blocked: ["x@example.com"], enabled: false, algorithms: [] },
    });
    expect(await ask("PATCH", "", { password: "s3cret" })).toMatchObject({
      status: 200,
      body: { blocked: ["x@example.com"], enabled: false, algorithms: ["SHA-512-256", "SHA-256", "MD5"] },
    });
    expect(await ask("PUT", "", {})).toMatchObject({
      status: 200,
      body: { blocked: [], enabled: true, algorithms: ["SHA-512-256", "SHA-256", "MD5"] },
    });
  });

  it("takes H(A1)s of another server in place of a password", async () => {
    const { aor, ask, create } = desk("kam");
    // What Kamailio's column ha1 holds.
    const ha1 = createHash("md5")
      .update(`${aor.replace("@", ":")}:s3cret`)
      .digest("hex");
    await create({ ha1s: { user: { MD5: ha1 } } });
    expect(await ask("GET")).toMatchObject({ body: { algorithms: ["MD5"] } });
    const socket = await openSocket(`/?aor=${aor}`);
    expect(await logIn(socket, aor, "s3cret", "MD5")).toBe("SIP/2.0 200 OK");
    socket.close(1000);
  });

  it("gives an alias to one account only, and frees it", async () => {
    const [carol, dave] = [desk("carol"), desk("dave")];
    const alias = name("service");
    await carol.create();
    await dave.create();
    expect(await carol.ask("PATCH", "", { aliases: [alias] })).toMatchObject({ body: { aliases: [alias] } });
    expect(await dave.ask("PATCH", "", { aliases: [alias] })).toEqual(problem("account-conflict", 409));
    expect(await dave.ask("PATCH", "", { aliases: [carol.aor] })).toEqual(problem("account-conflict", 409));
    expect(await answer(await administer("POST", "/v1/accounts", { aor: alias }))).toEqual(
      problem("account-conflict", 409),
    );
    await carol.ask("PATCH", "", { aliases: [] });
    expect(await dave.ask("PATCH", "", { aliases: [alias] })).toMatchObject({ body: { aliases: [alias] } });
  });

  it("deletes an account with all it holds", async () => {
    const { aor, ask, create } = desk("erin");
    await create({ password: "s3cret" });
    await ask("POST", "/messages", { from: name("news"), body: "hello" });
    expect(await ask("DELETE")).toEqual(gone);
    for (const path of ["", "/devices", "/messages"])
      expect(await ask("GET", path)).toEqual(problem("not-found", 404));
    expect(await ask("DELETE")).toEqual(problem("not-found", 404));
    expect(await ask("DELETE", "/messages")).toEqual(problem("not-found", 404));
    await vi.waitUntil(async () => !(await listed()).includes(aor));
    await create();
    expect(await ask("GET", "/messages")).toMatchObject({ body: { messages: [] } });
  });

  it("lists a realm's accounts in pages", async () => {
    const users = ["p1", "p2", "p3"].map(desk);
    for (const { create } of users) await create();
    await vi.waitUntil(async () => {
      const known = await listed();
      return users.every(({ aor }) => known.includes(aor));
    });
    const seen: string[] = [];
    let after = "";
    for (;;) {
      const { body } = await answer(await administer("GET", `/v1/accounts?limit=2${after}`));
      seen.push(...(body["accounts"] as { aor: string }[]).map(({ aor }) => aor));
      if (body["next"] === undefined) break;
      after = `&after=${encodeURIComponent(String(body["next"]))}`;
    }
    expect(seen).toEqual([...seen].sort());
    expect(seen).toEqual(expect.arrayContaining(users.map(({ aor }) => aor)));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("shows a user's devices, disconnects one, and forgets it", async () => {
    const { aor, ask, create } = desk("frank");
    await create({ password: "s3cret" });
    expect(await ask("GET", "/devices")).toEqual({ status: 200, body: { devices: [] } });
    const socket = await openSocket(`/?aor=${aor}`);
    expect(await logIn(socket, aor, "s3cret")).toBe("SIP/2.0 200 OK");
    const { body } = await ask("GET", "/devices");
    const [device] = body["devices"] as { id: string }[];
    expect(device).toMatchObject({
      instance: expect.stringContaining("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
      contact: "sip:k3j2h4@df7jal23ls0d.invalid;transport=ws",
      state: "live",
      userAgent: "JsSIP 3.13.8",
      owed: 0,
    });
    const path = `/devices/${encodeURIComponent(device?.id ?? "")}`;
    expect(await ask("DELETE", "/devices/nobody")).toEqual(problem("not-found", 404));
    expect(await ask("DELETE", path)).toEqual(gone);
    expect(await socket.next()).toMatchObject({ kind: "close", code: 1008 });
    expect(await ask("GET", "/devices")).toMatchObject({ body: { devices: [{ id: device?.id }] } });
    expect(await ask("DELETE", `${path}?forget=true`)).toEqual(gone);
    expect(await ask("GET", "/devices")).toEqual({ status: 200, body: { devices: [] } });
  });

  it("sends a message to a device that is there", async () => {
    const { aor, create } = desk("grace");
    await create({ password: "s3cret" });
    const socket = await openSocket(`/?aor=${aor}`);
    expect(await logIn(socket, aor, "s3cret")).toBe("SIP/2.0 200 OK");
    const message = { from: name("news"), contentType: "text/html", body: "<b>höllo</b>" };
    const sent = administer("POST", `/v1/accounts/${aor}/messages`, message);
    const request = await socket.text();
    expect(statusLine(request)).toMatch(/^MESSAGE sip:/);
    expect(request).toContain(`From: <sip:${name("news")}>;tag=`);
    expect(request).toContain("Content-Type: text/html\r\n");
    expect(request.endsWith("\r\n\r\n<b>höllo</b>")).toBe(true);
    socket.send(okTo(request));
    expect(await answer(await sent)).toEqual({ status: 200, body: { status: 200, reason: "OK" } });
    socket.close(1000);
  });

  it("stores a message for a user who is away, shows the log in pages, and clears it", async () => {
    const { ask, create } = desk("heidi");
    expect(await ask("POST", "/messages", { from: name("news"), body: "one" })).toEqual(
      problem("not-found", 404),
    );
    await create();
    for (const body of ["one", "two", "three"]) {
      expect(await ask("POST", "/messages", { from: name("news"), body })).toMatchObject({
        status: 202,
        body: { status: 202 },
      });
    }
    const first = await ask("GET", "/messages?limit=2");
    expect(first.body).toMatchObject({
      messages: [
        { direction: "received", from: `sip:${name("news")}`, body: "one", encoding: "text", taken: false },
        { body: "two", contentType: "text/plain" },
      ],
    });
    const rest = await ask("GET", `/messages?limit=2&after=${String(first.body["next"])}`);
    expect(rest.body).toMatchObject({ messages: [{ body: "three" }] });
    expect(rest.body).not.toHaveProperty("next");
    expect(await ask("DELETE", "/messages")).toEqual({ status: 200, body: { removed: 3 } });
    expect(await ask("GET", "/messages")).toEqual({ status: 200, body: { messages: [] } });
  });
});

describe("an account that is disabled", () => {
  it("loses its sockets, and cannot log in until it is enabled", async () => {
    const aor = "ivan@example.com";
    await administer("POST", "/v1/accounts", { aor, password: "s3cret" });
    const socket = await openSocket(`/?aor=${aor}`);
    expect(await logIn(socket, aor, "s3cret")).toBe("SIP/2.0 200 OK");
    await administer("PATCH", `/v1/accounts/${aor}`, { enabled: false });
    expect(await socket.next()).toMatchObject({ kind: "close", code: 1008 });
    const again = await openSocket(`/?aor=${aor}`);
    expect(await logIn(again, aor, "s3cret")).not.toBe("SIP/2.0 200 OK");
    again.close(1000);
    await administer("PATCH", `/v1/accounts/${aor}`, { enabled: true });
    const back = await openSocket(`/?aor=${aor}`);
    expect(await logIn(back, aor, "s3cret")).toBe("SIP/2.0 200 OK");
    back.close(1000);
  });
});

describe("GET /v1/health", () => {
  it("has asked a realm and a home of it, which keeps nothing of that", async () => {
    const { status, body } = await answer(await administer("GET", "/v1/health"));
    expect(status).toBe(200);
    expect(body["answeredIn"]).toEqual({ realms: expect.any(Number), homes: expect.any(Number) });
    const stub = env.ADDRESS_OF_RECORD.getByName("health.probe@example.com");
    const tables = await runInDurableObject(stub, (_, { storage }) => [
      ...storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'"),
    ]);
    expect(tables).toEqual([]);
  });

  it("is 503 while homes do not start", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.spyOn(AddressOfRecord.prototype, "readAccount").mockRejectedValue(
      Object.assign(new Error("Overloaded"), { overloaded: true }),
    );
    expect(await answer(await administer("GET", "/v1/health"))).toEqual(problem("unavailable", 503));
  });
});
