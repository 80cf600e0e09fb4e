// Calls between JsSIP and SIP.js as they come from npm, in real Chromium with fake devices and real media, through the
// gateway as a user starts it.

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type CallPage, callPage } from "../support/call-pages";
import { launchChromium } from "../support/chromium";
import { type Gateway, startGateway } from "../support/gateway";
import { type Library, libraries, type StockPages, serveStockPages } from "../support/stock-pages";
import type { ClientOptions } from "./clients/stock-client";

let gateway: Gateway;
let browser: Browser;
let pages: StockPages;
const open: CallPage[] = [];

beforeAll(async () => {
  // As a deployment offers it, but for a patience that a test can outlast.
  const vars = { DIGEST_ALGORITHMS: "SHA-256,MD5", RING_SECONDS: "8" };
  [gateway, browser] = await Promise.all([startGateway({ demo: true, vars }), launchChromium()]);
  pages = await serveStockPages(browser);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ client }) => client.close()));
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
  await gateway?.stop();
});

/** Each test has users of its own. */
let users = 0;
const newUser = (): string => `caller${++users}@localhost`;

async function phone(library: Library, aor: string, options: Partial<ClientOptions> = {}): Promise<CallPage> {
  const page = await pages.open(library, await browser.newContext());
  const made = callPage(page);
  open.push(made);
  const url = `${gateway.socketUrl}/?aor=${encodeURIComponent(aor)}`;
  expect(await page.start({ url, aor, password: "demo", ...options })).toBe(200);
  return made;
}

const pairs = libraries.flatMap((caller) => libraries.map((callee) => [caller, callee] as const));

/** A call that is talked: both numbers. */
async function talk(caller: CallPage, callee: CallPage, to: string): Promise<readonly [number, number]> {
  const out = await caller.place(to);
  const into = await callee.rings();
  await Promise.all([caller.sees("answered", out), callee.sees("answered", into)]);
  return [out, into];
}

describe.each(pairs)("%s calls %s", (one, other) => {
  it("RFC 3261 §13, §14, §15: audio and video both ways, hold, mute, INFO, and the caller hangs up", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const [a, b] = await Promise.all([phone(one, alice), phone(other, bob)]);
    const [out, into] = await talk(a, b, bob);
    await Promise.all([a.hears(out), b.hears(into)]);
    await a.does("hold", out);
    await b.sees("hold", into);
    await a.does("resume", out);
    await b.sees("resume", into);
    await b.does("hold", into);
    await a.sees("hold", out);
    await b.does("resume", into);
    await a.sees("resume", out);
    await Promise.all([a.hears(out), b.hears(into)]);
    await a.mute(out, true);
    expect(await a.isSending(out)).toBe(false);
    await a.mute(out, false);
    expect(await a.isSending(out)).toBe(true);
    await a.dtmf(out, "5");
    expect((await b.sees("dtmf", into)).detail).toBe("5");
    await b.dtmf(into, "7");
    expect((await a.sees("dtmf", out)).detail).toBe("7");
    await a.does("hangUp", out);
    await Promise.all([a.sees("ended", out), b.sees("ended", into)]);
  });

  it("RFC 3428 §7: a MESSAGE within the call reaches the page that is in it; the callee hangs up", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const [a, b] = await Promise.all([phone(one, alice), phone(other, bob)]);
    const [out, into] = await talk(a, b, bob);
    expect(await a.message(out, "look at this")).toBe(200);
    // JsSIP tells of it as of any other MESSAGE.
    if (other === "sip-js") expect((await b.sees("message", into)).detail).toBe("look at this");
    else expect(await b.client.bodies(1)).toEqual(["look at this"]);
    await b.does("hangUp", into);
    await Promise.all([a.sees("ended", out), b.sees("ended", into)]);
  });

  it("RFC 3261 §9: the caller gives up while it rings", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const [a, b] = await Promise.all([phone(one, alice), phone(other, bob)]);
    await b.answering("ring");
    const out = await a.place(bob);
    const into = await b.rings();
    await a.sees("ringing", out);
    await a.does("cancel", out);
    await Promise.all([a.sees("failed", out), b.sees("failed", into)]);
    expect(b.client.received.filter((frame) => frame.startsWith("CANCEL"))).toHaveLength(1);
    expect(b.client.received.join("")).not.toContain("Call completed elsewhere");
  });

  it("RFC 3261 §21.4.24, §21.6.2: busy, and declined", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const [a, b] = await Promise.all([phone(one, alice), phone(other, bob)]);
    for (const [how, status] of [
      ["busy", "486"],
      ["decline", "603"],
    ] as const) {
      await b.answering(how);
      const out = await a.place(bob);
      const into = await b.rings();
      expect((await a.sees("failed", out)).detail, how).toContain(status);
      await b.sees("failed", into);
    }
  });

  it("RFC 3515 §2.4: a blind transfer, told to who asked for it", async () => {
    const [alice, bob, carol] = [newUser(), newUser(), newUser()];
    const [a, b, c] = await Promise.all([phone(one, alice), phone(other, bob), phone(one, carol)]);
    const [out, into] = await talk(a, b, bob);
    const told = a.transfer(out, carol);
    await b.sees("referred", into);
    const taken = await c.rings();
    await c.sees("answered", taken);
    expect(await told).toBe(200);
    await a.does("hangUp", out);
    await b.sees("ended", into);
    await c.hears(taken);
  });

  it("RFC 3891 §3: an attended transfer", async () => {
    const [alice, bob, carol] = [newUser(), newUser(), newUser()];
    const [a, b, c] = await Promise.all([phone(one, alice), phone(other, bob), phone(one, carol)]);
    const [first, into] = await talk(a, b, bob);
    const [second, asked] = await talk(a, c, carol);
    expect(await a.attend(first, second)).toBe(200);
    await b.sees("referred", into);
    const taken = await c.rings();
    await c.sees("answered", taken);
    // RFC 3891 §3: who is replaced is hung up on.
    await Promise.all([c.sees("ended", asked), a.sees("ended", second), c.hears(taken)]);
  });
});

describe("RFC 3261 §21.4.18: nobody answers", () => {
  // All at once: it takes as long as the gateway is patient.
  it("and both sides are told, whoever calls whom", async () => {
    const everybody = pairs.map(async ([one, other]) => {
      const [alice, bob] = [newUser(), newUser()];
      const [a, b] = await Promise.all([phone(one, alice), phone(other, bob)]);
      await b.answering("ring");
      const out = await a.place(bob);
      const into = await b.rings();
      expect((await a.sees("failed", out)).detail, `${one} calls ${other}`).toContain("480");
      await b.sees("failed", into);
    });
    await Promise.all(everybody);
  });
});
