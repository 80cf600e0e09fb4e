// MESSAGE relay on `workerd serve`, measured against a bare relay in the same run: `node bench/relay.ts [rounds]`.
//
// The servers are loaded in turn, a few seconds each, so that a busy machine slows both alike: the ratios count,
// the rates are this machine's. Generator and servers share its cores, so where the generator is the limit the
// CPU time of the server process says more than the rate.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Load, type Problems, type Sample } from "./relay/load.ts";
import { startBareRelay, startGateway } from "./relay/servers.ts";

const rounds = Number(process.argv[2] ?? 5);
const warmUpMs = 500;
const measuredMs = Number(process.argv[3] ?? 3_000);
const loads = [
  { pairs: 1, inFlight: 1 },
  { pairs: 50, inFlight: 2 },
  { pairs: 50, inFlight: 16 },
];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const directory = mkdtempSync(join(tmpdir(), "bench-relay-"));
const servers = [await startGateway(directory), await startBareRelay(directory)] as const;
const [gateway, bare] = [new Load(servers[0]), new Load(servers[1])];
try {
  const pairs = Math.max(...loads.map((load) => load.pairs));
  await gateway.connect(pairs);
  await bare.connect(pairs);
  // The compilers of both have done their work before anything is measured.
  for (const load of [gateway, bare]) await load.measure(pairs, 16, 0, 3_000);
  console.log(`Medians of ${rounds} interleaved rounds of ${measuredMs / 1000} s, Node ${process.version}`);
  console.log(
    "pairs x in flight   gateway tx/s (CPU us/tx)   bare tx/s (CPU us/tx)   tx/s ratio   CPU ratio",
  );
  for (const load of loads) console.log(await compare(load.pairs, load.inFlight));
  console.log(`problems: gateway ${describe(gateway.problems)}; bare ${describe(bare.problems)}`);
} finally {
  gateway.close();
  bare.close();
  await Promise.all(servers.map((server) => server.process.stop()));
  rmSync(directory, { recursive: true });
}
if (describe(gateway.problems) !== "none" || describe(bare.problems) !== "none") process.exitCode = 1;

async function compare(pairs: number, inFlight: number): Promise<string> {
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
  const ratio = (of: (a: Sample, b: Sample) => number): string =>
    median(ours.map((sample, round) => of(sample, theirs[round] as Sample))).toFixed(2);
  return (
    `${pairs} x ${inFlight}`.padEnd(18) +
    figures(ours).padStart(26) +
    figures(theirs).padStart(24) +
    ratio((a, b) => a.perSecond / b.perSecond).padStart(13) +
    ratio((a, b) => b.cpuMicros / a.cpuMicros).padStart(12)
  );
}

function describe(problems: Problems): string {
  const found = Object.entries(problems).filter(([, count]) => count > 0);
  return found.length === 0 ? "none" : found.map(([name, count]) => `${count} ${name}`).join(", ");
}
