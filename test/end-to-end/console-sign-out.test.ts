// What is left of a user who has signed out, while his tab stays open on the welcome page: nothing.

import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { connected, consoleWorld, person } from "../support/console-world";

const world = consoleWorld();

/** The sockets of a tab, from before its first one, and what was sent over them. */
interface Wire {
  readonly sent: string[];
  open(): number;
}

async function tabWithWire(): Promise<readonly [Page, Wire]> {
  const page = await world.context().newPage();
  const sent: string[] = [];
  let open = 0;
  page.on("websocket", (socket) => {
    open += 1;
    socket.on("framesent", ({ payload }) => sent.push(String(payload)));
    socket.on("close", () => {
      open -= 1;
    });
  });
  await page.goto(world.gateway().url);
  return [page, { sent, open: () => open }];
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
}

async function away(page: Page): Promise<void> {
  await page.getByRole("button", { name: /Change your status$/ }).click();
  const dialog = page.getByRole("dialog", { name: "Your status" });
  await dialog.getByRole("radio", { name: "Away" }).check();
  await dialog.getByLabel("A note").fill("at lunch");
  await dialog.getByRole("button", { name: "Save" }).click();
}

it("whoever signs out is offline to the others at once, and his tab has no socket any more", async () => {
  const alice = await world.signedIn("alice");
  const [carol, wire] = await tabWithWire();
  await carol.getByRole("button", { name: "carol", exact: true }).click();
  await connected(carol);
  await person(carol, "alice").getByText("Available").waitFor();
  await away(carol);
  await person(alice, "carol").getByText("at lunch").waitFor();
  const subscriptions = callIds(wire.sent, "SUBSCRIBE");
  const before = wire.sent.length;
  await signOut(carol);
  await expect.poll(wire.open, { timeout: 3000 }).toBe(0);
  await person(alice, "carol").getByText("Offline").waitFor();
  expect(await person(alice, "carol").textContent()).not.toContain("at lunch");
  const last = wire.sent.slice(before);
  expect(endings(last, "PUBLISH")).toHaveLength(1);
  expect(callIds(endings(last, "SUBSCRIBE"), "SUBSCRIBE")).toEqual(subscriptions);
  expect(last.filter((frame) => frame.startsWith("REGISTER ") && frame.includes(";expires=0"))).toHaveLength(
    1,
  );
});

it("a gateway that does not answer keeps no socket open", async () => {
  const page = await world.context().newPage();
  let [opened, asked] = [0, 0];
  const closed = new Set<unknown>();
  await page.routeWebSocket(/.*/, (socket) => {
    opened += 1;
    const gateway = socket.connectToServer();
    socket.onMessage((frame) => {
      if (String(frame).startsWith("REGISTER ") && String(frame).includes(";expires=0")) asked += 1;
      else gateway.send(frame);
    });
    socket.onClose((code, reason) => {
      closed.add(socket);
      void gateway.close({
        ...(code === undefined ? {} : { code }),
        ...(reason === undefined ? {} : { reason }),
      });
    });
  });
  await page.goto(world.gateway().url);
  await page.getByRole("button", { name: "carol", exact: true }).click();
  await connected(page);
  expect([opened, closed.size]).toEqual([1, 0]);
  await signOut(page);
  await expect.poll(() => closed.size, { timeout: 5000 }).toBe(1);
  expect([opened, asked]).toEqual([1, 1]);
});

const endings = (frames: readonly string[], method: string): readonly string[] =>
  frames.filter((frame) => frame.startsWith(`${method} `) && /^Expires: 0\r$/im.test(frame));

const callIds = (frames: readonly string[], method: string): readonly string[] =>
  [
    ...new Set(
      frames
        .filter((frame) => frame.startsWith(`${method} `))
        .map((frame) => /^Call-ID: (.*)\r$/im.exec(frame)?.[1] ?? ""),
    ),
  ].sort();
