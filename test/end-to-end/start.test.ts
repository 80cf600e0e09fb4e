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
let browser: Browser;
let pages: StockPages;

beforeAll(async () => {
  start = spawn(process.execPath, [program, "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
  [url, browser] = await Promise.all([announcedUrl(), launchChromium()]);
  pages = await serveStockPages(browser);
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
  const ended = once(start, "exit");
  start.kill("SIGTERM");
  await ended;
});

async function announcedUrl(): Promise<string> {
  const printed: string[] = [];
  if (start.stdout) {
    for await (const line of createInterface({ input: start.stdout })) {
      const [, found] = /open (http:\S+) in two tabs/.exec(line) ?? [];
      if (found !== undefined) return found;
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
