// `npm start`: the demonstration under wrangler dev, without an account, a secret or a further step.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromium } from "../support/chromium";
import { type StockPages, serveStockPages } from "../support/stock-pages";

const program = join(import.meta.dirname, "..", "..", "scripts", "start.ts");

let start: ChildProcess;
let url: string;
let adminToken: string;
let browser: Browser;
let pages: StockPages;

beforeAll(async () => {
  start = spawn(process.execPath, [program, "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
  [[url, adminToken], browser] = await Promise.all([announced(), launchChromium()]);
  pages = await serveStockPages(browser);
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
  const ended = once(start, "exit");
  start.kill("SIGTERM");
  await ended;
});

/** The address and the admin token that it prints. */
async function announced(): Promise<readonly [string, string]> {
  const printed: string[] = [];
  let found: string | undefined;
  if (start.stdout) {
    for await (const line of createInterface({ input: start.stdout })) {
      found ??= /open (http:\S+) in two tabs/.exec(line)?.[1];
      const [, token] = /\/admin, admin token: (\S+)$/.exec(line) ?? [];
      if (found !== undefined && token !== undefined) return [found, token];
      printed.push(line);
    }
  }
  throw new Error(`npm start never got ready:\n${printed.join("\n")}`);
}

it("serves the page, and two stock clients that write to each other", async () => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole("button", { name: "alice" }).waitFor();
  const names = ["start-jssip", "start-sip-js"].map((name) => `${name}-${crypto.randomUUID()}@localhost`);
  const [jssip, sipJs] = [await pages.open("jssip"), await pages.open("sip-js")];
  const [alice = "", bob = ""] = names;
  expect(await jssip.start({ url: url.replace("http:", "ws:"), aor: alice, password: "demo" })).toBe(200);
  expect(await sipJs.start({ url: url.replace("http:", "ws:"), aor: bob, password: "demo" })).toBe(200);
  expect(await jssip.send(bob, "hello")).toBe(200);
  expect(await sipJs.send(alice, "hello yourself")).toBe(200);
  expect(await sipJs.bodies(1)).toEqual(["hello"]);
  expect(await jssip.bodies(1)).toEqual(["hello yourself"]);
});

it("lets its operator in by the token that it prints", async () => {
  const page = await browser.newPage();
  await page.goto(`${url}/admin`);
  await page.getByLabel("Admin token").fill(adminToken);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  const policy = (await page.reload())?.headers()["content-security-policy"];
  expect(policy).toContain("script-src 'self'");
});
