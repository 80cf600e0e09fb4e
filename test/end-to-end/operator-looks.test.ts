// How the operator's view and the ladder look, from a small phone to a desk, light and dark, with a realm that has
// something to show. The pictures are for people; what can be told by rule is asserted: axe finds no violation, nothing
// is wider than the screen, nothing is complained of.

import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { place, respond, talk } from "../support/call";
import { look } from "../support/look";
import { operatorWorld } from "../support/operator-world";

const world = operatorWorld();
const [alice, bob, carol] = ["alice@localhost", "bob@localhost", "carol@localhost"] as const;
let ladder: string;
let live: string;
/** The path of the ladder's shared link. */
let shared: string;

const at = (aor: string, tab: string): string => `#/accounts/${encodeURIComponent(aor)}/${tab}`;

beforeAll(async () => {
  await world.ask("/v1/accounts", "POST", { aor: carol, password: "demo" });
  await world.ask("/v1/accounts", "POST", { aor: "dave@localhost", password: "demo", enabled: false });
  const one = await world.phone(alice, "durasip console/0.1 (Firefox)", { stays: true });
  const two = await world.phone(bob, "JsSIP 3.13.8", { stays: true });
  await world.ask(`/v1/accounts/${encodeURIComponent(alice)}/recording`, "PUT", { seconds: 3600 });
  await one.publish("in the workshop until four");
  await two.subscribe(alice);
  await one.message(bob, "Morning! Is the draft ready?");
  await one.message(carol, "Could you look at it tomorrow?");
  const { caller } = await talk(one, two);
  caller.send("BYE");
  await two.take("BYE");
  const placed = place(one, bob);
  const invite = await two.receive("INVITE");
  respond(two, invite, 180);
  await one.hears(placed.callId, placed.cseq, 180);
  respond(two, invite, 603);
  await one.responseTo(placed.callId, placed.cseq);
  ladder = at(alice, `ladders/${encodeURIComponent(placed.callId)}`);
  const link = `/v1/accounts/${encodeURIComponent(alice)}/ladders/${encodeURIComponent(placed.callId)}/share`;
  shared = (await world.ask<{ url: string }>(link, "POST", { seconds: 3600 })).url;
  const away = place(one, carol);
  await one.responseTo(away.callId, away.cseq);
  const ringing = place(one, bob);
  respond(two, await two.receive("INVITE"), 180);
  await one.hears(ringing.callId, ringing.cseq, 180);
  live = at(alice, `ladders/${encodeURIComponent(ringing.callId)}`);
});

type Act = (page: Page) => Promise<unknown>;
interface View {
  readonly name: string;
  readonly fragment: () => string;
  /** Until it is all there. */
  readonly ready: Act;
  readonly onlyScreen?: boolean;
  readonly document?: string;
}

const heading =
  (name: string | RegExp): Act =>
  (page) =>
    page.getByRole("heading", { name, level: 1 }).waitFor();
const text =
  (words: string | RegExp): Act =>
  (page) =>
    page.getByText(words).first().waitFor();

const row =
  (words: RegExp): Act =>
  (page) =>
    page.getByRole("cell", { name: words }).first().waitFor();

const views: readonly View[] = [
  { name: "calls", fragment: () => "#/calls", ready: row(/^declined/) },
  { name: "accounts", fragment: () => "#/accounts", ready: text(carol) },
  {
    name: "new-account",
    fragment: () => "#/accounts",
    onlyScreen: true,
    ready: (page) => page.getByRole("button", { name: "New account" }).click(),
  },
  { name: "settings", fragment: () => "#/settings", ready: text("REALMS") },
  { name: "devices", fragment: () => at(alice, "devices"), ready: text("durasip console/0.1") },
  { name: "account-calls", fragment: () => at(alice, "calls"), ready: row(/^declined/) },
  {
    name: "messages",
    fragment: () => at(carol, "messages"),
    ready: (page) => page.getByRole("button", { name: /^Show the message/ }).click(),
  },
  { name: "events", fragment: () => at(alice, "events"), ready: text(`watched by ${bob}`) },
  { name: "recorder", fragment: () => at(alice, "recorder"), ready: text("It records") },
  { name: "ladder", fragment: () => ladder, ready: text("Why it failed"), document: "ladder" },
  {
    name: "ladder-list",
    fragment: () => ladder,
    ready: (page) => page.getByRole("button", { name: "List" }).click(),
  },
  { name: "ladder-live", fragment: () => live, ready: text("Live: new lines") },
  {
    name: "message",
    fragment: () => ladder,
    onlyScreen: true,
    ready: (page) => page.getByRole("button", { name: /603/ }).first().click(),
  },
  {
    name: "share",
    fragment: () => ladder,
    onlyScreen: true,
    ready: (page) => page.getByRole("button", { name: "Share" }).click(),
  },
  // At last: homes tell their realm what they counted once a minute at most.
  { name: "overview", fragment: () => "#/", ready: text("a minute"), document: "operator-overview" },
  {
    name: "overview-table",
    fragment: () => "#/",
    ready: (page) => page.getByRole("button", { name: "As a table" }).click(),
  },
  { name: "no-such-page", fragment: () => "#/magic", ready: heading("Not found") },
];

describe.each(["light", "dark"] as const)("the operator's view, %s", (colorScheme) => {
  it.each([360, 768, 1280])("fits and can be read at %i pixels", async (width) => {
    const viewport = { width, height: 820 };
    const door = await world.open("/admin", { colorScheme, viewport });
    await door.getByLabel("Admin token").waitFor();
    await look(door, "operator", `door-${width}-${colorScheme}`);
    const page = await world.signedIn("", { colorScheme, viewport });
    for (const { name, fragment, ready, onlyScreen = false, document } of views) {
      await page.evaluate((hash) => {
        // Also where it is the same: each view begins anew.
        location.hash = "#/nothing";
        location.hash = hash;
      }, fragment());
      await ready(page);
      const shown =
        document !== undefined && width === 1280 ? { document: `${document}-${colorScheme}` } : {};
      await look(page, "operator", `${name}-${width}-${colorScheme}`, { onlyScreen, ...shown });
      if (onlyScreen) await page.keyboard.press("Escape");
    }
    expect(world.complaints()).toEqual([]);
  });
});

describe.each(["light", "dark"] as const)("a shared ladder, %s", (colorScheme) => {
  it.each([360, 1280])(
    "fits and can be read at %i pixels, and so does a link that is none",
    async (width) => {
      const options = { colorScheme, viewport: { width, height: 820 } };
      const page = await world.open(shared, options);
      await page.getByText("Why it failed").waitFor();
      await look(page, "operator", `shared-${width}-${colorScheme}`);
      await page.getByRole("button", { name: "List" }).click();
      await look(page, "operator", `shared-list-${width}-${colorScheme}`);
      // Each said once, in the column or in the row.
      expect(await page.getByText("The user declined the call.").filter({ visible: true }).count()).toBe(3);
      expect(world.complaints()).toEqual([]);
      const none = await world.open("/ladder#nothing-that-was-ever-sealed", options);
      await none.getByText("This link has ended").waitFor();
      await look(none, "operator", `shared-none-${width}-${colorScheme}`);
    },
  );
});

describe("what the pages load", () => {
  it.each(["/admin", "/ladder"])(
    "%s is below 200 kB compressed, all of it from here, and no SIP client",
    async (path) => {
      const page = await world.open("/health");
      const [bodies, origins]: [Promise<Buffer>[], Set<string>] = [[], new Set()];
      page.on("response", (response) => {
        origins.add(new URL(response.url()).origin);
        const body = response.body();
        // One that comes after all were read, as of an icon, may find its page closed.
        body.catch(() => undefined);
        bodies.push(body);
      });
      await page.goto(`${world.url()}${path}`);
      await page.getByText(path === "/admin" ? "Admin token" : "This link is not whole").waitFor();
      const loaded = await Promise.all(bodies);
      const size = loaded.reduce((sum, body) => sum + gzipSync(body).length, 0);
      expect(size).toBeLessThan(200_000);
      expect([...origins]).toEqual([world.url()]);
      expect(loaded.some((body) => body.includes("z9hG4bK"))).toBe(false);
    },
  );
});
