// The console over a fake line (test/web/console), bundled and served under the policy of the real one: its views in
// every state, without a gateway.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { build } from "esbuild";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

const icon = join(import.meta.dirname, "..", "..", "web", "icon.svg");
const entry = join(import.meta.dirname, "..", "web", "console", "fake-console.tsx");

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob: mediastream:";

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>durasip</title>
<link rel="stylesheet" href="/fake-console.css">
<script type="module" src="/fake-console.js"></script>
</head>
<body><div id="root"></div></body>
</html>`;

export interface ConsolePages {
  readonly url: string;
  close(): void;
}

export async function serveConsolePages(): Promise<ConsolePages> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    outdir: "/",
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  const files = new Map(outputFiles.map(({ path, text }) => [path, text]));
  files.set("/icon.svg", readFileSync(icon, "utf8"));
  const server = createServer(({ url = "" }, response) => {
    const file = files.get(url);
    response.setHeader("Content-Type", types[extname(url)] ?? "text/html; charset=utf-8");
    response.setHeader("Content-Security-Policy", policy);
    response.end(file ?? html);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
