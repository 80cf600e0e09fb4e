// How the page at `/` looks, from a small phone to a desk, light and dark. The pictures are for people, in
// test-results; what can be told by rule is asserted.

import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../support/chromium";
import { type Gateway, startGateway } from "../support/gateway";

const pictures = join(import.meta.dirname, "..", "..", "test-results", "first-page");

describe.each(["light", "dark"] as const)("the first page, %s", (colorScheme) => {
  let gateway: Gateway;
  let browser: Browser;
  beforeAll(async () => {
    [gateway, browser] = await Promise.all([startGateway({ demo: true }), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  it.each([360, 768, 1280])("fits and can be read at %i pixels, signed out and at work", async (width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
    const page = await context.newPage();
    await page.goto(gateway.url);
    await page.getByRole("button", { name: "alice" }).waitFor();
    await look(page, `welcome-${width}-${colorScheme}`);
    await work(page, await context.newPage());
    await look(page, `desk-${width}-${colorScheme}`);
    await context.close();
  });

  /** A conversation with each kind of mark, and somebody with a status. */
  async function work(alice: Page, bob: Page): Promise<void> {
    await bob.goto(gateway.url);
    await bob.getByRole("button", { name: "bob", exact: true }).click();
    await bob.getByLabel("A note").fill("with a client until four");
    await bob.getByLabel("Your status").selectOption("Busy");
    await alice.getByRole("button", { name: "alice", exact: true }).click();
    await alice.getByRole("navigation").getByText("with a client").waitFor();
    await write(alice, "Morning! Is the draft ready to be looked at?");
    await write(
      bob,
      "Nearly. One section is missing, the one about https://example.com/a/very/long/path/that/does/not/end",
    );
    await alice
      .getByRole("navigation")
      .getByRole("button", { name: /^carol/ })
      .click();
    await write(alice, "Carol, could you look at it tomorrow?", "kept until they are back");
    await alice.getByRole("navigation").getByRole("button", { name: /^bob/ }).click();
  }

  async function write(page: Page, text: string, mark = "delivered"): Promise<void> {
    await page.getByRole("textbox", { name: /^Message to/ }).fill(text);
    await page.keyboard.press("Enter");
    await page.getByRole("log").getByText(mark, { exact: true }).last().waitFor();
  }

  async function look(page: Page, name: string): Promise<void> {
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    expect(await page.evaluate(weakTexts)).toEqual([]);
  }
});

/** Texts whose contrast with their ground is below 4.5:1 (WCAG 2.2 §1.4.3), each with its ratio. Runs in the page. */
function weakTexts(): readonly string[] {
  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = channels(colour).map((c) =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element: Element | null): string => {
    if (element === null) return "rgb(255, 255, 255)";
    const colour = getComputedStyle(element).backgroundColor;
    return (channels(colour)[3] ?? 1) > 0 ? colour : ground(element.parentElement);
  };
  const hasText = (element: Element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
  return [...document.body.querySelectorAll("*")]
    .filter((element) => hasText(element) && element.checkVisibility())
    .map((element) => {
      const [dark = 0, bright = 0] = [getComputedStyle(element).color, ground(element)]
        .map(luminance)
        .sort((a, b) => a - b);
      return { text: element.textContent, ratio: (bright + 0.05) / (dark + 0.05) };
    })
    .filter(({ ratio }) => ratio < 4.5)
    .map(({ text, ratio }) => `${text} ${ratio.toFixed(2)}`);
}
