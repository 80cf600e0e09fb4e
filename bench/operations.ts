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
import { median, quantile, Report } from "./report/report.ts";

const report = new Report();
const rounds = Number(report.given[0] ?? (report.isQuick ? 2 : 5));
const measuredMs = Number(report.given[1] ?? (report.isQuick ? 600 : 1_500));
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

console.log(`Medians of ${rounds} interleaved rounds of ${measuredMs / 1000} s, Node ${process.version}`);
const row = report.table(
  "operations-load",
  "operation",
  "at once",
  "gateway /s (CPU µs)",
  "bare /s (CPU µs)",
  "rate",
  "CPU",
  "gateway p50, p99 ms",
  "bare p50, p99 ms",
);
const titles: Readonly<Record<Operation, string>> = {
  REGISTER: "REGISTER, refresh",
  MESSAGE: "MESSAGE",
  call: "call, INVITE to BYE",
  NOTIFY: "NOTIFY to 50 watchers",
};
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
  for (const side of [gateway, bare]) {
    for (const operation of ["REGISTER", "MESSAGE", "call", "NOTIFY"] as const) await warmUp(side, operation);
  }
  for (const [operation, atOnce] of loads) await compare(gateway, bare, operation, atOnce);
} finally {
  await Promise.all(servers.map((server) => server.process.stop()));
  rmSync(directory, { recursive: true });
}
process.exit();

/** The compilers of both have done their work before anything is measured: of calls they have after some two thousand. */
async function warmUp(side: Users, operation: Operation): Promise<void> {
  let done = 0;
  for (let stretch = 0; done < 2_000 && stretch < (report.isQuick ? 1 : 10); stretch++)
    done += (await side.measure(operation, 50, 0, 1_500)).perSecond * 1.5;
}

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
  const ratio = (of: (a: Sample, b: Sample) => number): number =>
    median(ours.map((sample, round) => of(sample, theirs[round] as Sample)));
  const cpuRatio = ratio((a, b) => b.cpuMicros / a.cpuMicros);
  const [p50, p99] = latency(ours);
  row(
    titles[operation],
    atOnce,
    figures(ours),
    figures(theirs),
    ratio((a, b) => a.perSecond / b.perSecond).toFixed(2),
    cpuRatio.toFixed(2),
    `${p50.toFixed(2)}, ${p99.toFixed(2)}`,
    latency(theirs)
      .map((ms) => ms.toFixed(2))
      .join(", "),
  );
  const name = titles[operation];
  report.figure({
    operation: `${name}, ${atOnce} at once, by CPU`,
    value: cpuRatio,
    unit: " of the bare relay",
    aim: { least: 0.8 },
    headline: atOnce > 1 || operation === "NOTIFY",
  });
  if (atOnce > 1) return;
  const headline = operation === "MESSAGE" || operation === "call";
  report.figure({ operation: `${name}, alone: p50`, value: p50, unit: " ms", headline });
  report.figure({ operation: `${name}, alone: p99`, value: p99, unit: " ms", headline });
}

function latency(samples: readonly Sample[]): readonly [p50: number, p99: number] {
  const all = samples.flatMap(({ latenciesMs }) => latenciesMs);
  return [quantile(all, 0.5), quantile(all, 0.99)];
}
