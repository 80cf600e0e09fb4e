// A gateway, a browser, and users with the page's own line (line-pages.ts) or a stock client, for one test file.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type CallPage, callPage } from "./call-pages";
import { launchChromium } from "./chromium";
import { type Gateway, startGateway } from "./gateway";
import { type LinePages, type LineUser, type LineUserOptions, lineForTests } from "./line-pages";
import { type StockPages, serveStockPages } from "./stock-pages";

export interface LineWorld {
  gateway(): Gateway;
  /** SIGKILL, and the same gateway anew. */
  killAndRestart(): Promise<void>;
  /** One whom no other test knows. */
  newUser(name: string): string;
  /** A registered page of that user's, in a profile of its own unless `options` says otherwise. */
  user(aor: string, options?: LineUserOptions): Promise<LineUser>;
  /** A stock JsSIP, registered. */
  stock(aor: string): Promise<CallPage>;
  /** Closed at the end of the test, with all pages. */
  closeLater(what: { close(): void | Promise<void> }): void;
}

/** To be called once, at the top of a test file. */
export function lineWorld(vars: Readonly<Record<string, string>>): LineWorld {
  const options = {
    demo: true,
    vars: { DIGEST_ALGORITHMS: "SHA-256,MD5", ...vars },
    stateDir: mkdtempSync(join(tmpdir(), "durasip-line-")),
  };
  let gateway: Gateway;
  let browser: Browser;
  let pages: LinePages;
  let stockPages: StockPages;
  let users = 0;
  const open: { close(): void | Promise<void> }[] = [];

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([startGateway(options), launchChromium()]);
    pages = await lineForTests(browser, () => gateway.url);
    stockPages = await serveStockPages(browser);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });
  afterAll(async () => {
    await browser?.close();
    await stockPages?.close();
    await gateway?.stop();
    rmSync(options.stateDir, { recursive: true, force: true });
  });

  return {
    gateway: () => gateway,
    async killAndRestart() {
      const { port } = gateway;
      await gateway.kill();
      gateway = await startGateway({ ...options, port });
    },
    newUser: (name) => `${name}${++users}@localhost`,
    closeLater: (what) => void open.push(what),
    async user(aor, options = {}) {
      const made = await pages.open(aor, options);
      open.push(made);
      return made;
    },
    async stock(aor) {
      const client = await stockPages.open("jssip", await browser.newContext());
      open.push(client);
      const url = `${gateway.socketUrl}/sip?aor=${encodeURIComponent(aor)}`;
      expect(await client.start({ url, aor, password: "demo" })).toBe(200);
      return callPage(client);
    },
  };
}

export const place = (from: LineUser, to: LineUser, video = true): Promise<string> =>
  from.run((line, [peer, media]) => line.calls.call(peer, media), [to.aor, { video }] as const);

export const answer = (who: LineUser, id: string, video = true): Promise<void> =>
  who.run((line, [call, media]) => line.calls.answer(call, media), [id, { video }] as const);

/** A call that is talked: both ids. */
export async function talk(from: LineUser, to: LineUser, video = true): Promise<readonly [string, string]> {
  const out = await place(from, to, video);
  const into = await to.rings();
  await from.sees(out, ({ phase }) => phase === "ringing");
  await answer(to, into, video);
  await Promise.all([
    from.sees(out, ({ phase }) => phase === "active"),
    to.sees(into, ({ phase }) => phase === "active"),
  ]);
  return [out, into];
}

export const say = (from: LineUser, to: string, text: string): Promise<void> =>
  from.run((line, [peer, words]) => line.conversations.send(peer, words), [to, text] as const);

const marks = async (who: LineUser, peer: string): Promise<readonly (string | undefined)[]> => {
  const { lines } = await who.conversation(peer, () => true);
  return lines.map(({ mark }) => mark?.kind);
};

/** Waits until the lines with that peer have these marks; undefined for one that was received. */
export const marked = (
  who: LineUser,
  peer: string,
  ...kinds: readonly (string | undefined)[]
): Promise<void> => expect.poll(() => marks(who, peer)).toEqual(kinds);

/** The INVITEs that page has sent, those within calls too. */
export const offers = ({ sent }: LineUser): number =>
  sent.filter((frame) => frame.startsWith("INVITE ")).length;
