// How the page at `/` looks in each of its states, from a small phone to a desk, light and dark: nothing overflows, axe
// finds nothing, and no policy is broken.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../support/chromium";
import { type ConsolePages, serveConsolePages } from "../support/console-pages";
import { complaintsOf, look } from "../support/look";

/** Of all pictures these are the documents'. */
const documented = new Set([
  "welcome-1440-light",
  "a-conversation-1440-light",
  "a-conversation-360-dark",
  "an-incoming-call-360-light",
  "a-video-call-1440-dark",
  "two-calls-360-light",
]);
const sizes = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

let pages: ConsolePages;
let browser: Browser;
beforeAll(async () => {
  [pages, browser] = await Promise.all([serveConsolePages(), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  pages?.close();
});

interface Fixture {
  show(name: string, demo?: boolean): void;
  readonly stateNames: readonly string[];
}

describe.each(["light", "dark"] as const)("the console, %s", (colorScheme) => {
  it.each(sizes)("is in order in every state at $width pixels", async (viewport) => {
    // Without motion every picture is the last one, and colours are what they will be.
    const context = await browser.newContext({ colorScheme, viewport, reducedMotion: "reduce" });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(pages.url);
    await page.waitForFunction(() => "show" in window);
    const names = await page.evaluate(() => (window as unknown as Fixture).stateNames);
    for (const name of ["welcome", ...names]) {
      await page.evaluate((state) => (window as unknown as Fixture).show(state, state === "the list"), name);
      await painted(page);
      const picture = `${name.replaceAll(" ", "-")}-${viewport.width}-${colorScheme}`;
      await look(page, "console", picture, {
        ...(documented.has(picture) && { document: `console-${picture}` }),
        onlyScreen: name !== "welcome",
      });
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});

/** What opens from a state by a press. */
const opened: readonly (readonly [state: string, picture: string, open: (page: Page) => Promise<void>])[] = [
  ["the list", "the-calls", (page) => page.getByRole("tab", { name: /^Calls/ }).click()],
  ["the list", "the-status", (page) => page.getByRole("button", { name: /Change your status$/ }).click()],
  ["the list", "the-menu", (page) => page.getByRole("button", { name: "More", exact: true }).click()],
  ["the list", "adding", (page) => page.getByLabel("Find or add a person").fill("heidi@localhost")],
  ["a call", "the-keypad", (page) => page.getByRole("button", { name: "Keypad" }).click()],
  ["two calls", "the-transfer", (page) => page.getByRole("button", { name: "Transfer" }).click()],
  ["a call", "the-devices", (page) => page.getByRole("button", { name: "Devices" }).click()],
  ["an incoming call", "an-incoming-call-aside", (page) => page.keyboard.press("Escape")],
];

describe.each(["light", "dark"] as const)("what opens from the console, %s", (colorScheme) => {
  it.each(sizes)("is in order at $width pixels", async (viewport) => {
    const context = await browser.newContext({ colorScheme, viewport, reducedMotion: "reduce" });
    for (const [state, picture, open] of opened) {
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(pages.url);
      await page.waitForFunction(() => "show" in window);
      await page.evaluate((name) => (window as unknown as Fixture).show(name), state);
      await painted(page);
      await open(page);
      await painted(page);
      await look(page, "console", `${picture}-${viewport.width}-${colorScheme}`, { onlyScreen: true });
      expect(complaints).toEqual([]);
      await page.close();
    }
    await context.close();
  });
});

/** What is loaded when it is needed has come, and stands. */
const painted = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let frames = 0; frames < 6; frames++) await frame();
  });
