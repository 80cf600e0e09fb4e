// Pages that log in once and keep no password, with real clients in a real browser: what a browser does with the
// cookie, and what a page of another origin can do with it.

import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchChromium } from "../support/chromium";
import { type Gateway, startGateway } from "../support/gateway";

const stateDir = mkdtempSync(join(tmpdir(), "durasip-session-"));
const html = `<title>own page</title><script src="/session-page.js"></script>`;
let gateway: Gateway;
let browser: Browser;
/** Another origin on the same machine: to SameSite it is the same site. */
let neighbour: Server;
let script: string;
let context: BrowserContext;

beforeAll(async () => {
  const options = { demo: true, stateDir, vars: { STUN_URLS: "stun:stun.example.com" } };
  [gateway, browser] = await Promise.all([startGateway(options), launchChromium()]);
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "clients", "session-page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  script = outputFiles[0]?.text ?? "";
  neighbour = createServer(({ url }, response) => {
    const isScript = url === "/session-page.js";
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : html);
  }).listen(0, "127.0.0.1");
  await once(neighbour, "listening");
});
afterAll(async () => {
  await browser?.close();
  neighbour?.closeAllConnections();
  neighbour?.close();
  await gateway?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

/** A page of the gateway's own, under its policy, with the user's clients put into it. */
async function openOwn(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${gateway.url}/ladder`);
  await page.evaluate(script);
  return page;
}

const signIn = (page: Page, aor: string, password = "demo") =>
  page.evaluate(
    async ([url, name, given]) => (await window.sessionPage.load(url)).signIn(url, name, { password: given }),
    [gateway.url, aor, password] as const,
  );

const register = (page: Page, library: "jssip" | "sip-js", aor: string) =>
  page.evaluate(([name, url, user]) => window.sessionPage.register(name, url, user), [
    library,
    gateway.url,
    aor,
  ] as const);

const [alice, bob] = ["alice@localhost", "bob@localhost"];

describe("a page that has logged in", () => {
  it.each(["jssip", "sip-js"] as const)("registers with %s, and nobody is challenged", async (library) => {
    const page = await openOwn();
    const frames: string[] = [];
    page.on("websocket", (socket) => {
      socket.on("framesent", ({ payload }) => frames.push(payload.toString()));
      socket.on("framereceived", ({ payload }) => frames.push(payload.toString()));
    });
    expect(await signIn(page, alice)).toEqual({ kind: "signed-in" });
    expect(await register(page, library, alice)).toBe(200);
    expect(frames.filter((frame) => /^(?:WWW-Authenticate|Authorization):/im.test(frame))).toEqual([]);
  });

  it("cannot read what it is logged in with, and is so after a reload", async () => {
    const page = await openOwn();
    await signIn(page, alice);
    expect(await page.evaluate(() => document.cookie)).toBe("");
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
    await page.reload();
    await page.evaluate(script);
    expect(await register(page, "sip-js", alice)).toBe(200);
  });

  it("has its user's ICE servers and calls, and another tab's user his", async () => {
    const [first, second] = [await openOwn(), await openOwn()];
    await signIn(first, alice);
    await signIn(second, bob);
    for (const [page, aor] of [
      [first, alice],
      [second, bob],
    ] as const) {
      const { iceServers, session } = await page.evaluate(
        async ([url, name]) => {
          const client = await window.sessionPage.load(url);
          const [{ iceServers }, session] = [
            await client.iceServers(url, name),
            await client.currentSession(url, name),
          ];
          return { iceServers, session: session?.aor };
        },
        [gateway.url, aor] as const,
      );
      expect(iceServers).toEqual([{ urls: ["stun:stun.example.com"] }]);
      expect(session).toBe(aor);
      expect(await register(page, "sip-js", aor)).toBe(200);
    }
  });

  it("is challenged again once it has logged out", async () => {
    const page = await openOwn();
    await signIn(page, alice);
    await page.evaluate(async ([url, name]) => (await window.sessionPage.load(url)).signOut(url, name), [
      gateway.url,
      alice,
    ] as const);
    expect(await context.cookies()).toEqual([]);
    expect(await register(page, "sip-js", alice)).toBe(401);
  });

  it("with a wrong password is refused, and the browser opens no window of its own", async () => {
    const page = await openOwn();
    expect(await signIn(page, "carol@localhost", "guess")).toEqual({ kind: "refused" });
    expect(await register(page, "jssip", "carol@localhost")).toBe(401);
  });
});

describe("a page of another origin, with the user's cookie in the same browser", () => {
  async function openNeighbour(): Promise<Page> {
    await signIn(await openOwn(), alice);
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(neighbour.address() as AddressInfo).port}/`);
    return page;
  }

  it("may import the module and open a socket, and is challenged there", async () => {
    const page = await openNeighbour();
    expect(await register(page, "sip-js", alice)).toBe(401);
  });

  it("reads nothing of the user's, changes nothing, and logs nobody in or out", async () => {
    const page = await openNeighbour();
    const outcomes = await page.evaluate(
      async ([url, aor]) => {
        const ask = async (method: string, path: string, body?: string) =>
          fetch(`${url}${path}?aor=${aor}`, {
            method,
            credentials: "include",
            headers: { "Content-Type": "text/plain" },
            ...(body === undefined ? {} : { body }),
          }).then(
            ({ status }) => status,
            () => "kept from the page",
          );
        return [
          await ask("GET", "/v1/me/calls"),
          await ask("GET", "/v1/session"),
          await ask("POST", "/v1/session", JSON.stringify({ aor, password: "demo" })),
          await ask("DELETE", "/v1/session"),
        ];
      },
      [gateway.url, alice] as const,
    );
    expect(outcomes).toEqual(Array.from({ length: 4 }, () => "kept from the page"));
    expect(await context.cookies()).toHaveLength(1);
    expect(await register(await openOwn(), "sip-js", alice)).toBe(200);
  });
});

describe("the secret of a session", () => {
  it("is in no file of the state and not in the log, though the account is in both", async () => {
    const page = await openOwn();
    await signIn(page, alice);
    await register(page, "jssip", alice);
    const [{ value } = { value: "" }] = await context.cookies();
    const files = readdirSync(stateDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    expect(files.some((bytes) => bytes.includes(alice))).toBe(true);
    expect(gateway.log()).toContain(alice);
    for (const part of [value, value.slice(16, 80)]) {
      expect(part.length).toBeGreaterThan(60);
      expect(files.some((bytes) => bytes.includes(part))).toBe(false);
      expect(gateway.log()).not.toContain(part);
    }
  });
});
