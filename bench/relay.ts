// MESSAGE relay on `workerd serve`, measured against a bare relay in the same run: `node bench/relay.ts [rounds] [milliseconds]`.
//
// The servers are loaded in turn, a few seconds each, so that a busy machine slows both alike: the ratios count,
// the rates are this machine's. Generator and servers share its cores, so where the generator is the limit the
// CPU time of the server process says more than the rate.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Load, type Problems, type Sample } from "./relay/load.ts";
import { startBareRelay, startGateway } from "./relay/servers.ts";
import { median, Report } from "./report/report.ts";

const report = new Report();
const rounds = Number(report.given[0] ?? (report.isQuick ? 2 : 5));
const warmUpMs = 500;
const measuredMs = Number(report.given[1] ?? (report.isQuick ? 1_000 : 3_000));
const loads = [
  { pairs: 1, inFlight: 1 },
  { pairs: 50, inFlight: 2 },
  { pairs: 50, inFlight: 16 },
];

console.log(`Medians of ${rounds} interleaved rounds of ${measuredMs / 1000} s, Node ${process.version}`);
const row = report.table(
  "relay-load",
  "pairs × in flight",
  "gateway /s (CPU µs)",
  "bare /s (CPU µs)",
  "rate, of the bare relay's",
  "CPU, of the bare relay's",
);
const directory = mkdtempSync(join(tmpdir(), "bench-relay-"));
const servers = [await startGateway(directory), await startBareRelay(directory)] as const;
const [gateway, bare] = [new Load(servers[0]), new Load(servers[1])];
try {
  const pairs = Math.max(...loads.map((load) => load.pairs));
  await gateway.connect(pairs);
  await bare.connect(pairs);
  // The compilers of both have done their work before anything is measured.
  for (const load of [gateway, bare]) await load.measure(pairs, 16, 0, 3_000);
  for (const load of loads) await compare(load.pairs, load.inFlight);
  tellProblems("gateway", gateway.problems);
  tellProblems("bare relay", bare.problems);
} finally {
  gateway.close();
  bare.close();
  await Promise.all(servers.map((server) => server.process.stop()));
  rmSync(directory, { recursive: true });
}

async function compare(pairs: number, inFlight: number): Promise<void> {
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await gateway.measure(pairs, inFlight, warmUpMs, measuredMs));
    theirs.push(await bare.measure(pairs, inFlight, warmUpMs, measuredMs));
  }
  const rate = (samples: readonly Sample[]): number => median(samples.map((sample) => sample.perSecond));
  const cpu = (samples: readonly Sample[]): number => median(samples.map((sample) => sample.cpuMicros));
  const figures = (samples: readonly Sample[]): string =>
    `${rate(samples).toFixed(0)} (${cpu(samples).toFixed(0)})`;
  // Each round is a pair of its own: the machine may be another one a minute later.
  const ratio = (of: (a: Sample, b: Sample) => number): number =>
    median(ours.map((sample, round) => of(sample, theirs[round] as Sample)));
  const cpuRatio = ratio((a, b) => b.cpuMicros / a.cpuMicros);
  const rateRatio = ratio((a, b) => a.perSecond / b.perSecond);
  row(`${pairs} × ${inFlight}`, figures(ours), figures(theirs), rateRatio.toFixed(2), cpuRatio.toFixed(2));
  report.figure({
    operation: `MESSAGE relayed, ${pairs} × ${inFlight} in flight, by CPU`,
    value: cpuRatio,
    unit: " of the bare relay",
    aim: { least: 0.8 },
    headline: pairs > 1 && inFlight < 10,
  });
}

function tellProblems(name: string, problems: Problems): void {
  const found = Object.entries(problems).filter(([, count]) => count > 0);
  if (found.length === 0) return;
  report.problem(`${name}: ${found.map(([what, count]) => `${count} ${what}`).join(", ")}`);
}
