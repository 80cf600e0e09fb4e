import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { iceServers, keepIceServers } from "../../web/ice-servers";
import { currentSession, hasSessionEnded, keepSession, signIn, signOut } from "../../web/session";

const gateway = "wss://sip.example.com/sip";
const aor = "+4930123@example.com";
const start = Date.parse("2026-11-28T12:00:00Z");

/** The gateway's answers in turn, the last one again and again; what it was asked. */
let answers: (() => Response | Promise<Response>)[];
let asked: { readonly url: string; readonly init: RequestInit }[];

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  [answers, asked] = [[], []];
  vi.stubGlobal("fetch", (url: URL, init: RequestInit) => {
    asked.push({ url: String(url), init });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return Promise.resolve(answer?.() ?? Response.error());
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response(null, { status: code, headers });
const until =
  (milliseconds: number, more: object = {}) =>
  () =>
    Response.json({ aor, expiresAt: new Date(Date.now() + milliseconds).toISOString(), ...more });

describe("signing in", () => {
  it("asks the gateway by HTTP, whichever of its URLs names it, and for that user alone", async () => {
    answers = [status(204)];
    expect(await signIn(gateway, aor, { password: "secret" })).toEqual({ kind: "signed-in" });
    const [{ url, init } = { url: "", init: {} }] = asked;
    expect(url).toBe("https://sip.example.com/v1/session");
    expect(JSON.parse(String(init.body))).toEqual({ aor, password: "secret" });
    expect(init).toMatchObject({ method: "POST", credentials: "same-origin", cache: "no-store" });
    expect(new Headers(init.headers).get("X-Requested-With")).toBe("durasip");
  });

  it.each([
    [status(401), { kind: "refused" }],
    [status(403), { kind: "refused" }],
    [status(429, { "Retry-After": "7" }), { kind: "held-off", retryAfter: 7 }],
    [status(404), { kind: "failed", status: 404 }],
    [status(503), { kind: "failed", status: 503 }],
    [() => Promise.reject(new TypeError("offline")), { kind: "failed", status: 0 }],
  ])("says what came of it (%#)", async (answer, outcome) => {
    answers = [answer];
    expect(await signIn(gateway, aor, { token: "a.b.c" })).toEqual(outcome);
  });

  it("is undone by name, and a plus sign stays one", async () => {
    answers = [status(204)];
    await signOut("http://127.0.0.1:8787", aor);
    expect(asked[0]).toMatchObject({
      url: "http://127.0.0.1:8787/v1/session?aor=%2B4930123%40example.com",
      init: { method: "DELETE" },
    });
  });

  it("is asked about: a session and its end, or none", async () => {
    answers = [until(60_000), status(401), () => Promise.reject(new TypeError("offline"))];
    expect(await currentSession(gateway, aor)).toEqual({ aor, expiresAt: new Date(start + 60_000) });
    expect(await currentSession(gateway, aor)).toBeUndefined();
    expect(await currentSession(gateway, aor)).toBeUndefined();
  });
});

describe("the end of a session", () => {
  it.each([
    [until(60_000), false],
    [status(401), true],
    [status(403), true],
    [status(429), false],
    [status(503), false],
    [() => Promise.reject(new TypeError("offline")), false],
  ])("is what the gateway says, not what it cannot say (%#)", async (answer, ended) => {
    answers = [answer];
    expect(await hasSessionEnded(gateway, aor)).toBe(ended);
  });
});

describe("a session that is kept", () => {
  it("is asked about each hour, and sooner when it is short", async () => {
    answers = [until(12 * 3_600_000)];
    const stop = keepSession(gateway, aor);
    await vi.advanceTimersByTimeAsync(3 * 3_600_000);
    expect(asked).toHaveLength(4);
    answers = [until(60_000)];
    await vi.advanceTimersByTimeAsync(3_600_000 + 60_000);
    expect(asked).toHaveLength(7);
    stop();
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(asked).toHaveLength(7);
  });

  it("outlives an outage, and says when it is over", async () => {
    answers = [() => Promise.reject(new TypeError("offline")), status(503), status(401)];
    const ended = vi.fn();
    keepSession(gateway, aor, ended);
    await vi.advanceTimersByTimeAsync(59_000);
    expect([asked.length, ended.mock.calls.length]).toEqual([2, 0]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asked.length, ended.mock.calls.length]).toEqual([3, 1]);
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect([asked.length, ended.mock.calls.length]).toEqual([3, 1]);
  });
});

describe("ICE servers", () => {
  const servers = [{ urls: ["turn:turn.example.com"], username: "u", credential: "c" }];

  it("come by the page's session, or by a token alone", async () => {
    answers = [until(60_000, { iceServers: servers })];
    expect(await iceServers(gateway, aor)).toEqual({
      iceServers: servers,
      expiresAt: new Date(start + 60_000),
    });
    await iceServers(gateway, aor, { token: "a.b.c" });
    const url = "https://sip.example.com/v1/turn-credentials?aor=%2B4930123%40example.com";
    expect(asked.map((each) => each.url)).toEqual([url, url]);
    expect(asked[0]?.init.credentials).toBe("same-origin");
    expect(asked[1]?.init).toEqual({ headers: { Authorization: "Bearer a.b.c" }, credentials: "omit" });
  });

  it("that are refused are an error", async () => {
    answers = [status(401)];
    await expect(iceServers(gateway, aor)).rejects.toThrow("401");
  });

  it("are had anew five minutes before they end, after an outage within a minute, and with a new token", async () => {
    const hour = 3_600_000;
    answers = [until(12 * hour, { iceServers: servers })];
    const use = vi.fn();
    let tokens = 0;
    const stop = keepIceServers(gateway, aor, use, () => ({ token: String(++tokens) }));
    await vi.advanceTimersByTimeAsync(12 * hour - 300_001);
    expect(use.mock.calls).toEqual([[servers]]);
    answers = [status(503), until(12 * hour, { iceServers: servers })];
    await vi.advanceTimersByTimeAsync(60_001);
    expect(use).toHaveBeenCalledTimes(2);
    expect(asked.map(({ init }) => new Headers(init.headers).get("Authorization"))).toEqual([
      "Bearer 1",
      "Bearer 2",
      "Bearer 3",
    ]);
    stop();
    await vi.advanceTimersByTimeAsync(24 * hour);
    expect(use).toHaveBeenCalledTimes(2);
  });
});
