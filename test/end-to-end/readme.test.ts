// The lines of README.md that a reader copies, run as they stand but for the address: in a real browser, against
// the gateway as a user starts it.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromium } from "../support/chromium";
import { type Gateway, startGateway } from "../support/gateway";

const root = join(import.meta.dirname, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const samples = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map(([, text]) => text ?? "");
const printedUrl = "ws://127.0.0.1:8787/";

const sampleOf = (library: string): string =>
  samples.find((text) => text.includes(`from "${library}"`)) ?? expect.fail(`README.md shows no ${library}`);

let gateway: Gateway;
let browser: Browser;
let server: Server;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ demo: true }), launchChromium()]);
  const scripts = new Map<string, string>(
    await Promise.all(["jssip", "sip.js"].map(async (name) => [`/${name}.js`, await bundle(name)] as const)),
  );
  server = createServer(({ url = "" }, response) => {
    const script = scripts.get(url);
    const html = `<title>page</title><script type="module" src="${url}.js"></script>`;
    response.setHeader("Content-Type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? html);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  await gateway?.stop();
});

async function bundle(library: string): Promise<string> {
  const text = sampleOf(library);
  expect(text).toContain(printedUrl);
  const { outputFiles } = await build({
    stdin: { contents: text.replace(printedUrl, `${gateway.socketUrl}/`), resolveDir: root },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

/** A page that runs that library's lines, and what it logs. */
async function open(library: string): Promise<{ readonly page: Page; readonly logged: string[] }> {
  const page = await browser.newPage();
  const logged: string[] = [];
  page.on("console", (message) => logged.push(message.text()));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${library}`);
  return { page, logged };
}

it.each([
  ["Bob is there", ["jssip", "sip.js"]],
  ["Bob comes later", ["sip.js", "jssip"]],
])("Alice's message reaches Bob when %s", async (_, order) => {
  const pages = new Map<string, Awaited<ReturnType<typeof open>>>();
  for (const library of order) pages.set(library, await open(library));
  await expect.poll(() => pages.get("jssip")?.logged).toContain("alice: Hello Bob");
  await Promise.all([...pages.values()].map(({ page }) => page.close()));
});
