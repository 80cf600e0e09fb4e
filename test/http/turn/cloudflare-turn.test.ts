import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { seconds } from "../../../src/base/brand";
import { generateIceServers } from "../../../src/http/turn/cloudflare-turn";

const key = { keyId: "0123456789abcdef", token: "t0ken-of-the-operator" };
const lifetime = seconds(3600);

/** Asks a provider that answers so; what it was asked, and what came of it. */
async function asked(answer: Response | ((request: Request) => Promise<Response>)) {
  const requests: Request[] = [];
  const send = (request: Request) => {
    requests.push(request);
    return typeof answer === "function" ? answer(request) : Promise.resolve(answer);
  };
  const outcome = await generateIceServers(send, key, lifetime);
  return { outcome, request: requests[0] as Request, requests };
}

const created = (body: unknown): Response => new Response(JSON.stringify(body), { status: 201 });

const servers = [
  { urls: ["stun:stun.cloudflare.com:3478"] },
  {
    urls: ["turn:turn.cloudflare.com:3478?transport=udp", "turns:turn.cloudflare.com:443?transport=tcp"],
    username: "bc91",
    credential: "ebd7",
  },
];

describe("Cloudflare Realtime TURN: generate-ice-servers", () => {
  it("is asked with the key's own token, for the time that credentials last", async () => {
    const { outcome, request } = await asked(created({ iceServers: servers }));
    expect(outcome).toEqual({ ok: true, value: servers });
    expect([request.method, request.url, request.redirect]).toEqual([
      "POST",
      "https://rtc.live.cloudflare.com/v1/turn/keys/0123456789abcdef/credentials/generate-ice-servers",
      "manual",
    ]);
    expect(request.headers.get("authorization")).toBe("Bearer t0ken-of-the-operator");
    expect(await request.json()).toEqual({ ttl: 3600 });
  });

  it("hands on what RTCPeerConnection takes, and nothing else", async () => {
    const answer = { iceServers: [{ urls: "stun:a.example", note: "x" }], debug: key.token };
    const { outcome } = await asked(created(answer));
    expect(outcome).toEqual({ ok: true, value: [{ urls: ["stun:a.example"] }] });
  });

  it.each([
    ["a redirect", new Response(null, { status: 302, headers: { Location: "https://evil.example/" } })],
    ["a wrong token", new Response("no", { status: 401 })],
    ["its own failure", new Response("oh", { status: 502 })],
  ])("has not answered with %s, and is not asked again", async (_what, answer) => {
    const { outcome, requests } = await asked(answer);
    expect(outcome).toEqual({ ok: false, error: "refused" });
    expect(requests).toHaveLength(1);
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    '{"iceServers":[]}',
    '{"iceServers":[{"urls":[]}]}',
    '{"iceServers":[{"urls":"javascript:alert(1)"}]}',
    '{"iceServers":[{"urls":"turn:a.example","username":7}]}',
  ])("has not answered with %j", async (body) => {
    expect((await asked(new Response(body))).outcome).toEqual({ ok: false, error: "malformed" });
  });

  it("is read to a bound, however much it sends", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1024;
        controller.enqueue(new Uint8Array(1024).fill(0x20));
      },
    });
    expect((await asked(new Response(endless))).outcome).toEqual({ ok: false, error: "too-long" });
    expect(sent).toBeLessThan(32 * 1024);
  });

  it("is out of reach when nothing can be sent to it", async () => {
    const { outcome } = await asked(() => Promise.reject(new Error(`no route, ${key.token}`)));
    expect(outcome).toEqual({ ok: false, error: "unreachable" });
  });
});

describe("a provider that takes too long", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  const aborted = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });

  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
  });

  it("to answer is given up after five seconds", async () => {
    const waiting = asked(({ signal }) => aborted(signal));
    await vi.advanceTimersByTimeAsync(5000);
    expect((await waiting).outcome).toEqual({ ok: false, error: "timeout" });
  });

  it("to finish its answer is given up too", async () => {
    const waiting = asked(({ signal }) => {
      const stuck = new ReadableStream({ pull: () => aborted(signal) });
      return Promise.resolve(new Response(stuck, { status: 201 }));
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect((await waiting).outcome).toEqual({ ok: false, error: "timeout" });
  });

  it("leaves no timer behind when it was quick", async () => {
    expect((await asked(created({ iceServers: servers }))).outcome.ok).toBe(true);
  });
});
