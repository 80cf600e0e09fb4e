// A gateway and a browser in it for the pages of one test file: users who register, a gateway that is killed and comes
// back, and what a page asks over HTTP.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { ClientOptions } from "../end-to-end/clients/stock-client";
import { launchChromium } from "./chromium";
import { type Gateway, startGateway } from "./gateway";
import { type ClientPage, type Library, type StockPages, serveStockPages } from "./stock-pages";

const secret = "a secret of forty octets, for this test only";

export interface HttpCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

export interface BrowserWorld {
  /** `http://127.0.0.1:<port>`. */
  gatewayUrl(): string;
  /** One whom no other test knows. */
  newUser(): string;
  /** A client that is registered, in a profile of its own; it is closed at the end of the test. */
  client(library: Library, aor: string, options?: Partial<ClientOptions>): Promise<ClientPage>;
  /** SIGKILL, and the same gateway anew; waits until these have found back by themselves. */
  killAndRestart(...clients: readonly ClientPage[]): Promise<void>;
  /** What the page itself asks as that user, from an origin that is not the gateway's; the status. */
  ask(page: ClientPage, aor: string, call: HttpCall): Promise<number>;
}

/** To be called once, at the top of a test file. */
export function browserWorld(vars: Readonly<Record<string, string>>): BrowserWorld {
  const options = {
    demo: true,
    // As a deployment offers it: both clients must find their MD5 behind what they cannot do.
    vars: { TOKEN_SECRET: secret, DIGEST_ALGORITHMS: "SHA-256,MD5", ...vars },
    stateDir: mkdtempSync(join(tmpdir(), "durasip-world-")),
  };
  let gateway: Gateway;
  let browser: Browser;
  let pages: StockPages;
  let users = 0;
  const open: ClientPage[] = [];

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([startGateway(options), launchChromium()]);
    pages = await serveStockPages(browser);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((page) => page.close()));
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    await gateway?.stop();
    rmSync(options.stateDir, { recursive: true, force: true });
  });

  return {
    gatewayUrl: () => gateway.url,
    newUser: () => `user${++users}@localhost`,
    async client(library, aor, more = {}) {
      const page = await pages.open(library, await browser.newContext());
      open.push(page);
      const url = `${gateway.socketUrl}/?aor=${encodeURIComponent(aor)}`;
      const status = await page.start({ url, aor, password: "demo", ...more });
      expect(status).toBe(more.isSilent ? 0 : 200);
      return page;
    },
    async killAndRestart(...clients) {
      const before = clients.map(registrations);
      const { port } = gateway;
      await gateway.kill();
      gateway = await startGateway({ ...options, port });
      const areBack = () => clients.every((each, at) => registrations(each) > (before[at] ?? 0));
      await expect.poll(areBack).toBe(true);
    },
    async ask(page, aor, { method, path, contentType, body }) {
      const headers = { Authorization: `Bearer ${await tokenOf(aor)}`, "Content-Type": contentType };
      return page.run(async (_, [url, init]) => (await fetch(url, init)).status, [
        `${gateway.url}${path}`,
        { method, headers, body },
      ] as const);
    },
  };
}

const registrations = ({ received }: ClientPage): number =>
  received.filter((frame) => /^SIP\/2\.0 200 [\s\S]*^CSeq: \d+ REGISTER/m.test(frame)).length;

const tokenOf = (aor: string): Promise<string> =>
  new SignJWT({ sub: aor.replace(/@.*$/, "") })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(secret));
