// The console where something is in the way: a gateway that was deployed anew or cannot answer just now, a phone's small
// screen, another tab.

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { callTo, connected, consoleWorld, marked, write } from "../support/console-world";

const world = consoleWorld({ viewport: { width: 360, height: 740 }, permissions: ["microphone"] });

const toMessages = (page: Page): Promise<void> =>
  page.getByRole("button", { name: "Messages beside the call" }).click();

describe("a conversation behind a call", () => {
  it("is read once it is seen, and not before", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await callTo(alice, "bob");
    await bob.getByRole("button", { name: "Answer", exact: true }).click();
    await bob.getByRole("button", { name: "Mute", exact: true }).waitFor();
    await toMessages(bob);
    await bob.getByRole("textbox", { name: "Message to alice" }).fill("the link is below");
    await bob.keyboard.press("Enter");
    await marked(bob, "delivered");
    await expect.poll(() => alice.title()).toMatch(/^\(1\)/);
    await toMessages(alice);
    await marked(bob, "read");
    await expect.poll(() => alice.title()).not.toMatch(/^\(1\)/);
    expect(world.complaints()).toEqual([]);
  });
});

describe("a page whose parts are gone from the gateway", () => {
  it("says so, and can be loaded anew", async () => {
    await world.context().route(/call-surface/, (route) => route.abort());
    const alice = await world.signedIn("alice");
    await callTo(alice, "bob");
    await alice.getByText("This page has met a fault").waitFor();
    await world.context().unroute(/call-surface/);
    await alice.getByRole("button", { name: "Load it anew" }).click();
    await connected(alice);
  });
});

describe("a reload while the gateway cannot say whether the session holds", () => {
  it("leaves the user signed in", async () => {
    const alice = await world.signedIn("alice");
    const busy = { status: 503, body: "{}" };
    await alice.route(/\/v1\/session/, (route) => route.fulfill(busy), { times: 1 });
    await alice.reload();
    await connected(alice);
    await write(alice, "bob", "still here");
    await marked(alice, /delivered|kept until they are back/);
  });
});

describe("a user who signs out in one of two tabs", () => {
  it("is signed out in both, and another user of the same browser is not", async () => {
    const [alice, second, bob] = [
      await world.signedIn("alice"),
      await world.signedIn("alice"),
      await world.signedIn("bob"),
    ];
    await alice.getByRole("button", { name: "More", exact: true }).click();
    await alice.getByRole("menuitem", { name: "Sign out" }).click();
    await second.getByText("You signed out in another tab.").waitFor();
    await write(bob, "alice", "are you there?");
    await marked(bob, "kept until they are back");
  });
});
