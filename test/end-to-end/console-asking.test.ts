// The console where watchers wait for the user's word, and what it says while nobody looks at it.

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { consoleWorld, person, write } from "../support/console-world";

const world = consoleWorld({}, { WATCHERS: "confirm" });

const requests = (page: Page) => page.getByRole("region", { name: "Requests to see you" });

describe("somebody who would like to see the user", () => {
  it("waits, is allowed, and sees him; another is blocked", async () => {
    const alice = await world.signedIn("alice");
    const [bob, carol] = [await world.signedIn("bob"), await world.signedIn("carol")];
    await person(bob, "alice").getByText("Has been asked to let you see").waitFor();
    await answer(alice, "bob", "Allow");
    await person(bob, "alice").getByText("Available").waitFor();
    await answer(alice, "carol", "Block");
    await person(carol, "alice").getByText("Does not let you see").waitFor();
    await requests(alice).waitFor({ state: "hidden" });
    expect(world.complaints()).toEqual([]);
  });

  const answer = (page: Page, name: string, label: string): Promise<void> =>
    requests(page)
      .getByRole("listitem")
      .filter({ hasText: name })
      .getByRole("button", { name: label })
      .click();
});

describe("a page that nobody looks at", () => {
  it("tells of a message by a notification, once the user has turned them on", async () => {
    await world.context().addInitScript(() => {
      const shown: string[] = [];
      class Recorded {
        static permission = "default";
        static async requestPermission(): Promise<void> {
          Recorded.permission = "granted";
        }
        constructor(title: string, options: NotificationOptions) {
          shown.push(`${title}: ${options.body}`);
        }
      }
      Object.assign(window, { Notification: Recorded, shown });
      Object.defineProperty(document, "hidden", { get: () => true });
    });
    const alice = await world.signedIn("alice");
    const shown = () => alice.evaluate(() => (window as unknown as { shown: string[] }).shown);
    const bob = await world.signedIn("bob");
    await write(bob, "alice", "unheard");
    await person(alice, "bob").getByText("1 unread").waitFor({ state: "attached" });
    expect(await shown()).toEqual([]);
    await alice.getByRole("button", { name: "More", exact: true }).click();
    await alice.getByRole("menuitem", { name: "Turn notifications on" }).click();
    await write(bob, "alice", "heard <b>now</b>");
    await expect.poll(shown).toEqual(["bob: heard <b>now</b>"]);
  });
});
