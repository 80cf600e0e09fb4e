// Calls in the page, between two and three users, by what they press; sound and picture counted as packets.

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { callTo, connected, consoleWorld, hears, packets, person, press } from "../support/console-world";

const world = consoleWorld({ permissions: ["microphone", "camera"] });

const stage = (page: Page, peer: string) => page.getByRole("region", { name: `Call with ${peer}@localhost` });

/** The words of a call that is over. */
const ended = (page: Page, words: string): Promise<void> =>
  page.getByRole("status").getByText(words, { exact: true }).waitFor();

const incoming = (page: Page, name: string) => page.getByRole("dialog", { name: `${name} is calling` });

async function answer(page: Page, name: string, label = "Answer"): Promise<void> {
  await incoming(page, name).getByRole("button", { name: label, exact: true }).click();
}

/** One calls the other, who answers; both hear each other. */
async function talk(caller: Page, from: string, callee: Page, to: string): Promise<void> {
  await callTo(caller, to);
  await answer(callee, from);
  await Promise.all([hears(caller), hears(callee)]);
}

describe("a call", () => {
  it("rings, is answered with video, is muted, shown, and ended", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await callTo(alice, "bob", "video");
    await stage(alice, "bob").getByText("Ringing…").first().waitFor();
    await incoming(bob, "alice").waitFor();
    expect(await bob.title()).toBe("alice is calling · durasip");
    await answer(bob, "alice", "Answer with video");
    await Promise.all([hears(alice), hears(bob), hears(alice, "video"), hears(bob, "video")]);
    await alice.getByLabel("Picture of bob").waitFor();
    await bob.getByLabel("Your own picture").waitFor();
    await press(alice, "Mute");
    await alice.getByText("You are muted").waitFor();
    await press(alice, "Unmute");
    await press(alice, "Camera off");
    await alice.getByRole("button", { name: "Camera on" }).waitFor();
    await person(bob, "alice").getByText("In a call").waitFor();
    await press(bob, "Hang up");
    await ended(alice, "bob hung up.");
    await ended(bob, "You hung up.");
    expect(world.complaints()).toEqual([]);
  });

  it("is held and goes on, and says so at both ends", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await talk(alice, "alice", bob, "bob");
    await press(alice, "Hold");
    await alice.getByRole("status").filter({ hasText: "On hold" }).waitFor();
    await bob.getByText("alice put you on hold").waitFor();
    await expect
      .poll(async () => {
        const before = await packets(bob);
        await bob.waitForTimeout(400);
        return (await packets(bob)) - before;
      })
      .toBeLessThan(3);
    await press(alice, "Resume");
    await Promise.all([hears(alice), hears(bob)]);
  });

  it("asks before the page is loaded anew in mid call, and hangs up when it is", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await talk(alice, "alice", bob, "bob");
    const asked: string[] = [];
    let goes = false;
    alice.on("dialog", async (dialog) => {
      asked.push(dialog.type());
      await (goes ? dialog.accept() : dialog.dismiss());
    });
    // A reload that is turned down never ends.
    alice.evaluate(() => location.reload()).catch(() => {});
    await expect.poll(() => asked).toEqual(["beforeunload"]);
    await hears(bob);
    goes = true;
    await alice.reload();
    await ended(bob, "alice hung up.");
    expect(asked).toEqual(["beforeunload", "beforeunload"]);
    await connected(alice);
    await alice.reload();
    expect(asked).toHaveLength(2);
  });

  it("takes digits from buttons and keys, and lets a device be chosen", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await talk(alice, "alice", bob, "bob");
    await press(alice, "Keypad");
    const keypad = alice.getByRole("region", { name: "Keypad" });
    await keypad.getByRole("button", { name: "5" }).click();
    await keypad.getByRole("button", { name: "hash" }).click();
    await alice.keyboard.press("7");
    await expect.poll(() => keypad.getByLabel("Sent").textContent()).toBe("5#7");
    await alice.keyboard.press("Escape");
    await keypad.waitFor({ state: "hidden" });
    await press(alice, "Devices");
    const devices = alice.getByRole("dialog", { name: "Devices" });
    const names = await devices.getByLabel("Microphone").locator("option").allTextContents();
    await devices.getByLabel("Microphone").selectOption(names.at(-1) ?? "");
    await devices.getByRole("button", { name: "Done" }).click();
    await hears(bob);
  });

  it.each([
    [
      "declined",
      async (bob: Page) => incoming(bob, "alice").getByRole("button", { name: "Decline" }).click(),
    ],
    ["put aside by Escape, and declined then", declineAside],
  ])("that is %s ends in words, and is in the log", async (_, decline) => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await callTo(alice, "bob");
    await incoming(bob, "alice").waitFor();
    await decline(bob);
    await ended(alice, "bob does not take the call now.");
    await alice.getByRole("button", { name: "Call again" }).waitFor();
    await alice.getByRole("tab", { name: /^Calls/ }).click();
    await alice
      .getByRole("list", { name: "Calls" })
      .getByText(/^Outgoing, declined/)
      .first()
      .waitFor();
  });

  async function declineAside(bob: Page): Promise<void> {
    await bob.keyboard.press("Escape");
    await bob
      .getByRole("region", { name: "alice is calling" })
      .getByRole("button", { name: "Decline" })
      .click();
  }

  it("to somebody who is away says so", async () => {
    const alice = await world.signedIn("alice");
    await callTo(alice, "carol");
    await ended(alice, "Not reachable");
    await alice.getByRole("button", { name: "Write" }).click();
    await alice.getByRole("textbox", { name: "Message to carol" }).waitFor();
  });

  it("that is given up is missed, marked, and called back", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await callTo(alice, "bob");
    await incoming(bob, "alice").waitFor();
    await press(alice, "Cancel");
    await bob.getByText("You missed a call from alice").first().waitFor();
    await bob.getByRole("tab", { name: /missed/ }).click();
    const missed = bob.getByRole("listitem").filter({ hasText: "Missed" }).first();
    await missed.getByRole("button", { name: "Call alice back" }).click();
    await answer(alice, "bob");
    await Promise.all([hears(alice), hears(bob)]);
  });

  it("rings in both tabs of one account, and one answers", async () => {
    const [alice, one, two] = [
      await world.signedIn("alice"),
      await world.signedIn("bob"),
      await world.signedIn("bob"),
    ];
    await callTo(alice, "bob");
    await Promise.all([incoming(one, "alice").waitFor(), incoming(two, "alice").waitFor()]);
    await answer(one, "alice");
    await incoming(two, "alice").waitFor({ state: "hidden" });
    await Promise.all([hears(alice), hears(one)]);
  });

  it("without a microphone says what to do", async () => {
    const alice = await world.signedIn("alice");
    await alice.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    });
    await callTo(alice, "carol");
    await ended(alice, "No microphone or camera");
    await alice.getByText(/Allow it in the browser/).waitFor();
  });

  it("goes on while the gateway is away, and is ended after it is back", async () => {
    const [alice, bob] = [await world.signedIn("alice"), await world.signedIn("bob")];
    await talk(alice, "alice", bob, "bob");
    await world.killGateway();
    await alice.getByText("your call goes on").waitFor();
    await Promise.all([hears(alice), hears(bob)]);
    await world.restartGateway();
    await Promise.all([connected(alice), connected(bob)]);
    await Promise.all([hears(alice), hears(bob)]);
    await press(bob, "Hang up");
    await ended(alice, "bob hung up.");
  });
});

describe("three users", () => {
  it("hold two calls, swap them, and end one", async () => {
    const { alice, bob, carol } = await three();
    await talk(alice, "alice", bob, "bob");
    await callTo(carol, "alice");
    await alice.getByText("Your present call is held when you answer.").waitFor();
    await answer(alice, "carol");
    await Promise.all([hears(alice), hears(carol)]);
    await bob.getByText("alice put you on hold").waitFor();
    await alice.getByRole("list", { name: "Other calls" }).getByRole("button", { name: "Swap" }).click();
    await stage(alice, "bob").waitFor();
    await Promise.all([hears(bob), carol.getByText("alice put you on hold").waitFor()]);
    await alice.getByRole("button", { name: "End the call with carol" }).click();
    await ended(carol, "alice hung up.");
    await hears(bob);
    // The one that is over is put away by itself.
    await alice.getByRole("list", { name: "Other calls" }).waitFor({ state: "hidden" });
    await stage(alice, "bob").waitFor();
  });

  it("are joined by a blind transfer", async () => {
    const { alice, bob, carol } = await three();
    await talk(alice, "alice", bob, "bob");
    await press(alice, "Transfer");
    const dialog = alice.getByRole("dialog", { name: "Hand bob over" });
    await dialog.getByRole("button", { name: /^carol/ }).click();
    await dialog.getByRole("button", { name: "Transfer now" }).click();
    await answer(carol, "bob");
    await ended(alice, "bob now talks with carol.");
    await Promise.all([hears(bob), hears(carol)]);
  });

  it("are joined after one was asked first", async () => {
    const { alice, bob, carol } = await three();
    await talk(alice, "alice", bob, "bob");
    await press(alice, "Transfer");
    const dialog = alice.getByRole("dialog", { name: "Hand bob over" });
    await dialog.getByLabel("Person or address").fill("carol");
    await dialog.getByRole("button", { name: "Ask first" }).click();
    await answer(carol, "alice");
    await Promise.all([hears(alice), hears(carol)]);
    await alice.getByRole("button", { name: "Join bob with carol" }).click();
    await Promise.all([hears(bob), hears(carol)]);
    await expect.poll(() => alice.getByRole("toolbar", { name: "Call" }).count()).toBe(0);
    await person(alice, "bob").getByText("In a call").waitFor();
  });

  async function three() {
    return {
      alice: await world.signedIn("alice"),
      bob: await world.signedIn("bob"),
      carol: await world.signedIn("carol"),
    };
  }
});
