// A gateway with an administration, a browser for its operator, and phones that are its users' clients.

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { launchChromium } from "./chromium";
import { type Gateway, startGateway } from "./gateway";
import { complaintsOf } from "./look";
import { patience } from "./patience";
import { Phone } from "./phone";
import { WebSocketLine } from "./web-socket-line";

export const adminToken = "an-admin-token-of-these-tests-alone";

export interface OperatorWorld {
  url(): string;
  /** A page at that path, in a profile of its own; its complaints are in `complaints`. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** A page whose operator is signed in, at that fragment. */
  signedIn(fragment?: string, options?: BrowserContextOptions): Promise<Page>;
  /** Of all pages of this test. */
  complaints(): readonly string[];
  /** One whom no other test knows. */
  newUser(name?: string): string;
  /** A client that is registered as that user; until the test is over, or all of them are. */
  phone(aor: string, userAgent?: string, options?: { readonly stays: boolean }): Promise<Phone>;
  /** A client that has connected and not logged in. */
  stranger(aor: string, password: string): Promise<Phone>;
  /** Ends that phone's connection without a word, as a network that is gone. */
  cut(phone: Phone): void;
  /** What the administration itself says. */
  ask<Body>(path: string, method?: string, body?: unknown): Promise<Body>;
}

/** To be called once, at the top of a test file. */
export function operatorWorld(vars: Readonly<Record<string, string>> = {}): OperatorWorld {
  let gateway: Gateway;
  let browser: Browser;
  let users = 0;
  let complaints: (readonly string[])[] = [];
  const pages: Page[] = [];
  const lines = new Map<Phone, WebSocketLine>();

  beforeAll(async () => {
    const options = { demo: true, vars: { ADMIN_TOKEN: adminToken, ...vars } };
    [gateway, browser] = await Promise.all([startGateway(options), launchChromium()]);
  });
  afterEach(async () => {
    complaints = [];
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    for (const line of lines.values()) line.close(1000);
    lines.clear();
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    pages.push(page);
    complaints.push(complaintsOf(page));
    await page.goto(`${gateway.url}${path}`);
    return page;
  };
  const connect = async (aor: string, password: string, userAgent?: string): Promise<Phone> => {
    const line = await WebSocketLine.open(`${gateway.socketUrl}/sip?aor=${encodeURIComponent(aor)}`);
    const phone = new Phone(line, { aor, password, ...(userAgent && { userAgent }) });
    lines.set(phone, line);
    return phone;
  };
  return {
    url: () => gateway.url,
    open,
    async signedIn(fragment = "", options) {
      const page = await open(`/admin${fragment}`, options);
      await page.getByLabel("Admin token").fill(adminToken);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("navigation", { name: "Views" }).waitFor();
      return page;
    },
    complaints: () => complaints.flat(),
    newUser: (name = "user") => `${name}${++users}@localhost`,
    async phone(aor, userAgent, { stays } = { stays: false }) {
      const phone = await connect(aor, "demo", userAgent);
      if (stays) lines.delete(phone);
      const { status } = await phone.register();
      if (status !== 200) throw new Error(`${aor} could not register: ${status}`);
      return phone;
    },
    stranger: connect,
    cut: (phone) => lines.get(phone)?.socket.terminate(),
    async ask<Body>(path: string, method = "GET", body?: unknown) {
      const answer = await fetch(`${gateway.url}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${adminToken}`,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (answer.status === 204 ? undefined : await answer.json()) as Body;
    },
  };
}
