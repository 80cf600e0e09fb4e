// Pages with the page's own line. They come from the gateway, as the real one does, so that cookies and the user's HTTP
// work: from an address where there is nothing, with the script put in.

import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import type { Call, Conversation, Line, LoggedCall, Person, Watcher } from "../../web/line/contract";
import type { Packets } from "../end-to-end/clients/call-client";
import { patience } from "./patience";

const entry = join(import.meta.dirname, "..", "end-to-end", "clients", "line-page.ts");
const waiting = { timeout: patience } as const;

export interface LineUser {
  readonly page: Page;
  readonly aor: string;
  /** Every frame since the page was opened. */
  readonly sent: readonly string[];
  readonly received: readonly string[];
  run<A, R>(work: (line: Line, argument: A) => R | Promise<R>, argument: A): Promise<R>;
  calls(): Promise<readonly Call[]>;
  /** Waits until a call that is not over and nobody has waited for rings here; its id. */
  rings(): Promise<string>;
  /** Waits until that call is so; gives it. */
  sees(id: string, is: (call: Call) => boolean): Promise<Call>;
  ends(id: string): Promise<Call["end"]>;
  /** Waits until so many more packets have come by the newest connection, or by that one. */
  hears(more: Partial<Packets>, connection?: number): Promise<void>;
  packets(connection?: number): Promise<Packets>;
  conversation(peer: string, is: (conversation: Conversation) => boolean): Promise<Conversation>;
  person(address: string, is: (person: Person) => boolean): Promise<Person>;
  watcher(address: string, is: (watcher: Watcher) => boolean): Promise<Watcher>;
  log(): Promise<readonly LoggedCall[]>;
  close(): Promise<void>;
}

export interface LineUserOptions {
  /** Logs in by the page's session, and without a password in SIP. */
  readonly hasSession?: boolean;
  /** Another way to the same gateway, as `ws://127.0.0.1:<port>`, for the socket alone. */
  readonly socketUrl?: string;
  /** Another tab of the same profile. */
  readonly context?: BrowserContext;
}

export interface LinePages {
  open(aor: string, options?: LineUserOptions): Promise<LineUser>;
}

/** Bundles the page; each user then has a profile of his own. */
export async function lineForTests(browser: Browser, gatewayUrl: () => string): Promise<LinePages> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    logLevel: "error",
  });
  const script = outputFiles[0]?.text ?? "";
  return {
    async open(aor, { hasSession = false, context, socketUrl } = {}) {
      const page = await (context ?? (await browser.newContext({ bypassCSP: true }))).newPage();
      const url = gatewayUrl();
      await page.addInitScript(script);
      return openUser(page, url, { aor, hasSession, socketUrl });
    },
  };
}

interface Opening {
  readonly aor: string;
  readonly hasSession: boolean;
  readonly socketUrl: string | undefined;
}

async function openUser(page: Page, url: string, { aor, hasSession, socketUrl }: Opening): Promise<LineUser> {
  const [sent, received, errors]: [string[], string[], string[]] = [[], [], []];
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => sent.push(payload.toString()));
    socket.on("framereceived", ({ payload }) => received.push(payload.toString()));
  });
  if (socketUrl !== undefined) await page.addInitScript(redirectSockets, socketUrl);
  await page.goto(`${url}/v1/nowhere`);
  if (hasSession) expect(await page.evaluate(signIn, aor)).toBe(204);
  await page.evaluate((account) => window.linePage.open(account), {
    ...{ gateway: url, aor, password: hasSession ? undefined : "demo", instanceId: crypto.randomUUID() },
  });
  const isRegistered = page.waitForFunction(
    () => window.linePage.line.state.get().kind === "registered",
    null,
    waiting,
  );
  await isRegistered.catch((cause) => {
    throw new Error(`never registered:\n${errors.join("\n")}\n${[...sent, ...received].join("\n")}`, {
      cause,
    });
  });
  const run: LineUser["run"] = (work, argument) =>
    page.evaluate(`(${work})(window.linePage.line, ${JSON.stringify(argument)})`) as never;
  const calls = (): Promise<readonly Call[]> => page.evaluate(() => window.linePage.calls());
  const packets = (connection = -1): Promise<Packets> =>
    page.evaluate((at) => window.linePage.packets(at), connection);
  const known: string[] = [];
  const until = async <T>(read: () => Promise<T | undefined>, is: (value: T) => boolean): Promise<T> => {
    let seen: T | undefined;
    const found = async (): Promise<boolean> => {
      seen = await read();
      return seen !== undefined && is(seen);
    };
    await expect
      .poll(found, waiting)
      .toBe(true)
      .catch((cause) => {
        throw new Error(`never so, but ${JSON.stringify(seen)}`, { cause });
      });
    return seen as T;
  };
  const sees: LineUser["sees"] = (id, is) =>
    until(async () => (await calls()).find((call) => call.id === id), is);
  return {
    page,
    aor,
    sent,
    received,
    run,
    calls,
    packets,
    sees,
    async rings() {
      const incoming = async (): Promise<Call | undefined> =>
        (await calls()).find(({ id, phase, direction }) => {
          return phase === "ringing" && direction === "incoming" && !known.includes(id);
        });
      const { id } = await until(incoming, () => true);
      known.push(id);
      return id;
    },
    ends: async (id) => (await sees(id, ({ phase }) => phase === "ended")).end,
    async hears({ audio = 0, video = 0 }, connection) {
      const before = await packets(connection);
      await until(
        () => packets(connection),
        (now) => now.audio >= before.audio + audio && now.video >= before.video + video,
      );
    },
    conversation: (peer, is) =>
      until(() => run((line, who) => line.conversations.all.get().get(who), peer), is),
    person: (address, is) =>
      until(
        () => run((line, who) => line.roster.people.get().find((each) => each.address === who), address),
        is,
      ),
    watcher: (address, is) =>
      until(
        () => run((line, who) => line.roster.watchers.get().find((each) => each.address === who), address),
        is,
      ),
    async log() {
      await run((line) => line.calls.readLog(), undefined);
      return (await run((line) => line.calls.log.get(), undefined)) ?? [];
    },
    close: () => page.close(),
  };
}

/** In the page: logs it in; the status of the answer. */
async function signIn(aor: string): Promise<number> {
  const body = JSON.stringify({ aor, password: "demo" });
  const headers = { "Content-Type": "application/json" };
  return (await fetch("/v1/session", { method: "POST", headers, body })).status;
}

/** In the page: sockets take another way than the rest. */
function redirectSockets(socketUrl: string): void {
  const Stock = window.WebSocket;
  window.WebSocket = class extends Stock {
    constructor(url: string | URL, protocols?: string | string[]) {
      const to = new URL(url);
      super(`${socketUrl}${to.pathname}${to.search}`, protocols);
    }
  };
}
