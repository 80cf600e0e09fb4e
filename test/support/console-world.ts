// A demonstration gateway and a browser for the tests of the console: tabs in which somebody is signed in, found by
// roles and labels as people find things.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { launchChromium } from "./chromium";
import { type Gateway, startGateway } from "./gateway";
import { patience } from "./patience";

export interface ConsoleWorld {
  gateway(): Gateway;
  browser(): Browser;
  /** Tabs of one window share it, as storage and locks do; it is a new one in each test. */
  context(): BrowserContext;
  /** A tab at the gateway, nobody signed in. */
  openTab(): Promise<Page>;
  /** A tab in which that demonstration account is signed in and connected. */
  signedIn(name: string): Promise<Page>;
  /** SIGKILL, and the same gateway anew at the same place. */
  killGateway(): Promise<void>;
  restartGateway(): Promise<void>;
  /** What a policy forbids, a script throws or logs as an error, in any tab of this test. */
  complaints(): readonly string[];
}

/** To be called once, at the top of a test file. */
export function consoleWorld(
  options: BrowserContextOptions = {},
  vars: Readonly<Record<string, string>> = {},
): ConsoleWorld {
  const stateDir = mkdtempSync(join(tmpdir(), "durasip-console-"));
  let gateway: Gateway;
  let browser: Browser;
  let context: BrowserContext;
  let complaints: string[] = [];

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([startGateway({ demo: true, stateDir, vars }), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    complaints = [];
    context = await browser.newContext(options);
    context.setDefaultTimeout(patience);
    await context.addInitScript(rememberConnections);
    context.on("weberror", (error) => complaints.push(String(error.error())));
    context.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
  });
  afterEach(async () => {
    // Signed out, a device takes its subscriptions with it; of tabs that just vanish they stay for minutes, and a
    // user may have so many only.
    for (const page of context.pages()) await signOut(page);
    await context.close();
  });

  async function openTab(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(gateway.url);
    return page;
  }
  return {
    gateway: () => gateway,
    browser: () => browser,
    context: () => context,
    openTab,
    async signedIn(name) {
      const page = await openTab();
      await page.getByRole("button", { name, exact: true }).click();
      await connected(page);
      return page;
    },
    killGateway: () => gateway.kill(),
    async restartGateway() {
      gateway = await startGateway({ demo: true, stateDir, vars, port: gateway.port });
    },
    complaints: () => complaints,
  };
}

async function signOut(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  const more = page.getByRole("button", { name: "More", exact: true });
  if (!(await more.isVisible())) return;
  const leave = async (): Promise<void> => {
    await more.click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
  };
  // Another tab of the same user's may have signed this one out meanwhile.
  leave().catch(() => {});
  await page.getByRole("button", { name: "Sign in" }).waitFor();
}

export const connected = (page: Page): Promise<void> =>
  page.getByRole("status").filter({ hasText: "Connected" }).waitFor();

export const person = (page: Page, name: string): Locator =>
  page.getByRole("navigation", { name: "People" }).getByRole("button", { name: new RegExp(`^${name}`) });

/** The lines of the open conversation, once there are that many. */
export async function lines(page: Page, count: number): Promise<readonly string[]> {
  const items = page.getByRole("log").getByRole("listitem");
  await items.nth(count - 1).waitFor();
  return items.locator(".said").allTextContents();
}

export async function write(page: Page, to: string, text: string): Promise<void> {
  await person(page, to).click();
  await page.getByRole("textbox", { name: `Message to ${to}` }).fill(text);
  await page.keyboard.press("Enter");
}

export const marked = (page: Page, mark: string | RegExp): Promise<void> =>
  page.getByRole("log").getByText(mark, { exact: true }).last().waitFor();

/** Calls that person from the list; the tab shows the call. */
export async function callTo(page: Page, name: string, media: "audio" | "video" = "audio"): Promise<void> {
  await person(page, name).click();
  await page
    .getByRole("button", {
      name: media === "video" ? `Call ${name} with video` : `Call ${name}`,
      exact: true,
    })
    .click();
}

export const press = (page: Page, label: string): Promise<void> =>
  page.getByRole("toolbar", { name: "Call" }).getByRole("button", { name: label, exact: true }).click();

/** Packets of sound and picture that have come over all connections of the page that are open. */
export const packets = (page: Page, kind: "audio" | "video" = "audio"): Promise<number> =>
  page.evaluate(async (wanted) => {
    let sum = 0;
    for (const connection of (window as unknown as { connections: RTCPeerConnection[] }).connections) {
      if (connection.connectionState === "closed") continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type === "inbound-rtp" && report.kind === wanted) sum += report.packetsReceived;
      }
    }
    return sum;
  }, kind);

/** Media comes in: more packets than now, soon. */
export async function hears(page: Page, kind: "audio" | "video" = "audio"): Promise<void> {
  const before = await packets(page, kind);
  await expect.poll(() => packets(page, kind)).toBeGreaterThan(before + 10);
}

/** Runs in the page, before its own scripts. */
function rememberConnections(): void {
  const connections: RTCPeerConnection[] = [];
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
  Object.assign(window, { connections });
}
