// "My call failed": calls broken on purpose, each explained by the verdict of its ladder, found the way an operator
// finds it; and what can be done with a ladder.

import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { epochMs } from "../../src/base/brand";
import { mintLadderToken } from "../../src/flow/ladder-token";
import { headerValue } from "../../src/sip/message";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { mediaFailedReason } from "../../web/line/calls/call-end";
import { place, respond, talk } from "../support/call";
import { operatorWorld } from "../support/operator-world";

const deploymentSecret = "a secret of these tests alone";
const world = operatorWorld({ CALL_GRACE_SECONDS: "5", DEPLOYMENT_SECRET: deploymentSecret });

const accountAt = (aor: string, tab: string): string => `#/accounts/${encodeURIComponent(aor)}/${tab}`;

/** What the ladder says first. */
async function verdictOf(page: Page): Promise<string> {
  const verdict = page.getByRole("region", { name: /./ }).filter({ hasText: "Why it failed" });
  await verdict.waitFor();
  return (await verdict.textContent()) ?? "";
}

/** From the user's log of calls, the newest. */
async function ladderOfLastCall(aor: string): Promise<Page> {
  const page = await world.signedIn(accountAt(aor, "calls"));
  await page.getByRole("table", { name: "Log of calls" }).getByRole("link").first().click();
  return page;
}

describe("a call that was broken on purpose is explained", () => {
  it("by a wrong password", async () => {
    const [alice, bob] = [world.newUser("alice"), world.newUser("bob")];
    await world.ask("/v1/accounts", "POST", { aor: alice, password: "demo" });
    const phone = await world.stranger(alice, "not my password");
    const refused = await phone.request("INVITE", {
      uri: `sip:${bob}`,
      lines: [`Contact: <${phone.contact}>`],
    });
    expect(refused.status).toBe(407);
    const page = await world.signedIn(accountAt(alice, "recorder"));
    await page.getByRole("table", { name: "Recorded exchanges" }).getByRole("link").first().click();
    expect(await verdictOf(page)).toContain("Wrong password");
  });

  it("by a callee who is not there", async () => {
    const [alice, bob] = [world.newUser("alice"), world.newUser("bob")];
    await world.ask("/v1/accounts", "POST", { aor: bob, password: "demo" });
    const phone = await world.phone(alice);
    const placed = place(phone, bob);
    expect((await phone.responseTo(placed.callId, placed.cseq)).status).toBe(480);
    const said = await verdictOf(await ladderOfLastCall(alice));
    expect(said).toMatch(/bob\d+ was not reachable.*nothing rang/);
  });

  it("by a callee who declines", async () => {
    const [alice, bob] = [world.newUser("alice"), world.newUser("bob")];
    const [caller, callee] = [await world.phone(alice), await world.phone(bob, "Bob’s Phone/2")];
    const placed = place(caller, bob);
    respond(callee, await callee.receive("INVITE"), 603);
    expect((await caller.responseTo(placed.callId, placed.cseq)).status).toBe(603);
    const page = await ladderOfLastCall(alice);
    expect(await verdictOf(page)).toMatch(/bob\d+ declined/);
    await page.getByRole("button", { name: "Show the line" }).click();
    const focused = page.locator(":focus");
    expect(await focused.textContent()).toMatch(/603.*from .* to home of|603.*failed/i);
  });

  it("by a socket that was cut", async () => {
    const [alice, bob] = [world.newUser("alice"), world.newUser("bob")];
    const [caller, callee] = [await world.phone(alice), await world.phone(bob)];
    await talk(caller, callee);
    world.cut(callee);
    await caller.take("BYE");
    const said = await verdictOf(await ladderOfLastCall(alice));
    expect(said).toMatch(/bob\d+'s connection was lost/);
  });

  it("by media that found no way, as the page's client says when it gives up", async () => {
    const [alice, bob] = [world.newUser("alice"), world.newUser("bob")];
    const [caller, callee] = [await world.phone(alice), await world.phone(bob, "A Page/1")];
    const call = await talk(caller, callee);
    call.callee.send("BYE", [`Reason: ${mediaFailedReason}`]);
    await caller.take("BYE");
    const said = await verdictOf(await ladderOfLastCall(alice));
    expect(said).toMatch(/bob\d+'s client ended the call/);
    expect(said).toContain("No media path");
  });
});

/** A declined call with a display name of markup, and where its ladder is. */
async function declined(): Promise<{
  readonly alice: string;
  readonly callId: string;
  readonly fragment: string;
}> {
  const [alice, bob] = [world.newUser("alice"), world.newUser("bob")];
  const [caller, callee] = [await world.phone(alice), await world.phone(bob)];
  const placed = place(caller, bob, [
    'Subject: <img src=x onerror="alert(1)">',
    "X-Note: <script>alert(2)</script>",
  ]);
  const invite = await callee.receive("INVITE");
  expect(headerValue(invite, "subject")).toContain("onerror");
  respond(callee, invite, 180);
  respond(callee, invite, 603);
  await caller.responseTo(placed.callId, placed.cseq);
  return {
    alice,
    callId: placed.callId,
    fragment: accountAt(alice, `ladders/${encodeURIComponent(placed.callId)}`),
  };
}

describe("a ladder", () => {
  it("shows the message behind a line, by mouse and by keyboard, and markup in it stays text", async () => {
    const { fragment } = await declined();
    const page = await world.signedIn(fragment);
    const lines = page.getByRole("list", { name: "Messages in order of time" }).getByRole("button");
    await lines.first().click();
    const dialog = page.getByRole("dialog", { name: "INVITE" });
    await dialog.getByText('<img src=x onerror="alert(1)">').waitFor();
    await dialog.getByText("<script>alert(2)</script>").waitFor();
    expect(await dialog.locator("img").count()).toBe(0);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await lines.first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("2 of").waitFor();
    await page.getByRole("button", { name: "The next line" }).click();
    await page.getByRole("dialog").getByText("3 of").waitFor();
    expect(world.complaints()).toEqual([]);
  });

  it("can be read as a list", async () => {
    const { fragment } = await declined();
    const page = await world.signedIn(fragment);
    await page.getByRole("button", { name: "List" }).click();
    const table = page.getByRole("table", { name: "Messages in order of time" });
    await table.getByRole("button", { name: /603/ }).first().click();
    await page.getByRole("dialog", { name: /603/ }).waitFor();
  });

  it("is taken along as text and as pcapng", async () => {
    const { fragment } = await declined();
    const page = await world.signedIn(fragment);
    const take = async (item: RegExp): Promise<Buffer> => {
      await page.getByRole("button", { name: "Export" }).click();
      const coming = page.waitForEvent("download");
      await page.getByRole("menuitem", { name: item }).click();
      const download = await coming;
      return readFileSync(await download.path());
    };
    expect((await take(/text/)).toString()).toContain("603");
    // The block type of a section header (pcapng, §4.1).
    expect((await take(/pcapng/)).subarray(0, 4)).toEqual(Buffer.from([0x0a, 0x0d, 0x0d, 0x0a]));
    expect(world.complaints()).toEqual([]);
  });

  it("grows while its call goes on, and says what is new and when it is over", async () => {
    const [alice, bob] = [world.newUser("alice"), world.newUser("bob")];
    await world.ask(`/v1/accounts`, "POST", { aor: alice, password: "demo" });
    await world.ask(`/v1/accounts/${encodeURIComponent(alice)}/recording`, "PUT", { seconds: 600 });
    const [caller, callee] = [await world.phone(alice), await world.phone(bob)];
    const placed = place(caller, bob);
    const invite = await callee.receive("INVITE");
    respond(callee, invite, 180);
    await caller.hears(placed.callId, placed.cseq, 180);
    const page = await world.signedIn(accountAt(alice, `ladders/${encodeURIComponent(placed.callId)}`));
    await page.getByText("Live: new lines appear by themselves").waitFor();
    respond(callee, invite, 486);
    await page.getByRole("list", { name: "Messages in order of time" }).getByText(/^486/).first().waitFor();
    await page
      .getByRole("status")
      .filter({ hasText: /New: .*486/ })
      .waitFor();
    await page.getByText("The call is over.").first().waitFor();
    expect(await verdictOf(page)).toContain("busy");
  });
});

describe("a shared ladder", () => {
  it("is seen by whoever has the link, without the admin token, which is in none of it", async () => {
    const { fragment } = await declined();
    const page = await world.signedIn(fragment);
    await page.getByRole("button", { name: "Share" }).click();
    const dialog = page.getByRole("dialog", { name: "Share this ladder" });
    await dialog.getByLabel("The link works for").selectOption("1 hour");
    await dialog.getByRole("button", { name: "Make the link" }).click();
    const link = await dialog.getByLabel("Link", { exact: true }).inputValue();
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/ladder#[\w.~-]+$/);
    const guest = await world.open(link.replace(world.url(), ""));
    expect(await verdictOf(guest)).toMatch(/declined/);
    expect(await guest.getByRole("button", { name: "Share" }).count()).toBe(0);
    await guest.getByRole("button", { name: "Export" }).click();
    const coming = guest.waitForEvent("download");
    await guest.getByRole("menuitem", { name: /text/ }).click();
    await coming;
    expect(world.complaints()).toEqual([]);
  });

  it("is seen no more once its time is over", async () => {
    const { alice, callId } = await declined();
    const seal = createKeyring(deploymentSecret).seal("ladder");
    const linkUntil = (at: number): string =>
      `/ladder#${mintLadderToken(seal, { aor: alice as AddressOfRecord, callId, expiresAt: epochMs(at) })}`;
    const guest = await world.open(linkUntil(Date.now() + 60_000));
    expect(await verdictOf(guest)).toMatch(/declined/);
    const late = await world.open(linkUntil(Date.now() - 1000));
    await late.getByText("This link has ended, or is not whole.").waitFor();
    expect(await late.getByText("INVITE").count()).toBe(0);
  });

  it("is refused in words when the link is not whole, or none at all", async () => {
    const none = await world.open("/ladder");
    await none.getByText("This link is not whole").waitFor();
    const wrong = await world.open("/ladder#nothing-that-was-ever-sealed");
    await wrong.getByText("This link has ended, or is not whole.").waitFor();
  });
});
