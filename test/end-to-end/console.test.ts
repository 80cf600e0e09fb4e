// The page at `/`, as people use it: buttons and fields, found by their roles and labels.

import { build } from "esbuild";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { connected, consoleWorld, lines, marked, person, write } from "../support/console-world";
import { serveStockPages } from "../support/stock-pages";

const world = consoleWorld();

describe("the first page", () => {
  it("says what this is, and loads nothing from elsewhere", async () => {
    const page = await world.context().newPage();
    const origins = new Set<string>();
    page.on("request", (request) => origins.add(new URL(request.url()).origin));
    await page.goto(world.gateway().url);
    await page.getByText("SIP for the web with no server to run.").waitFor();
    await page.getByRole("button", { name: "alice", exact: true }).waitFor();
    expect([...origins]).toEqual([world.gateway().url]);
    expect(world.complaints()).toEqual([]);
  });

  it("turns a wrong password away, in words", async () => {
    const page = await world.openTab();
    await page.getByLabel("Address", { exact: true }).fill("alice");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").filter({ hasText: "do not match" }).waitFor();
    expect(await page.getByLabel("Address", { exact: true }).inputValue()).toBe("alice");
  });

  it("turns away what is no address, and a token that is none", async () => {
    const page = await world.openTab();
    await page.getByLabel("Address", { exact: true }).fill("a b@c");
    await page.getByLabel("Password").fill("demo");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").filter({ hasText: "An address looks like" }).waitFor();
    await page.getByLabel("Address", { exact: true }).fill("alice");
    await page.getByRole("button", { name: "Use a token" }).click();
    await page.getByLabel("Token").fill("no.token.really");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").filter({ hasText: "does not accept" }).waitFor();
  });

  it("lets somebody in by password, keeps no password, and out again", async () => {
    const page = await world.openTab();
    await page.getByLabel("Address", { exact: true }).fill("zoe");
    await page.getByLabel("Password").fill("demo");
    await page.keyboard.press("Enter");
    await connected(page);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept).not.toContain('"demo"');
    expect(await page.evaluate(() => document.cookie)).toBe("");
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(world.complaints()).toEqual([]);
  });
});

describe("two users", () => {
  it("write to each other, and see who is there, who writes, and what was read", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await person(alice, "bob").getByText("Available").waitFor();
    await person(bob, "carol").getByText("Offline").waitFor();
    await write(alice, "bob", "hello <b>bob</b> https://example.com/a?b=c.");
    await marked(alice, "delivered");
    await person(bob, "alice").getByText("1 unread").waitFor({ state: "attached" });
    expect(await bob.title()).toBe("(1) bob · durasip");
    await person(bob, "alice").click();
    await marked(alice, "read");
    expect(await lines(bob, 1)).toEqual(["hello <b>bob</b> https://example.com/a?b=c."]);
    const link = bob.getByRole("log").getByRole("link");
    expect(await link.getAttribute("href")).toBe("https://example.com/a?b=c");
    expect(await link.getAttribute("rel")).toContain("noopener");
    await bob.getByRole("textbox", { name: "Message to alice" }).pressSequentially("hello");
    await person(alice, "bob").getByText("is writing…").waitFor();
    await bob.keyboard.press("Shift+Enter");
    await bob.keyboard.type("alice");
    await bob.keyboard.press("Enter");
    await marked(bob, "read");
    expect((await lines(alice, 2)).at(-1)).toBe("hello\nalice");
    expect(world.complaints()).toEqual([]);
  });

  it("see nothing move that they have not moved themselves", async () => {
    await world.context().addInitScript(() => {
      const shifts: unknown[] = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
        })[]) {
          if (!entry.hadRecentInput) shifts.push(entry.value);
        }
      }).observe({ type: "layout-shift", buffered: true });
      Object.assign(window, { shifts });
    });
    const alice = await world.signedIn("alice");
    const bob = await world.signedIn("bob");
    // Where a conversation is open, a new line moves those above it, as it should; so here another one is.
    await person(alice, "carol").click();
    await write(bob, "alice", "hello");
    await person(alice, "bob").getByText("1 unread").waitFor({ state: "attached" });
    await bob.getByRole("button", { name: "Call alice", exact: true }).click();
    await alice.getByRole("dialog", { name: "bob is calling" }).waitFor();
    const visitor = await world.openTab();
    await visitor.getByRole("button", { name: "Sign in" }).waitFor();
    for (const page of [alice, visitor]) {
      const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
      expect(shifts.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.001);
    }
  });

  it("share a status and a note with those who watch", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await setStatus(bob, "Busy", "in a meeting & <i>bored</i>");
    await person(alice, "bob").getByText("Busy · in a meeting & <i>bored</i>").waitFor();
    await setStatus(bob, "Available", "");
    await person(alice, "bob").getByText("Available").waitFor();
  });

  it("are told that a message waits for one who is away; it is delivered when he is back", async () => {
    const alice = await world.signedIn("alice");
    const first = await world.signedIn("carol");
    await person(alice, "carol").getByText("Available").waitFor();
    await first.close();
    await write(alice, "carol", "when you are back");
    await marked(alice, "kept until they are back");
    const second = await world.signedIn("carol");
    await person(second, "alice").click();
    expect((await lines(second, 1)).at(-1)).toBe("when you are back");
    await marked(alice, "read");
  });
});

describe("people", () => {
  it("are found and added by one field, and an address that is nobody's is refused in words", async () => {
    const alice = await world.signedIn("alice");
    await alice.locator("body").click({ position: { x: 5, y: 5 } });
    await alice.keyboard.press("/");
    await alice.keyboard.type("car");
    await expect.poll(() => alice.getByRole("navigation").getByRole("button").count()).toBe(1);
    await alice.keyboard.press("Escape");
    await alice.keyboard.press("Control+k");
    await alice.keyboard.type("nobody-here@localhost");
    await alice.getByRole("button", { name: "Add nobody-here@localhost" }).waitFor();
    await alice.keyboard.press("Enter");
    await write(alice, "nobody-here", "anybody?");
    await marked(alice, "refused: there is no such address here");
    await alice.getByRole("button", { name: "Send again" }).waitFor();
    await alice.getByRole("button", { name: "More about nobody-here" }).click();
    await alice.getByRole("menuitem", { name: "Remove from your list" }).click();
    await person(alice, "nobody-here").getByText("Not in your list").waitFor();
  });

  it("who were blocked no longer see the user, until they may again", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await person(bob, "alice").getByText("Available").waitFor();
    await person(alice, "bob").click();
    await decideOn(alice, "bob", "Block from seeing you");
    await expect.poll(() => person(bob, "alice").textContent()).not.toContain("Available");
    await person(bob, "alice").getByText("Does not let you see").waitFor();
    await decideOn(alice, "bob", "Let them see you");
    await person(bob, "alice").click();
    await bob.getByRole("button", { name: "More about alice" }).click();
    await bob.getByRole("menuitem", { name: "Ask again to see them" }).click();
    await expect.poll(() => person(bob, "alice").textContent()).toContain("Available");
  });

  const decideOn = async (page: Page, name: string, label: string): Promise<void> => {
    await page.getByRole("button", { name: `More about ${name}` }).click();
    await page.getByRole("menuitemcheckbox", { name: label }).click();
  };
});

async function setStatus(page: Page, status: string, note: string): Promise<void> {
  await page.getByRole("button", { name: /Change your status$/ }).click();
  const dialog = page.getByRole("dialog", { name: "Your status" });
  await dialog.getByRole("radio", { name: status }).check();
  await dialog.getByLabel("A note").fill(note);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
}

it("what is typed right after another person was chosen is for that person", async () => {
  const alice = await world.signedIn("alice");
  await person(alice, "bob").click();
  await alice.getByRole("textbox", { name: "Message to bob" }).waitFor();
  const field = await person(alice, "carol").evaluate(async (button: HTMLElement) => {
    button.click();
    await Promise.resolve();
    return document.activeElement?.getAttribute("aria-label");
  });
  expect(field).toBe("Message to carol");
});

describe("a reload", () => {
  it("keeps the user signed in, the device and what was said; nothing comes twice", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await write(alice, "bob", "before the reload");
    await person(bob, "alice").click();
    await marked(alice, "read");
    const device = await deviceOf(bob);
    const said = await lines(bob, 1);
    await bob.reload();
    await connected(bob);
    expect(await deviceOf(bob)).toBe(device);
    expect(await lines(bob, said.length)).toEqual(said);
    await write(alice, "bob", "after the reload");
    expect(await lines(bob, said.length + 1)).toEqual([...said, "after the reload"]);
  });

  it("leaves a duplicated tab a device of its own", async () => {
    const first = await world.signedIn("alice");
    const storage = await first.evaluate(() => JSON.stringify(sessionStorage));
    const copy = await world.context().newPage();
    await copy.addInitScript((text) => {
      for (const [key, value] of Object.entries(JSON.parse(text))) sessionStorage.setItem(key, String(value));
    }, storage);
    await copy.goto(world.gateway().url);
    await connected(copy);
    expect(await deviceOf(copy)).not.toBe(await deviceOf(first));
  });

  it("keeps the theme that was chosen", async () => {
    const page = await world.openTab();
    await page.getByRole("button", { name: "Light or dark" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Dark" }).click();
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await expect.poll(ground).toBe("rgb(17, 19, 20)");
    await page.reload();
    await page.getByRole("button", { name: "Light or dark" }).waitFor();
    expect(await ground()).toBe("rgb(17, 19, 20)");
  });
});

const deviceOf = (page: Page): Promise<string | null> =>
  page.evaluate(() => sessionStorage.getItem("durasip.device"));

describe("two tabs of one account", () => {
  it("show the same conversation, whichever of them writes", async () => {
    const [one, two] = [await world.signedIn("alice"), await world.signedIn("alice")];
    const bob = await world.signedIn("bob");
    await write(one, "bob", "from the first tab");
    await marked(one, "delivered");
    await person(two, "bob").click();
    await two.getByRole("log").getByText("from the first tab").waitFor();
    await write(bob, "alice", "to all your tabs");
    for (const tab of [one, two]) await tab.getByRole("log").getByText("to all your tabs").waitFor();
  });
});

describe("a gateway that was killed", () => {
  it("is found again by itself, with nothing lost", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await person(alice, "bob").getByText("Available").waitFor();
    await world.killGateway();
    await alice.getByRole("status").filter({ hasText: "Trying again" }).waitFor();
    await alice.getByText("Reconnecting by itself").waitFor();
    await world.restartGateway();
    await Promise.all([connected(alice), connected(bob)]);
    await write(alice, "bob", "still there?");
    await person(bob, "alice").click();
    await bob.getByRole("log").getByText("still there?").waitFor();
  });
});

describe("a connection that fell silent", () => {
  it("is noticed by its missing pong, and replaced", async () => {
    const page = await world.context().newPage();
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
    await page.goto(world.gateway().url);
    await page.getByRole("button", { name: "carol", exact: true }).click();
    await connected(page);
    silent = true; // as after a change of network
    await page.clock.fastForward(25_000);
    await page.clock.fastForward(10_000);
    await expect.poll(() => sockets).toBe(2);
    await connected(page);
  });
});

describe("the lines for a client of one's own", () => {
  it.each(["SIP.js", "JsSIP"])("work as they are copied: %s", async (library) => {
    const bob = await world.signedIn("bob");
    await person(bob, "alice").click();
    // What was said before comes from the gateway, a moment after the page.
    await bob.waitForLoadState("networkidle");
    const before = await bob.getByRole("log").getByText("Hello", { exact: true }).count();
    const visitor = await world.openTab();
    const figure = visitor.getByRole("figure").filter({ hasText: library });
    const elsewhere = await serveStockPages(world.browser());
    const { page, close } = await elsewhere.open("jssip", world.context());
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
