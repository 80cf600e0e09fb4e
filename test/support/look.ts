// A page as people see it: pictures for them, and what can be told by rule. The pictures go to test-results; with
// SCREENSHOTS=1 they also replace those of the documents, in docs/screenshots.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What a policy forbids, a script throws or the browser complains of, from now on. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return complaints;
}

export interface LookOptions {
  /** The name in docs/screenshots, for a picture that the documents show. */
  readonly document?: string;
  /** What is seen without scrolling, as of a dialog. */
  readonly onlyScreen?: boolean;
}

/** Takes a picture, and expects that nothing reaches beyond the width and that axe finds no violation. */
export async function look(
  page: Page,
  folder: string,
  name: string,
  options: LookOptions = {},
): Promise<void> {
  const take = (): Promise<Buffer> =>
    page.screenshot({
      path: join(root, "test-results", folder, `${name}.png`),
      fullPage: !options.onlyScreen,
      animations: "disabled",
    });
  // A browser that has much else to draw may be unable to, which says nothing of the page.
  const picture = await take().catch(take);
  if (options.document !== undefined && process.env["SCREENSHOTS"]) {
    const file = join(root, "docs", "screenshots", `${options.document}.png`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, picture);
  }
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(beyond, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
  expect(await violationsOf(page), name).toEqual([]);
}

/** What axe finds: each rule with the elements that break it. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  // It stays as long as the page does, and to read it takes the browser as long as half of what it finds out.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(readFileSync(axeFile, "utf8"));
  return page.evaluate(async () => {
    // What is fading in has not its colours yet: begun by the second frame, it is waited for. A spinner has no end.
    for (const _frame of [1, 2]) await new Promise((resolve) => requestAnimationFrame(resolve));
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map(({ finished }) => finished));
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  });
}
