// What comes as WebSocket frames and is too much, or is no frame a client may send (RFC 6455 §5.5.1, §7.4; RFC 7118
// §4.1): on plain workerd, where the runtime's own limits are the real ones.

import { once } from "node:events";
import { request } from "node:http";
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Gateway, startGateway } from "../support/gateway";
import { Phone } from "../support/phone";
import { WebSocketLine } from "../support/web-socket-line";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ demo: true, vars: { STRANGER_SECONDS: "2" } });
});

afterAll(async () => {
  await gateway.stop();
  // Whatever was tried, no home failed at it.
  expect(
    gateway
      .log()
      .split("\n")
      .filter((line) => line.includes("home failed")),
  ).toEqual([]);
});

const target = (road: string, aor: string): string =>
  road === "named" ? `${gateway.socketUrl}/?aor=${aor}` : `${gateway.socketUrl}/`;

async function online(road: string, aor: string): Promise<Phone> {
  const phone = new Phone(await WebSocketLine.open(target(road, aor)), { aor, password: "demo" });
  expect((await phone.register()).status).toBe(200);
  return phone;
}

const text = ["Content-Type: text/plain"];
const uri = "sip:bob@localhost";

describe.each(["named", "bare"])("on the %s road", (road) => {
  it.each([
    ["64 KB and a head", 65_536],
    ["1 MB", 1_000_000],
    ["2 MB", 2_000_000],
    ["30 MB", 30_000_000],
  ])("a request of %s is 513 and the socket goes on", async (_size, octets) => {
    const phone = await online(road, `much-${road}-${octets}@localhost`);
    const refused = await phone.attempt("MESSAGE", { uri, lines: text, body: "x".repeat(octets) });
    expect(refused.status).toBe(513);
    expect((await phone.register()).status).toBe(200);
    phone.hangUp();
  });

  it("a frame over the runtime's 32 MiB ends its socket and no other", async () => {
    const [phone, other] = [await online(road, "huge@localhost"), await online(road, "huge@localhost")];
    phone.send("x".repeat(33 * 1024 * 1024 + 1));
    // 1009, unless the connection is gone while the rest of the frame is still on its way.
    expect([1009, 1006]).toContain((await phone.closed()).code);
    expect((await other.register()).status).toBe(200);
    other.hangUp();
  });

  it.each([
    ["octets that are no SIP", new Uint8Array(60_000).fill(0xff)],
    ["text that is no SIP", "\u0000".repeat(60_000)],
    ["an empty frame", ""],
    ["a request line alone", "MESSAGE sip:bob@localhost SIP/2.0"],
    ["CRLFs without end", "\r\n".repeat(30_000)],
    ["10,000 header fields", `OPTIONS ${uri} SIP/2.0\r\n${"a: b\r\n".repeat(10_000)}\r\n`],
  ])("%s harm nothing", async (what, frame) => {
    const phone = await online(road, `noise-${road}-${what.length}@localhost`);
    phone.send(frame);
    expect((await phone.register()).status).toBe(200);
    phone.hangUp();
    await phone.closed();
  });

  it.each([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535])(
    "a Close frame with code %s, which none may send, ends the socket like a lost one",
    async (code) => {
      const aor = `close${code}-${road}@localhost`;
      const socket = await rawSocket(target(road, aor));
      const register = new Phone(deaf, { aor }).format("REGISTER").text;
      socket.write(frameOf(1, Buffer.from(register)));
      await once(socket, "data");
      const ended = once(socket, "close");
      socket.write(frameOf(8, Buffer.from([code >> 8, code & 255])));
      await ended;
      const phone = await online(road, aor);
      phone.hangUp();
    },
  );
});

describe("a stranger", () => {
  const keepAlive = (line: WebSocketLine): NodeJS.Timeout => setInterval(() => line.send("\r\n\r\n"), 300);

  it.each([
    ["named", "says nothing", undefined, "Not authenticated in time"],
    ["bare", "says nothing", undefined, "no SIP request came"],
    ["named", "asks and does not answer", "REGISTER", "Not authenticated in time"],
    ["bare", "asks and does not answer", "REGISTER", "Not authenticated in time"],
  ])("on the %s road who %s has two seconds, keep-alives or not", async (road, _what, method, reason) => {
    const aor = `stranger-${road}@localhost`;
    const line = await WebSocketLine.open(target(road, aor));
    const phone = new Phone(line, { aor });
    if (method !== undefined) expect((await phone.attempt(method)).status).toBe(401);
    const pings = keepAlive(line);
    expect(await phone.closed()).toEqual({ code: 1008, reason });
    clearInterval(pings);
  });
});

describe("the opening handshake (RFC 7118 §4.1, RFC 6455 §10.2)", () => {
  const refusal = async (protocols: string[], headers: Record<string, string>): Promise<number> => {
    const socket = new WebSocket(`${gateway.socketUrl}/?aor=alice@localhost`, protocols, { headers });
    const [, response] = await once(socket, "unexpected-response");
    response.resume();
    return response.statusCode;
  };

  it("without the subprotocol, or with another, is 400", async () => {
    expect(await refusal([], {})).toBe(400);
    expect(await refusal(["xmpp", "SIP"], {})).toBe(400);
  });

  it("from a page nobody allowed is 403", async () => {
    expect(await refusal(["sip"], { Origin: "https://evil.example" })).toBe(403);
    expect(await refusal(["sip"], { Origin: "null" })).toBe(403);
  });
});

/** A line that nothing is sent on: for the text of a request alone. */
const deaf = {
  send: () => undefined,
  close: () => undefined,
  next: () => new Promise<never>(() => undefined),
};

/** A TCP connection that has done the opening handshake. */
async function rawSocket(url: string): Promise<Socket> {
  const opening = request(url.replace("ws:", "http:"), {
    headers: {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Protocol": "sip",
    },
  });
  opening.end();
  const [, socket] = await once(opening, "upgrade");
  socket.on("error", () => undefined);
  return socket;
}

/** A client's frame (RFC 6455 §5.2), masked with zeros. */
function frameOf(opcode: number, payload: Buffer): Buffer {
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0xfe, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([Buffer.from([0x80 | opcode]), length, Buffer.alloc(4), payload]);
}
