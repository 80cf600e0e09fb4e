// JsSIP and SIP.js as they come from npm, in a real browser, against the gateway as a user starts it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../support/chromium";
import { type Gateway, startGateway } from "../support/gateway";
import {
  type ClientPage,
  type Library,
  libraries,
  type StockPages,
  serveStockPages,
} from "../support/stock-pages";
import type { ClientOptions } from "./clients/stock-client";

const secret = "a secret of forty octets, for this test only";
const token = (user: string): Promise<string> =>
  new SignJWT({ sub: user })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(secret));

const gatewayOptions = {
  demo: true,
  // As a deployment offers it: both clients must find their MD5 behind what they cannot do.
  vars: { TOKEN_SECRET: secret, DIGEST_ALGORITHMS: "SHA-256,MD5" },
  stateDir: mkdtempSync(join(tmpdir(), "durasip-clients-")),
};

let gateway: Gateway;
let browser: Browser;
let pages: StockPages;
const open: ClientPage[] = [];

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(gatewayOptions), launchChromium()]);
  pages = await serveStockPages(browser);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((page) => page.close()));
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
  await gateway?.stop();
  rmSync(gatewayOptions.stateDir, { recursive: true, force: true });
});

/** Each test has users of its own, so that none sees what another left behind. */
let users = 0;
const newUser = (): string => {
  users += 1;
  return `user${users}@localhost`;
};

const bareUrl = () => `${gateway.socketUrl}/`;
const homeUrl = (aor: string) => `${gateway.socketUrl}/?aor=${encodeURIComponent(aor)}`;

async function openPage(library: Library): Promise<ClientPage> {
  const page = await pages.open(library);
  open.push(page);
  return page;
}

/** A client that is registered. */
async function client(
  library: Library,
  aor: string,
  options: Partial<ClientOptions> = {},
): Promise<ClientPage> {
  const page = await openPage(library);
  expect(await page.start({ url: homeUrl(aor), aor, password: "demo", ...options })).toBe(200);
  return page;
}

describe.each(libraries)("%s registers", (library) => {
  const urls = [
    ["the bare URL", bareUrl],
    ["?aor=", homeUrl],
  ] as const;

  it.each(urls)("by digest on %s", async (_, url) => {
    const aor = newUser();
    const page = await client(library, aor, { url: url(aor) });
    expect(page.received[0]).toMatch(/algorithm=SHA-256.*algorithm=MD5/s);
    const authorization = page.sent.join("").match(/^Authorization: .*/gm) ?? [];
    expect(authorization).toHaveLength(1);
    expect(authorization[0]).toMatch(/^Authorization: Digest .*algorithm=MD5/);
  });

  it.each(urls)("by bearer token on %s, without a challenge", async (_, url) => {
    const aor = newUser();
    const page = await openPage(library);
    const registered = await page.start({ url: url(aor), aor, token: await token(aor) });
    expect(registered).toBe(200);
    expect(page.received.filter((frame) => frame.startsWith("SIP/2.0"))).toHaveLength(1);
  });

  it("by a token in the URL, and sends none over SIP", async () => {
    const aor = newUser();
    const page = await openPage(library);
    const url = `${gateway.socketUrl}/?access_token=${await token(aor)}`;
    expect(await page.start({ url, aor })).toBe(200);
    expect(page.sent.join("")).not.toContain("Authorization");
  });
});

describe.each([
  ["jssip", "sip-js"],
  ["sip-js", "jssip"],
] as const)("MESSAGE from %s to %s", (from, to) => {
  it("arrives at once when both are there", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const sender = await client(from, alice);
    const recipient = await client(to, bob);
    expect(await sender.send(bob, "Grüße & <b>more</b>")).toBe(200);
    expect(await recipient.messages()).toEqual([
      { callId: expect.any(String), from: alice, to: bob, body: "Grüße & <b>more</b>" },
    ]);
  });

  it("crosses from a bare URL to another", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const sender = await client(from, alice, { url: bareUrl() });
    const recipient = await client(to, bob, { url: bareUrl() });
    expect(await sender.send(bob, "over two relays")).toBe(200);
    expect(await recipient.bodies(1)).toEqual(["over two relays"]);
  });

  it("is kept for one who is away, and delivered once, in order, when he is back", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const instanceId = crypto.randomUUID();
    const sender = await client(from, alice);
    const before = await client(to, bob, { instanceId });
    expect(await sender.send(bob, "one")).toBe(200);
    await before.stop();
    for (const text of ["two", "three"]) expect(await sender.send(bob, text)).toBe(202);
    const after = await client(to, bob, { instanceId });
    expect(await after.bodies(2)).toEqual(["two", "three"]);
    expect(await sender.send(bob, "four")).toBe(200);
    expect(await after.bodies(3)).toEqual(["two", "three", "four"]);
  });

  it("is kept for one whose client just vanished", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const instanceId = crypto.randomUUID();
    const sender = await client(from, alice);
    await (await client(to, bob, { instanceId })).close();
    expect(await sender.send(bob, "where are you?")).toBe(202);
    const back = await client(to, bob, { instanceId });
    expect(await back.bodies(1)).toEqual(["where are you?"]);
  });

  it("reaches both devices of a user", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const sender = await client(from, alice);
    const devices = [
      await client(to, bob, { instanceId: crypto.randomUUID() }),
      await client(from, bob, { instanceId: crypto.randomUUID() }),
    ];
    expect(await sender.send(bob, "to both")).toBe(200);
    for (const device of devices) expect(await device.bodies(1)).toEqual(["to both"]);
  });

  it("to nobody is refused", async () => {
    const sender = await client(from, newUser());
    expect(await sender.send("nobody-at-all@localhost", "hello?")).toBe(404);
  });
});

describe.each(libraries)("%s, the page reloaded", (library) => {
  it("is the same device: nothing comes twice and nothing is lost", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const instanceId = crypto.randomUUID();
    const sender = await client("sip-js", alice);
    const page = await client(library, bob, { instanceId });
    expect(await sender.send(bob, "before")).toBe(200);
    expect(await page.bodies(1)).toEqual(["before"]);
    await page.page.reload();
    const during = sender.send(bob, "during");
    expect(await page.start({ url: homeUrl(bob), aor: bob, password: "demo", instanceId })).toBe(200);
    expect([200, 202]).toContain(await during);
    expect(await page.bodies(1)).toEqual(["during"]);
    expect(await sender.send(bob, "after")).toBe(200);
    expect(await page.bodies(2)).toEqual(["during", "after"]);
  });
});

describe.each(libraries)("two tabs of one account with %s", (library) => {
  it("live side by side: both hear, and one tab's messages reach the other", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const first = await client(library, alice, { instanceId: crypto.randomUUID(), carbons: true });
    const second = await client(library, alice, { instanceId: crypto.randomUUID(), carbons: true });
    const friend = await client("jssip", bob);
    expect(await friend.send(alice, "hello, both")).toBe(200);
    expect(await first.bodies(1)).toEqual(["hello, both"]);
    expect(await second.bodies(1)).toEqual(["hello, both"]);
    expect(await first.send(bob, "from the first")).toBe(200);
    expect(await second.bodies(2)).toEqual(["hello, both", "from the first"]);
    expect(await second.send(bob, "from the second")).toBe(200);
    expect(await friend.bodies(2)).toEqual(["from the first", "from the second"]);
    expect(await first.bodies(2)).toEqual(["hello, both", "from the second"]);
  });
});
