// REGISTER, MESSAGE, call and NOTIFY on `workerd serve`, measured against a bare relay with the same objects, calls and rows and no
// SIP, in the same run: `node bench/operations.ts [rounds] [milliseconds]`.
//
// The servers take turns, so that a busy machine slows both alike: the ratios count. The generator shares the cores
// and is often the limit, so the CPU time of the server process says more than a rate.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Operation, type Sample, Users } from "./operations/load.ts";
import { startBareRelay, startGateway } from "./relay/servers.ts";

const rounds = Number(process.argv[2] ?? 5);
const measuredMs = Number(process.argv[3] ?? 1_500);
const warmUpMs = 300;
const users = 100;
const loads: readonly (readonly [operation: Operation, atOnce: number])[] = [
  ["REGISTER", 1],
  ["REGISTER", 100],
  ["MESSAGE", 1],
  ["MESSAGE", 50],
  ["call", 1],
  ["call", 50],
  ["NOTIFY", 1],
];

const directory = mkdtempSync(join(tmpdir(), "bench-operations-"));
// Every change is told, so that both have as many NOTIFYs to send.
const variables = { COALESCE_MS: "0", RECORD_FAILED_CALLS: "off" };
const servers = [
  await startGateway(directory, undefined, { variables }),
  await startBareRelay(directory),
] as const;
try {
  const gateway = await Users.open(servers[0], users);
  const bare = await Users.open(servers[1], users);
  // The compilers of both have done their work before anything is measured.
  for (const side of [gateway, bare]) {
    for (const operation of ["REGISTER", "MESSAGE", "call", "NOTIFY"] as const)
      await side.measure(operation, 50, 0, 1_500);
  }
  console.log(`Medians of ${rounds} interleaved rounds of ${measuredMs / 1000} s, Node ${process.version}\n`);
  console.log(
    "| operation | at once | gateway /s (CPU us) | bare /s (CPU us) | rate | CPU | gateway p50, p99 ms | bare p50, p99 ms |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const [operation, atOnce] of loads) await compare(gateway, bare, operation, atOnce);
} finally {
  await Promise.all(servers.map((server) => server.process.stop()));
  rmSync(directory, { recursive: true });
}
process.exit();

async function compare(gateway: Users, bare: Users, operation: Operation, atOnce: number): Promise<void> {
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await gateway.measure(operation, atOnce, warmUpMs, measuredMs));
    theirs.push(await bare.measure(operation, atOnce, warmUpMs, measuredMs));
  }
  const figures = (samples: readonly Sample[]): string =>
    `${median(samples.map(({ perSecond }) => perSecond)).toFixed(0)} (${median(samples.map(({ cpuMicros }) => cpuMicros)).toFixed(0)})`;
  // Each round is a pair of its own: the machine may be another one a minute later.
  const ratio = (of: (a: Sample, b: Sample) => number): string =>
    median(ours.map((sample, round) => of(sample, theirs[round] as Sample))).toFixed(2);
  const cells = [
    operation,
    String(atOnce),
    figures(ours),
    figures(theirs),
    ratio((a, b) => a.perSecond / b.perSecond),
    ratio((a, b) => b.cpuMicros / a.cpuMicros),
    latency(ours),
    latency(theirs),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

function latency(samples: readonly Sample[]): string {
  const sorted = samples.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(2);
  return `${at(0.5)}, ${at(0.99)}`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
