// The page at `/`, as people use it: buttons and fields, found by their roles and labels.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchChromium } from "../support/chromium";
import { type Gateway, startGateway } from "../support/gateway";
import { serveStockPages } from "../support/stock-pages";

const stateDir = mkdtempSync(join(tmpdir(), "durasip-page-"));
let gateway: Gateway;
let browser: Browser;
/** Tabs of one window share it, as storage and locks do. */
let context: BrowserContext;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ demo: true, stateDir }), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});
beforeEach(async () => {
  context = await browser.newContext();
  context.setDefaultTimeout(15_000);
});
afterEach(() => context.close());

/** What a policy forbids or a script throws is an error of the page. */
function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return complaints;
}

async function openTab(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(gateway.url);
  return page;
}

/** A tab in which that demonstration account is signed in. */
async function signedIn(name: string): Promise<Page> {
  const page = await openTab();
  await page.getByRole("button", { name, exact: true }).click();
  await connected(page);
  return page;
}

const connected = (page: Page): Promise<void> =>
  page.getByRole("status").filter({ hasText: "Connected" }).waitFor();

const person = (page: Page, name: string): Locator =>
  page.getByRole("navigation").getByRole("button", { name: new RegExp(`^${name}`) });

/** The lines of the open conversation, once there are that many. */
async function lines(page: Page, count: number): Promise<readonly string[]> {
  const items = page.getByRole("log").getByRole("listitem");
  await items.nth(count - 1).waitFor();
  return items.locator(".said").allTextContents();
}

async function write(page: Page, to: string, text: string): Promise<void> {
  await person(page, to).click();
  await page.getByRole("textbox", { name: `Message to ${to}@localhost` }).fill(text);
  await page.keyboard.press("Enter");
}

const marked = (page: Page, mark: string): Promise<void> =>
  page.getByRole("log").getByText(mark, { exact: true }).last().waitFor();

describe("the first page", () => {
  it("says what this is, and loads nothing from elsewhere", async () => {
    const page = await context.newPage();
    const [complaints, origins] = [complaintsOf(page), new Set<string>()];
    page.on("request", (request) => origins.add(new URL(request.url()).origin));
    await page.goto(gateway.url);
    await page.getByText("SIP for the web with no server to run.").waitFor();
    await page.getByRole("button", { name: "alice" }).waitFor();
    expect([...origins]).toEqual([gateway.url]);
    expect(complaints).toEqual([]);
  });

  it("turns a wrong password away, in words", async () => {
    const page = await openTab();
    await page.getByLabel("Address", { exact: true }).fill("alice");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").filter({ hasText: "do not match" }).waitFor();
    expect(await page.getByLabel("Address", { exact: true }).inputValue()).toBe("alice");
  });

  it("lets two tabs write to each other, and shows who is there", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    const complaints = [complaintsOf(alice), complaintsOf(bob)].flat();
    await person(alice, "bob").getByText("Available").waitFor();
    await person(bob, "carol").getByText("Offline").waitFor();
    await write(alice, "bob", "hello <b>bob</b>");
    await marked(alice, "delivered");
    expect(await lines(bob, 1)).toEqual(["hello <b>bob</b>"]);
    await write(bob, "alice", "hello alice");
    await marked(bob, "delivered");
    expect(await lines(alice, 2)).toEqual(["hello <b>bob</b>", "hello alice"]);
    expect(complaints).toEqual([]);
  });

  it("shares a status and a note with those who watch", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    await bob.getByLabel("Your status").selectOption("Busy");
    await person(alice, "bob").getByText("Busy").waitFor();
    await bob.getByLabel("A note").fill("in a meeting & <i>bored</i>");
    await bob.keyboard.press("Enter");
    await person(alice, "bob").getByText("Busy · in a meeting & <i>bored</i>").waitFor();
    await bob.getByLabel("A note").fill("");
    await bob.getByLabel("Your status").selectOption("Available");
    await person(alice, "bob").getByText("Available").waitFor();
  });

  it("says that a message waits for one who is away, and delivers it when he is back", async () => {
    const alice = await signedIn("alice");
    const first = await signedIn("carol");
    await person(alice, "carol").getByText("Available").waitFor();
    await first.close();
    await write(alice, "carol", "when you are back");
    await marked(alice, "kept until they are back");
    const second = await signedIn("carol");
    await person(second, "alice").click();
    expect((await lines(second, 1)).at(-1)).toBe("when you are back");
  });

  it("refuses an address that is nobody's, in words", async () => {
    const alice = await signedIn("alice");
    await alice.getByLabel("Address to add").fill("nobody-here");
    await alice.keyboard.press("Enter");
    await write(alice, "nobody-here", "anybody?");
    await marked(alice, "refused: there is no such address here");
  });
});

describe("a reload", () => {
  it("keeps the user signed in, the device and what was said; nothing comes twice", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    await write(alice, "bob", "before the reload");
    await marked(alice, "delivered");
    const device = await deviceOf(bob);
    const said = await lines(bob, 1);
    await bob.reload();
    await connected(bob);
    expect(await deviceOf(bob)).toBe(device);
    expect(await lines(bob, said.length)).toEqual(said);
    await write(alice, "bob", "after the reload");
    await person(bob, "alice").click();
    expect(await lines(bob, said.length + 1)).toEqual([...said, "after the reload"]);
  });

  it("leaves a duplicated tab a device of its own", async () => {
    const first = await signedIn("alice");
    const storage = await first.evaluate(() => JSON.stringify(sessionStorage));
    const copy = await context.newPage();
    await copy.addInitScript((text) => {
      for (const [key, value] of Object.entries(JSON.parse(text))) sessionStorage.setItem(key, String(value));
    }, storage);
    await copy.goto(gateway.url);
    await connected(copy);
    expect(await deviceOf(copy)).not.toBe(await deviceOf(first));
  });
});

const deviceOf = (page: Page): Promise<string | null> =>
  page.evaluate(() => sessionStorage.getItem("durasip.device"));

describe("two tabs of one account", () => {
  it("show the same conversation, whichever of them writes", async () => {
    const [one, two, bob] = [await signedIn("alice"), await signedIn("alice"), await signedIn("bob")];
    await write(one, "bob", "from the first tab");
    await marked(one, "delivered");
    await person(two, "bob").click();
    expect((await lines(two, 1)).at(-1)).toBe("from the first tab");
    await write(bob, "alice", "to all your tabs");
    for (const tab of [one, two]) await tab.getByRole("log").getByText("to all your tabs").waitFor();
  });
});

describe("a gateway that was killed", () => {
  it("is found again by itself, with nothing lost", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    await person(alice, "bob").getByText("Available").waitFor();
    await gateway.kill();
    await alice.getByRole("status").filter({ hasText: "Trying again" }).waitFor();
    gateway = await startGateway({ demo: true, stateDir, port: gateway.port });
    await Promise.all([connected(alice), connected(bob)]);
    await write(alice, "bob", "still there?");
    await person(bob, "alice").click();
    await bob.getByRole("log").getByText("still there?").waitFor();
  });
});

describe("a connection that fell silent", () => {
  it("is noticed by its missing pong, and replaced", async () => {
    const page = await context.newPage();
    let sockets = 0;
    let silent = false;
    await page.clock.install();
    await page.routeWebSocket(/\/sip\?aor=/, (socket) => {
      sockets += 1;
      const isFirst = sockets === 1;
      const server = socket.connectToServer();
      const carries = () => !(isFirst && silent);
      socket.onMessage((message) => carries() && server.send(message));
      server.onMessage((message) => carries() && socket.send(message));
    });
    await page.goto(gateway.url);
    await page.getByRole("button", { name: "carol", exact: true }).click();
    await connected(page);
    silent = true; // as after a change of network
    await page.clock.fastForward(25_000);
    await page.clock.fastForward(10_000);
    await expect.poll(() => sockets, { timeout: 15_000 }).toBe(2);
    await connected(page);
  });
});

describe("the lines for a client of one's own", () => {
  it.each(["SIP.js", "JsSIP"])("work as they are copied: %s", async (library) => {
    const bob = await signedIn("bob");
    await person(bob, "alice").click();
    const before = await bob.getByRole("log").getByText("Hello", { exact: true }).count();
    const visitor = await openTab();
    const figure = visitor.getByRole("figure").filter({ hasText: library });
    const elsewhere = await serveStockPages(browser);
    const { page, close } = await elsewhere.open("jssip", context);
    await page.evaluate(await bundled((await figure.locator("code").textContent()) ?? ""));
    await bob.getByRole("log").getByText("Hello", { exact: true }).nth(before).waitFor();
    await close();
    await elsewhere.close();
  });

  /** The lines as a script, with the two names they leave to the reader. */
  async function bundled(sample: string): Promise<string> {
    const names = `const password = "demo"; const instanceId = crypto.randomUUID();`;
    const { outputFiles } = await build({
      stdin: { contents: `${names}\n${sample}`, resolveDir: import.meta.dirname },
      ...{ bundle: true, write: false, format: "esm", logLevel: "error" },
    });
    return `(async () => {${outputFiles[0]?.text ?? ""}})()`;
  }
});
