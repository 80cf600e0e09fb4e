import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { configurationOf } from "../../src/env";
import { serveBareSocket } from "../../src/http/upgrade/bare-socket";
import { NamelessSockets } from "../../src/http/upgrade/nameless-sockets";
import { RecordedSocket } from "./support/recorded-socket";

const configuration = configurationOf({ REALMS: "example.com", STRANGER_SECONDS: "10", MAX_FRAME: "1024" });
if (!configuration.ok) throw new Error(configuration.problem);
const { settings } = configuration;

const message = (from: string, body = "") => `MESSAGE sip:bob@example.com SIP/2.0\r
Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks\r
From: <${from}>;tag=asdyka899\r
To: <sip:bob@example.com>\r
Call-ID: asidkj3ss\r
CSeq: 1 MESSAGE\r
Content-Length: ${body.length}\r
\r
${body}`;

const first = message("sip:alice@example.com");

/** A client on a bare URL, and the home that opens when the test says so. */
function connect(nameless = new NamelessSockets()) {
  const { 0: far, 1: near } = new WebSocketPair();
  const { 0: homeFar, 1: homeNear } = new WebSocketPair();
  const asked: string[] = [];
  let open = (_home: WebSocket | undefined): void => undefined;
  const opened = new Promise<WebSocket | undefined>((resolve) => {
    open = resolve;
  });
  serveBareSocket(near, {
    settings,
    entropy: { token: () => "t0k3n" },
    address: undefined,
    nameless,
    openHome: (aor) => {
      asked.push(aor);
      return opened;
    },
  });
  const client = new RecordedSocket(far);
  return {
    client,
    asked,
    openHome: (): RecordedSocket => {
      const home = new RecordedSocket(homeNear);
      open(homeFar);
      return home;
    },
    refuseHome: () => open(undefined),
  };
}

/** A connected pair whose first message has arrived. */
async function connected() {
  const { client, openHome } = connect();
  client.send(first);
  const home = openHome();
  expect(await home.text()).toBe(first);
  return { client, home };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the bare URL's pipe", () => {
  it("hands over the first message, and what came while the home was opened, in order", async () => {
    const { client, openHome, asked } = connect();
    const frames = [first, "two", "\r\n\r\n", "three"];
    for (const frame of frames) client.send(frame);
    client.send(new Uint8Array([0xff, 0]));
    await vi.waitUntil(() => asked.length > 0);
    expect(asked).toEqual(["alice@example.com"]);
    const home = openHome();
    for (const frame of frames) expect(await home.text()).toBe(frame);
    expect(await home.next()).toEqual({ kind: "message", data: new Uint8Array([0xff, 0]) });
    expect(asked).toHaveLength(1);
  });

  it("passes text as text and octets as octets, both ways", async () => {
    const { client, home } = await connected();
    client.send("é");
    expect(await home.text()).toBe("é");
    client.send(new Uint8Array([0xc3, 0x28]));
    expect(await home.next()).toEqual({ kind: "message", data: new Uint8Array([0xc3, 0x28]) });
    home.send("SIP/2.0 200 OK");
    expect(await client.text()).toBe("SIP/2.0 200 OK");
    home.send(new Uint8Array([0xc3, 0x28]));
    expect(await client.next()).toEqual({ kind: "message", data: new Uint8Array([0xc3, 0x28]) });
  });

  it("answers keep-alives before the first message itself, and leaves them to the home after it", async () => {
    const { client, openHome } = connect();
    client.send("\r\n\r\n");
    expect(await client.text()).toBe("\r\n");
    client.send(new TextEncoder().encode("\r\n\r\n"));
    expect(await client.text()).toBe("\r\n");
    client.send("\r\n");
    client.send(first);
    const home = openHome();
    expect(await home.text()).toBe(first);
    client.send("\r\n\r\n");
    expect(await home.text()).toBe("\r\n\r\n");
  });
});

describe("RFC 6455 §7.4: the end of one side is the end of the other", () => {
  it("with the client's code and reason", async () => {
    const { client, home } = await connected();
    client.close(1000, "bye");
    expect(await home.next()).toEqual({ kind: "close", code: 1000, reason: "bye" });
  });

  it("with the home's code and reason", async () => {
    const { client, home } = await connected();
    home.close(1008, "the account is disabled");
    expect(await client.next()).toEqual({ kind: "close", code: 1008, reason: "the account is disabled" });
  });

  it("with 1001 for a client that said no code", async () => {
    const { client, home } = await connected();
    client.socket.close();
    expect(await home.next()).toMatchObject({ kind: "close", code: 1001 });
  });

  it("also when the client left before the home was open", async () => {
    const { client, openHome, asked } = connect();
    client.send(first);
    await vi.waitUntil(() => asked.length > 0);
    client.close(1000, "changed my mind");
    await client.next();
    const home = openHome();
    expect(await home.next()).toEqual({ kind: "close", code: 1000, reason: "changed my mind" });
  });
});

describe("a stranger on a bare URL", () => {
  it("is sent away when no message comes in time, keep-alives or not", async () => {
    const { client } = connect();
    client.send("\r\n\r\n");
    expect(await client.text()).toBe("\r\n");
    vi.advanceTimersByTime(9_999);
    client.send("\r\n\r\n");
    expect(await client.text()).toBe("\r\n");
    vi.advanceTimersByTime(1);
    expect(await client.next()).toEqual({ kind: "close", code: 1008, reason: "no SIP request came" });
  });

  it("makes room for newer ones when there are too many; those that have named their home do not", async () => {
    const nameless = new NamelessSockets();
    const named = connect(nameless);
    named.client.send(first);
    const home = named.openHome();
    expect(await home.text()).toBe(first);
    const { client } = connect(nameless);
    const places = settings.limits.strangers * 8;
    for (let entered = 0; entered < places; entered++) nameless.enter(undefined, settings.limits);
    vi.advanceTimersByTime(500);
    expect(await client.next()).toEqual({ kind: "close", code: 1013, reason: "too many connections" });
    expect(nameless.size).toBe(places);
    named.client.send("still here");
    expect(await home.text()).toBe("still here");
  });

  it("is counted no more once it is gone", async () => {
    const nameless = new NamelessSockets();
    const { client } = connect(nameless);
    expect(nameless.size).toBe(1);
    client.close(1000);
    await vi.waitUntil(() => nameless.size === 0);
  });

  it("has all the time it wants once it has named its home", async () => {
    const { client, home } = await connected();
    vi.advanceTimersByTime(60_000);
    client.send("still here");
    expect(await home.text()).toBe("still here");
  });

  it("is answered and sent away when it names nobody here", async () => {
    const { client, asked } = connect();
    client.send(message("sip:alice@elsewhere.example"));
    expect(await client.text()).toMatch(/^SIP\/2\.0 403 Forbidden\r\n/);
    expect(await client.next()).toEqual({ kind: "close", code: 1008, reason: "403" });
    expect(asked).toEqual([]);
  });

  it("is answered 513 and closed 1009 when its first message is too large", async () => {
    const { client } = connect();
    client.send(message("sip:alice@example.com", "x".repeat(2000)));
    expect(await client.text()).toMatch(/^SIP\/2\.0 513 Message Too Large\r\n/);
    expect(await client.next()).toMatchObject({ kind: "close", code: 1009 });
  });

  it("is told to try again later when its home takes no socket", async () => {
    const { client, refuseHome } = connect();
    client.send(first);
    refuseHome();
    expect(await client.text()).toMatch(/^SIP\/2\.0 503 Service Unavailable\r\n/);
    expect(await client.next()).toEqual({ kind: "close", code: 1013, reason: "503" });
  });

  it.each([
    ["messages", 70, 1],
    ["octets", 6, 1000],
  ])("may not heap up %s while its home is opened", async (_what, frames, octets) => {
    const { client } = connect();
    client.send(first);
    for (let sent = 0; sent < frames; sent++) client.send("x".repeat(octets));
    expect(await client.next()).toMatchObject({ kind: "close", code: 1008 });
  });
});
