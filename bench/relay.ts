// MESSAGE relay on `workerd serve`, measured against a bare relay in the same run: `node bench/relay.ts [rounds] [milliseconds]`.
//
// The servers are loaded in turn, a few seconds each, so that a busy machine slows both alike: the ratios count,
// the rates are this machine's. Generator and servers share its cores, so where the generator is the limit the
// CPU time of the server process says more than the rate.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Load, type Sample } from "./relay/load.ts";
import { countsOf, problemsText } from "./relay/report.ts";
import { startBareRelay, startGateway } from "./relay/servers.ts";
import { median, Report } from "./report/report.ts";

const report = new Report();
const rounds = Number(report.given[0] ?? (report.isQuick ? 2 : 5));
const warmUpMs = 500;
/** So many transactions until the compilers have done their work, on a machine of any speed. */
const warmUpTransactions = 20_000;
/** Where others keep the machine busy, it begins without. */
const longestWarmUpMs = 30_000;
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
/** As a deployment has it: the demonstration alone records calls that failed. */
const variables = { RECORD_FAILED_CALLS: "off" };
const servers = [
  await startGateway(directory, undefined, { variables }),
  await startBareRelay(directory),
] as const;
let hasEnded = false;
const [gateway, bare] = [new Load(servers[0]), new Load(servers[1])];
try {
  const pairs = Math.max(...loads.map((load) => load.pairs));
  await gateway.connect(pairs);
  await bare.connect(pairs);
  for (const load of [gateway, bare]) {
    const until = performance.now() + longestWarmUpMs;
    for (let done = 0; done < warmUpTransactions && performance.now() < until; ) {
      done += (await load.measure(pairs, 16, 0, 1_000)).transactions;
    }
  }
  for (const load of loads) await compare(load.pairs, load.inFlight);
  hasEnded = true;
} finally {
  tell("gateway", gateway);
  tell("bare relay", bare);
  gateway.close();
  bare.close();
  await Promise.all(servers.map((server) => server.process.stop()));
  // What the servers have said stays where something has to be explained.
  if (hasEnded && isCorrect()) rmSync(directory, { recursive: true });
  else console.error(`The servers' logs: ${directory}/*.log`);
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

function isCorrect(): boolean {
  return gateway.problems.length + bare.problems.length === 0;
}

/** What was delivered late is no problem, and is told: a rate that has it in it is none of a relay. */
function tell(name: string, { problems, stored, slowest }: Load): void {
  console.log(`${name}: ${stored} messages from the log, the slowest answer after ${slowest.toFixed(0)} ms`);
  if (problems.length === 0) return;
  console.error(problemsText(problems));
  report.problem(`${name}: ${countsOf(problems)}`);
}
