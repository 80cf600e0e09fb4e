// A call of the page's own client whose media finds no way, as behind firewalls without a relay: the client gives up by
// itself and says why, and the ladder tells the operator.

import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { lineWorld } from "../support/line-world";
import { adminToken } from "../support/operator-world";

const world = lineWorld({ ADMIN_TOKEN: adminToken });

/** From here on its calls may use a relay alone, and there is none. */
const blockMedia = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const Stock = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Stock {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, iceTransportPolicy: "relay" });
      }
    };
  });

it("media that is blocked is explained by the ladder", async () => {
  const [alice, bob] = [world.newUser("alice"), world.newUser("bob")];
  const [caller, callee] = [await world.user(alice), await world.user(bob)];
  await Promise.all([caller, callee].map(({ page }) => blockMedia(page)));
  const call = await caller.run((line, peer) => line.calls.call(peer, { video: false }), bob);
  const ringing = await callee.rings();
  await callee.run((line, id) => line.calls.answer(id, { video: false }), ringing);
  const isOver = ({ phase }: { readonly phase: string }): boolean => phase === "ended";
  await expect.poll(async () => (await caller.calls()).some(isOver), { timeout: 110_000 }).toBe(true);
  expect(await caller.ends(call)).toEqual({ kind: "media-failed" });

  const page = await (await caller.page.context().browser()?.newContext())?.newPage();
  if (page === undefined) throw new Error("there is no browser for the operator");
  world.closeLater(page);
  await page.goto(`${world.gateway().url}/admin#/accounts/${encodeURIComponent(alice)}/calls`);
  await page.getByLabel("Admin token").fill(adminToken);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("table", { name: "Log of calls" }).getByRole("link").first().click();
  await page.getByText("Why it failed").waitFor();
  await page
    .getByText(/No media path/)
    .first()
    .waitFor();
});
