// What an idle registered device holds in memory, and what of that is the platform's: `node bench/memory.ts`. A minute and a half;
// what sleeps is measured all at once, since memory does not depend on who else is at work.

import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { heldAsleep, heldAwake } from "./memory/idle.ts";
import { Agent } from "./operations/agent.ts";
import { type Server, startBareObjects, startGateway } from "./relay/servers.ts";
import { Report } from "./report/report.ts";

const report = new Report();
const batch = report.isQuick ? 40 : 100;
const directory = mkdtempSync(join(tmpdir(), "bench-memory-"));
const here = join(import.meta.dirname, "memory");
const collecting = { v8Flags: ["--expose-gc"] };

interface Variant {
  readonly title: string;
  readonly start: (folder: string) => Promise<Server>;
  readonly open: (server: Server, index: number) => Promise<unknown>;
}

const bare = (title: string, query: (index: number) => string, isKept = true): Variant => ({
  title,
  start: (folder) =>
    startBareObjects(folder, {
      entry: join(here, "idle-object.ts"),
      className: "Idle",
      isKept,
      ...collecting,
    }),
  open: async ({ port }, index) => {
    const url = `ws://127.0.0.1:${port}/?aor=${query(index)}`;
    await once(new WebSocket(url, "sip", { perMessageDeflate: false }), "open");
  },
});

const variants: readonly Variant[] = [
  bare("a socket, one object for all", () => "one"),
  bare("a socket and an object, its state in memory", (index) => `user${index}`, false),
  bare("a socket and an object, its state in a file", (index) => `user${index}`),
  bare("the same with the tables of a home", (index) => `user${index}&tables`),
  {
    title: "a registered device at its home",
    start: (folder) => startGateway(folder, join(here, "collecting-gateway.ts"), collecting),
    open: (server, index) => Agent.open(server, `user${index}`),
  },
];

const servers: Server[] = [];
const measuring = [];
// One after the other, since a busy machine would have the first asleep before the last has come.
for (const [index, { title, start, open }] of variants.entries()) {
  const server = await started(start, `${index}-awake`);
  const awake = await heldAwake(server, (client) => open(server, client), batch / 2);
  const quiet = await started(start, `${index}-asleep`);
  measuring.push(async () => ({
    title,
    awake,
    asleep: await heldAsleep(quiet, (client) => open(quiet, client), batch),
  }));
}
const measured = await Promise.all(measuring.map((measure) => measure()));

const row = report.table(
  "memory-parts",
  ...["each of them has", "awake KiB", "asleep KiB", "descriptors awake", "asleep"],
);
for (const { title, awake, asleep } of measured) {
  const [first, second] = [awake, asleep].map(({ kib }) => kib.toFixed(0));
  row(title, first ?? "", second ?? "", awake.descriptors.toFixed(1), asleep.descriptors.toFixed(1));
}
const last = measured.at(-1);
if (last !== undefined) {
  const [awake, asleep] = [Math.round(last.awake.kib), Math.round(last.asleep.kib)];
  report.figure({
    operation: "memory of an idle registered device",
    value: asleep,
    unit: " KiB",
    headline: true,
  });
  report.figure({
    operation: "the same in the ten seconds after it was active",
    value: awake,
    unit: " KiB",
    headline: true,
  });
}
await Promise.all(servers.map((server) => server.process.stop()));
rmSync(directory, { recursive: true });
process.exit();

async function started(start: Variant["start"], name: string): Promise<Server> {
  const folder = join(directory, name);
  mkdirSync(folder);
  const server = await start(folder);
  servers.push(server);
  return server;
}
