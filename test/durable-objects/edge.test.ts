import { createExecutionContext, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import worker from "../../src/index";
import { RecordedSocket } from "./support/recorded-socket";
import { logIn, register, statusLine } from "./support/registering-client";
import { administer, fetchWorker, openSocket, tokenFor, upgrade } from "./support/worker";

beforeEach(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const challenged = "SIP/2.0 401 Unauthorized";
const nextStatus = async (socket: RecordedSocket) => statusLine(await socket.text());

const roads: [string, (aor: string) => string][] = [
  ["?aor=", (aor) => `/?aor=${aor}`],
  ["/sip/<aor>", (aor) => `/sip/${encodeURIComponent(aor)}`],
  ["the bare /", () => "/"],
  ["the bare /ws", () => "/ws"],
  ["the bare /sip", () => "/sip"],
];

describe.each(roads)("RFC 7118: a socket by %s", (road, target) => {
  const aor = `u${road.length}@example.com`;

  it("is told the subprotocol and speaks SIP with the home it names", async () => {
    const response = await upgrade(target(aor));
    expect([response.status, response.headers.get("sec-websocket-protocol")]).toEqual([101, "sip"]);
    response.webSocket?.accept();
    response.webSocket?.close();
    const socket = await openSocket(target(aor));
    socket.send(register(aor));
    expect(await nextStatus(socket)).toBe(challenged);
    socket.close(1000);
  });

  it("has its keep-alives answered, before its first message and after it", async () => {
    const socket = await openSocket(target(aor));
    for (const cseq of [1, 2]) {
      socket.send("\r\n\r\n");
      expect(await socket.text()).toBe("\r\n");
      socket.send(register(aor, cseq));
      expect(await nextStatus(socket)).toBe(challenged);
    }
    socket.close(1000);
  });

  it("completes the closing handshake with the client's code", async () => {
    const socket = await openSocket(target(aor));
    socket.send(register(aor));
    await socket.text();
    socket.close(1000, "bye");
    expect(await socket.next()).toMatchObject({ kind: "close", code: 1000 });
  });

  it("goes on, logged in, with the home evicted under it", async () => {
    const user = `evicted-${aor}`;
    await administer("POST", "/v1/accounts", { aor: user, password: "s3cret" });
    const socket = await openSocket(target(user));
    expect(await logIn(socket, user, "s3cret")).toBe("SIP/2.0 200 OK");
    for (const cseq of [3, 4]) {
      await evictDurableObject(env.ADDRESS_OF_RECORD.getByName(user), { webSockets: "hibernate" });
      socket.send("\r\n\r\n");
      expect(await socket.text()).toBe("\r\n");
      socket.send(register(user, cseq));
      expect(await nextStatus(socket)).toBe("SIP/2.0 200 OK");
    }
    socket.close(1000);
  });

  it("ends when the home fails", async () => {
    const socket = await openSocket(target(aor));
    socket.send(register(aor));
    await socket.text();
    const stub = env.ADDRESS_OF_RECORD.getByName(aor);
    await runInDurableObject(stub, (_home, context) => context.abort("test")).catch(() => undefined);
    // Piped, the Worker is there to say it; direct, nobody is left to send a Close frame.
    const code = road.includes("bare") ? 1011 : 1006;
    expect(await socket.next()).toMatchObject({ kind: "close", code });
  });
});

describe("RFC 8898: a token at the upgrade", () => {
  it("names the home and logs in", async () => {
    await administer("POST", "/v1/accounts", { aor: "carol@example.com" });
    const token = await tokenFor("carol@example.com");
    for (const [target, headers] of [
      [`/?access_token=${token}`, {}],
      ["/ws", { Authorization: `Bearer ${token}` }],
      ["/sip", { Cookie: `durasip_token=${token}` }],
      [`/?aor=carol@example.com&access_token=${token}`, {}],
    ] as const) {
      const socket = await openSocket(target, headers);
      socket.send(register("carol@example.com"));
      expect(await nextStatus(socket)).toBe("SIP/2.0 200 OK");
      socket.close(1000);
    }
  });

  it("that ended within the leeway logs in, and the login is not over at once (RFC 7519 §4.1.4)", async () => {
    const aor = "late@example.com";
    await administer("POST", "/v1/accounts", { aor });
    const socket = await openSocket(`/?aor=${aor}&access_token=${await tokenFor(aor, "10s ago")}`);
    for (const cseq of [1, 2]) {
      socket.send(register(aor, cseq));
      expect(await nextStatus(socket)).toBe("SIP/2.0 200 OK");
    }
    socket.close(1000);
  });

  it("of another user is refused", async () => {
    const token = await tokenFor("carol@example.com");
    expect((await upgrade(`/?aor=alice@example.com&access_token=${token}`)).status).toBe(403);
  });

  it("that does not hold is refused", async () => {
    const token = await tokenFor("carol@example.com");
    for (const bad of ["a.b.c", `${token.slice(0, -2)}xx`, token.split(".").slice(0, 2).join(".")]) {
      const response = await upgrade(`/?access_token=${bad}`);
      expect([response.status, response.headers.get("www-authenticate")]).toEqual([
        401,
        'Bearer error="invalid_token"',
      ]);
    }
  });
});

describe("a cookie, which the browser sends along whatever the page wants", () => {
  it.each([
    ["stale", async () => `${(await tokenFor("carol@example.com")).slice(0, -2)}xx`],
    ["another user's", () => tokenFor("carol@example.com")],
  ])("%s, leaves the socket to whoever logs in with a password", async (what, token) => {
    const aor = `cookie-${what.length}@example.com`;
    await administer("POST", "/v1/accounts", { aor, password: "s3cret" });
    const socket = await openSocket(`/?aor=${aor}`, { Cookie: `durasip_token=${await token()}` });
    expect(await logIn(socket, aor, "s3cret")).toBe("SIP/2.0 200 OK");
    socket.close(1000);
  });
});

describe("what a client writes into its upgrade", () => {
  it("is no fact: a forged one logs nobody in", async () => {
    const forged = JSON.stringify({ scheme: "wss", token: { aor: "dave@example.com", expiresAt: 9e12 } });
    const socket = await openSocket("/?aor=dave@example.com", { "x-durasip-facts": forged });
    socket.send(register("dave@example.com"));
    expect(await nextStatus(socket)).toBe(challenged);
    socket.close(1000);
  });

  it("cannot be more than a socket's attachment holds, and the home is none the worse (RFC 6454 §6.2)", async () => {
    const faults = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const aor = "unharmed@example.com";
    const long = `https://sip.example.com/${"a".repeat(17_000)}`;
    expect((await upgrade(`/?aor=${aor}`, { Origin: long })).status).toBe(403);
    const facts = JSON.stringify({ scheme: "wss", origin: long });
    const headers = { Upgrade: "websocket", "x-durasip-facts": facts };
    const stub = env.ADDRESS_OF_RECORD.getByName(aor);
    expect((await stub.fetch("https://home.invalid/", { headers })).status).toBe(400);
    expect(faults).not.toHaveBeenCalled();
  });

  it("fits the attachment when it is as long as it may be", async () => {
    const faults = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const facts = (host: string) => JSON.stringify({ scheme: "wss", userAgent: "durasip", host });
    const longest = facts("h".repeat(4096 - facts("").length));
    const headers = { Upgrade: "websocket", "x-durasip-facts": longest };
    const response = await env.ADDRESS_OF_RECORD.getByName("roomy@example.com").fetch(
      "https://home.invalid/",
      {
        headers,
      },
    );
    expect([response.status, longest.length]).toEqual([101, 4096]);
    response.webSocket?.accept();
    response.webSocket?.close(1000);
    expect(faults).not.toHaveBeenCalled();
  });

  it("opens no object of a realm that is not served", async () => {
    expect((await upgrade("/?aor=alice@elsewhere.example")).status).toBe(404);
    const socket = await openSocket("/");
    socket.send(register("alice@elsewhere.example"));
    expect(await nextStatus(socket)).toBe("SIP/2.0 404 Not Found");
    expect(await socket.next()).toMatchObject({ kind: "close", code: 1008 });
  });

  it("is a page where it asks for no WebSocket", async () => {
    expect((await fetchWorker("/ws")).status).toBe(426);
  });
});

describe("design, Trust: sockets on the bare URL that name no home", () => {
  it("make room for each other, whichever request each came with", async () => {
    const few = { ...env, MAX_STRANGERS: "1" };
    const headers = { Upgrade: "websocket", "Sec-WebSocket-Protocol": "sip" };
    const open = async () => {
      const request = new Request("https://sip.example.com/", { headers });
      const incoming = request as Request<unknown, IncomingRequestCfProperties>;
      const { webSocket } = await worker.fetch(incoming, few, createExecutionContext());
      return new RecordedSocket(webSocket as WebSocket);
    };
    const sockets: RecordedSocket[] = [];
    for (let opened = 0; opened < 9; opened++) sockets.push(await open());
    expect(await sockets[0]?.next()).toMatchObject({ kind: "close", code: 1013 });
    sockets[1]?.send("\r\n\r\n");
    expect(await sockets[1]?.text()).toBe("\r\n");
    for (const socket of sockets) socket.close(1000);
  });
});
