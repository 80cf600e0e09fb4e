// Stock SIP clients in browser pages, as their users would use them: each library bundled into a page of its own,
// served from another origin than the gateway's.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { ClientOptions, SeenMessage } from "../end-to-end/clients/stock-client";
import { patience } from "./patience";

export type Library = "jssip" | "sip-js";
export const libraries: readonly Library[] = ["jssip", "sip-js"];

const clients = join(import.meta.dirname, "..", "end-to-end", "clients");

export interface StockPages {
  /** A page with that library's client, not yet started; `context` makes it another tab of the same profile. */
  open(library: Library, context?: BrowserContext): Promise<ClientPage>;
  close(): Promise<void>;
}

/** A page with a stock client, and all that went over its WebSockets. */
export interface ClientPage {
  readonly page: Page;
  /** Every frame since the page was opened, reloads included. */
  readonly sent: readonly string[];
  readonly received: readonly string[];
  start(options: ClientOptions): Promise<number>;
  send(to: string, body: string): Promise<number>;
  stop(): Promise<void>;
  messages(): Promise<readonly SeenMessage[]>;
  /** Waits until that many messages have come, and gives the bodies of all. */
  bodies(atLeast: number): Promise<readonly string[]>;
  run<A, R>(work: (client: Window["stockClient"], argument: A) => R | Promise<R>, argument: A): Promise<R>;
  close(): Promise<void>;
}

/** Bundles the pages and serves them on a loopback port. */
export async function serveStockPages(browser: Browser): Promise<StockPages> {
  const { urlOf, close } = await servePrograms(
    Object.fromEntries(libraries.map((name) => [name, `${name}-page.ts`])),
  );
  return {
    async open(library, context) {
      const page = await (context ?? browser).newPage();
      return clientPage(page, urlOf(library));
    },
    close,
  };
}

export interface ServedPrograms {
  /** Of the page that runs that program. */
  urlOf(name: string): string;
  close(): Promise<void>;
}

/** Bundles programs of the clients' folder, each into a page of its own, and serves them. */
export async function servePrograms(programs: Readonly<Record<string, string>>): Promise<ServedPrograms> {
  const bundles = new Map(
    await Promise.all(
      Object.entries(programs).map(async ([name, program]) => [name, await bundle(program)] as const),
    ),
  );
  const server = createServer(({ url = "" }, response) => {
    const [, name = "", extension] = /^\/([\w-]+)(\.js)?$/.exec(url) ?? [];
    const script = bundles.get(name);
    if (script === undefined) response.writeHead(404).end();
    else if (extension !== undefined) response.setHeader("Content-Type", "text/javascript").end(script);
    else {
      response
        .setHeader("Content-Type", "text/html; charset=utf-8")
        .end(`<title>${name}</title><script src="/${name}.js"></script>`);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (name) => `http://127.0.0.1:${port}/${name}`,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bundle(program: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(clients, program)],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

async function clientPage(page: Page, url: string): Promise<ClientPage> {
  const [sent, received]: [string[], string[]] = [[], []];
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => sent.push(payload.toString()));
    socket.on("framereceived", ({ payload }) => received.push(payload.toString()));
  });
  await page.goto(url);
  const run: ClientPage["run"] = (work, argument) =>
    page.evaluate(`(${work})(window.stockClient, ${JSON.stringify(argument)})`) as never;
  return {
    page,
    sent,
    received,
    run,
    start: (options) => run((client, given) => client.start(given), options),
    send: (to, body) => run((client, [a, b]) => client.send(a, b), [to, body] as const),
    stop: () => run((client) => client.stop(), undefined),
    messages: () => run((client) => client.messages, undefined),
    async bodies(atLeast) {
      await page.waitForFunction((n) => window.stockClient.messages.length >= n, atLeast, waiting);
      return page.evaluate(() => window.stockClient.messages.map(({ body }) => body));
    },
    close: () => page.close(),
  };
}

/** Long enough for a busy machine; whatever is waited for comes in milliseconds. */
const waiting = { timeout: patience, polling: 20 } as const;
