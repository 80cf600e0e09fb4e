// `npm start`: the gateway with the demonstration's accounts under wrangler dev, on this machine alone.
// It needs no account, no secret and no network; its state stays in .wrangler/state.

import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { buildWeb } from "./build-web.ts";
import { demoAccounts, demoPasswordName, demoVariables } from "./demo.ts";
import { demoAdminToken } from "./demo-admin-token.ts";
import { onOrphaned } from "./orphan.ts";
import { selfHostedVariables } from "./self-hosted.ts";
import { spawnWrangler } from "./wrangler.ts";

const port = portOf(process.argv.slice(2));

function portOf(argv: readonly string[]): string {
  try {
    return parseArgs({ args: [...argv], options: { port: { type: "string", default: "8787" } } }).values.port;
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    console.error("usage: npm start [-- --port 8787]; for settings: npm run serve (README)");
    process.exit(2);
  }
}

function welcome(url: string): string {
  const realm = demoVariables["REALMS"]?.split(",")[0];
  const accounts = demoAccounts.map((name) => `${name}@${realm}`).join(", ");
  return [
    "",
    `  durasip is ready: open ${url} in two tabs and let them chat`,
    `  accounts: ${accounts} (any other name too), password: ${demoVariables[demoPasswordName]}`,
    `  what goes on, and why a call failed: ${url}/admin, ${adminTokenWords}`,
    `  your own client: ${url.replace("http:", "ws:")}, and the lines for JsSIP and SIP.js in README.md`,
    "",
  ].join("\n");
}

const { madeUp, args: adminTokenArgs, remove: removeAdminToken } = demoAdminToken();
// Said once, to whoever started this; the gateway listens on this machine alone.
const adminTokenWords =
  madeUp === undefined ? "admin token: the ADMIN_TOKEN of your settings" : `admin token: ${madeUp}`;
process.on("exit", removeAdminToken);

buildWeb();
const wrangler = spawnWrangler(
  [
    ...["dev", "--local", "--ip", "127.0.0.1", "--port", port, "--inspector-port", "0"],
    "--show-interactive-dev-session=false",
    ...adminTokenArgs,
    ...Object.entries({ ...selfHostedVariables, ...demoVariables }).flatMap(([name, value]) => [
      "--var",
      `${name}:${value}`,
    ]),
  ],
  ["ignore", "pipe", "pipe"],
);
const ended = once(wrangler, "exit");

// Ctrl-C reaches wrangler's own children too, whose end it then reports as a crash: nothing more is printed.
let stopping = false;
const stop = () => {
  stopping = true;
  wrangler.kill("SIGTERM");
};
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
onOrphaned(stop);

wrangler.stderr?.on("data", (text: Buffer) => {
  if (!stopping) process.stderr.write(text);
});

// wrangler's preamble is of use only when it never gets ready.
let preamble: string[] | undefined = [];
for await (const line of createInterface({ input: wrangler.stdout as Readable })) {
  const [, url] = /Ready on (http:\S+)/.exec(line) ?? [];
  if (url !== undefined && preamble) {
    preamble = undefined;
    console.log(welcome(url));
  } else if (preamble) preamble.push(line);
  else if (!stopping) console.log(line);
}
const [code] = await ended;
if (preamble && !stopping) console.error(preamble.join("\n"));
process.exit(stopping ? 0 : (code ?? 1));
