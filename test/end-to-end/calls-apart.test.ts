// What happens to calls of stock clients beside the ordinary: several devices and tabs, sockets that drop, pages that
// reload, refreshes, reliable answers, and callers who do not say who they are.

import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type CallPage, callPage } from "../support/call-pages";
import { launchChromium } from "../support/chromium";
import { type CutLine, openLine } from "../support/cut-line";
import { type Gateway, startGateway } from "../support/gateway";
import { type Library, libraries, type StockPages, serveStockPages } from "../support/stock-pages";
import type { ClientOptions } from "./clients/stock-client";

let gateway: Gateway;
let browser: Browser;
let pages: StockPages;
let line: CutLine;
const open: CallPage[] = [];
/** A call that goes on beside all other tests: both of its pages, and when it was answered. */
let long: { readonly a: CallPage; readonly b: CallPage; readonly out: number; readonly since: number };

let users = 0;
const newUser = (): string => `apart${++users}@localhost`;

interface PhoneOptions extends Partial<ClientOptions> {
  readonly context?: BrowserContext;
}

async function phone(library: Library, aor: string, options: PhoneOptions = {}): Promise<CallPage> {
  const { context, ...rest } = options;
  const page = await pages.open(library, context ?? (await browser.newContext()));
  const made = callPage(page);
  open.push(made);
  const url = `${gateway.socketUrl}/?aor=${encodeURIComponent(aor)}`;
  expect(await page.start({ url, aor, password: "demo", ...rest })).toBe(200);
  return made;
}

/** Pins the device, as a page that keeps its id does. */
const device = (last: number): { readonly instanceId: string } => ({
  instanceId: `00000000-0000-4000-8000-00000000000${last}`,
});

const throughLine = (aor: string): { readonly url: string } => ({
  url: `${line.socketUrl}/?aor=${encodeURIComponent(aor)}`,
});

async function talk(caller: CallPage, callee: CallPage, to: string): Promise<readonly [number, number]> {
  const out = await caller.place(to);
  const into = await callee.rings();
  await Promise.all([caller.sees("answered", out), callee.sees("answered", into)]);
  return [out, into];
}

beforeAll(async () => {
  const vars = { DIGEST_ALGORITHMS: "SHA-256,MD5" };
  [gateway, browser] = await Promise.all([startGateway({ demo: true, vars }), launchChromium()]);
  pages = await serveStockPages(browser);
  line = await openLine(gateway.port);
  const [alice, bob] = [newUser(), newUser()];
  const [a, b] = await Promise.all([phone("jssip", alice), phone("jssip", bob)]);
  open.length = 0;
  const [out] = await talk(a, b, bob);
  long = { a, b, out, since: Date.now() };
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ client }) => client.close()));
});
afterAll(async () => {
  line?.close();
  await browser?.close();
  await pages?.close();
  await gateway?.stop();
});

describe("RFC 3261 §16.7 step 10, RFC 3326: two devices ring", () => {
  it.each(libraries)("one answers, and the other is told so: %s calls", async (library) => {
    const [alice, bob] = [newUser(), newUser()];
    const a = await phone(library, alice);
    const [one, other] = await Promise.all([phone("jssip", bob, device(1)), phone("sip-js", bob, device(2))]);
    for (const each of [one, other]) await each.answering("ring");
    for (const [taker, loser] of [
      [one, other],
      [other, one],
    ] as const) {
      const out = await a.place(bob);
      const [taken, lost] = [await taker.rings(), await loser.rings()];
      await taker.does("answer", taken);
      await Promise.all([a.sees("answered", out), taker.sees("answered", taken)]);
      expect((await loser.sees("failed", lost)).detail).toContain("Call completed elsewhere");
      await Promise.all([a.hears(out), taker.hears(taken)]);
      await a.does("hangUp", out);
      await taker.sees("ended", taken);
    }
  });

  it("a call to one's own address rings the other device, and not the one that calls", async () => {
    const alice = newUser();
    const desk = await phone("jssip", alice, device(1));
    const mobile = await phone("sip-js", alice, device(2));
    const [out, into] = await talk(desk, mobile, alice);
    await Promise.all([desk.hears(out), mobile.hears(into)]);
    expect(desk.client.received.filter((frame) => frame.startsWith("INVITE"))).toEqual([]);
    await mobile.does("hangUp", into);
    await desk.sees("ended", out);
  });

  it("two tabs of one device: a new call rings the newer, the one that is talked stays where it is", async () => {
    const [alice, bob, carol] = [newUser(), newUser(), newUser()];
    const profile = await browser.newContext();
    const first = await phone("sip-js", bob, { context: profile, ...device(3) });
    const [a, c] = await Promise.all([phone("jssip", alice), phone("jssip", carol)]);
    const [out, into] = await talk(a, first, bob);
    const second = await phone("sip-js", bob, { context: profile, ...device(3) });
    const [later, taken] = await talk(c, second, bob);
    await a.dtmf(out, "3");
    expect((await first.sees("dtmf", into)).detail).toBe("3");
    await c.does("hangUp", later);
    await second.sees("ended", taken);
    await Promise.all([a.hears(out), first.hears(into)]);
    await a.does("hangUp", out);
    await first.sees("ended", into);
  });
});

describe("RFC 3323 §4.1, RFC 3325 §9.3: who does not say who he is", () => {
  it("reaches the callee, who learns nothing of him", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const [a, b] = await Promise.all([phone("jssip", alice), phone("sip-js", bob)]);
    const out = await a.place(bob, { anonymous: true });
    const into = await b.rings();
    await Promise.all([a.sees("answered", out), b.sees("answered", into)]);
    const seen = b.client.received.join("");
    expect(seen).toContain("anonymous@anonymous.invalid");
    expect(seen).not.toContain(alice.slice(0, alice.indexOf("@")));
    expect(seen).not.toMatch(/^P-Asserted-Identity/im);
    await Promise.all([a.hears(out), b.hears(into)]);
    await b.does("hangUp", into);
    await a.sees("ended", out);
  });
});

describe("RFC 3262 §3: provisional responses that are acknowledged", () => {
  it("SIP.js with 100rel: the PRACK finds its way within the early dialog", async () => {
    const [alice, bob] = [newUser(), newUser()];
    const [a, b] = await Promise.all([
      phone("sip-js", alice, { reliable: true }),
      phone("sip-js", bob, { reliable: true }),
    ]);
    await b.answering("reliably");
    const [out, into] = await talk(a, b, bob);
    expect(b.client.received.filter((frame) => frame.startsWith("PRACK"))).toHaveLength(1);
    await Promise.all([a.hears(out), b.hears(into)]);
    await a.does("hangUp", out);
    await b.sees("ended", into);
  });
});

describe("design §5: a socket that drops in mid call", () => {
  const registrationsOf = ({ client }: CallPage): number =>
    client.received.filter((frame) => /^SIP\/2\.0 200.*CSeq: \d+ REGISTER/s.test(frame)).length;

  /** Waits until the page has registered over a new socket. */
  const back = (page: CallPage, registrations: number): Promise<void> =>
    expect.poll(() => registrationsOf(page)).toBeGreaterThan(registrations);

  describe.each(libraries)("of %s", (library) => {
    const other = library === "jssip" ? "sip-js" : "jssip";

    it.each(["it", "the other side"] as const)("media runs on, and %s hangs up for both", async (who) => {
      const [alice, bob] = [newUser(), newUser()];
      const [a, b] = await Promise.all([phone(library, alice, throughLine(alice)), phone(other, bob)]);
      const [out, into] = await talk(a, b, bob);
      const before = registrationsOf(a);
      line.cut();
      await Promise.all([a.hears(out), b.hears(into)]);
      await back(a, before);
      await Promise.all([a.hears(out), b.hears(into)]);
      if (who === "it") await a.does("hangUp", out);
      else await b.does("hangUp", into);
      await Promise.all([a.sees("ended", out), b.sees("ended", into)]);
    });

    it("a hang-up while it is away waits for it", async () => {
      const [alice, bob] = [newUser(), newUser()];
      const [a, b] = await Promise.all([phone(library, alice, throughLine(alice)), phone(other, bob)]);
      const [out, into] = await talk(a, b, bob);
      line.down(true);
      await b.does("hangUp", into);
      await b.sees("ended", into);
      line.down(false);
      await a.sees("ended", out);
    });

    it("a page that is reloaded is hung up for after five seconds", async () => {
      const [alice, bob] = [newUser(), newUser()];
      const pinned = device(4);
      const [a, b] = await Promise.all([phone(library, alice, pinned), phone(other, bob)]);
      const [, into] = await talk(a, b, bob);
      const { page } = a.client;
      await page.reload();
      await page.waitForFunction(() => window.stockClient !== undefined);
      const url = `${gateway.socketUrl}/?aor=${encodeURIComponent(alice)}`;
      expect(await a.client.start({ url, aor: alice, password: "demo", ...pinned })).toBe(200);
      expect((await b.sees("ended", into)).detail).toContain("Page gone");
    });
  });
});

describe("RFC 4028 §10: JsSIP refreshes its session", () => {
  it("and a call passes the 90 seconds after which it would hang up", async () => {
    const { a, b, out, since } = long;
    const remaining = since + 95_000 - Date.now();
    await expect
      .poll(() => Date.now() - since, { timeout: Math.max(1, remaining) + 5_000 })
      .toBeGreaterThan(95_000);
    // Either side may be the refresher.
    const updates = [a, b].flatMap(({ client }) => client.sent.filter((frame) => frame.startsWith("UPDATE")));
    const answers = [a, b].flatMap(({ client }) =>
      client.received.filter((frame) => /^SIP\/2\.0 200.*CSeq: \d+ UPDATE/s.test(frame)),
    );
    expect(updates.length).toBeGreaterThanOrEqual(1);
    expect(answers).toHaveLength(updates.length);
    await a.hears(out);
    await a.does("hangUp", out);
    await b.sees("ended");
  });
});
