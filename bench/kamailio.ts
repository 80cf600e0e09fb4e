// The gateway beside Kamailio, both driven by the load generator of `../shared/bench`: `node bench/kamailio.ts [rounds] [seconds]`.
//
// The servers take turns. What counts is the work for a CPU second of the server, all its processes together: the
// generator shares the machine's cores, and where it is the limit a rate says nothing. Both challenge with digest.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Generator, generatorFolder, type Load, type Report } from "./kamailio/generator.ts";
import { isKamailioInstalled, startKamailio } from "./kamailio/kamailio.ts";
import { startGateway } from "./relay/servers.ts";

const rounds = Number(process.argv[2] ?? 3);
const seconds = Number(process.argv[3] ?? 3);
const password = "demo";
/** Users of one run are away for good, a row and an alarm each, before the next begins. */
const graceSeconds = 1;

interface Line extends Load {
  readonly title: string;
  /** The rate that the scenario is about, and the time that a user waits. */
  readonly rate: string;
  readonly latency: string;
}

const busy: readonly Line[] = [
  {
    title: "REGISTER",
    scenario: "register",
    clients: 100,
    inFlight: 1,
    rate: "registers",
    latency: "register",
  },
  {
    title: "MESSAGE",
    scenario: "message",
    clients: 100,
    inFlight: 2,
    rate: "delivered",
    latency: "roundTrip",
  },
  { title: "call", scenario: "invite", clients: 100, inFlight: 1, rate: "calls", latency: "wholeCall" },
  {
    title: "NOTIFY",
    scenario: "presence",
    clients: 200,
    inFlight: 1,
    rate: "notifies",
    latency: "publishToLastNotify",
  },
];
const quiet: readonly Line[] = [
  {
    title: "REGISTER, one user",
    scenario: "register",
    clients: 1,
    inFlight: 1,
    rate: "registers",
    latency: "register",
  },
  {
    title: "MESSAGE, one pair",
    scenario: "message",
    clients: 2,
    inFlight: 1,
    rate: "delivered",
    latency: "roundTrip",
  },
  { title: "call, one pair", scenario: "invite", clients: 2, inFlight: 1, rate: "calls", latency: "setup" },
];

/** The compilers of the gateway have done their work before anything is measured. */
const warmUp: Load = { scenario: "message", clients: 100, inFlight: 4 };

interface Peer {
  readonly url: string;
  readonly pid: number;
}

if (!existsSync(generatorFolder) || !isKamailioInstalled()) {
  console.log(
    `Not measured against Kamailio: ${existsSync(generatorFolder) ? "it is not installed" : "there is no ../shared/bench"}.`,
  );
} else await compareAll();
process.exit();

async function compareAll(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "bench-kamailio-"));
  const generator = new Generator(password);
  const gateway = await startGateway(directory, undefined, {
    variables: { GRACE_SECONDS: String(graceSeconds), COALESCE_MS: "0", RECORD_FAILED_CALLS: "off" },
  });
  const kamailio = await startKamailio(password);
  const ours = { url: `ws://127.0.0.1:${gateway.port}/?aor={user}@{domain}`, pid: gateway.process.pid };
  try {
    await Promise.all([generator.run(ours, warmUp, 3), generator.run(kamailio, warmUp, 3)]);
    console.log(
      `Medians of ${rounds} rounds of ${seconds} s in turns; a server's CPU second is that of all its processes\n`,
    );
    console.log(
      "| load | gateway, per CPU s | Kamailio, per CPU s | ratio | gateway p50, p99 ms | Kamailio p50, p99 ms |",
    );
    console.log("| --- | --- | --- | --- | --- | --- |");
    for (const line of [...busy, ...quiet]) await compare(generator, line, ours, kamailio);
  } finally {
    generator.remove();
    await Promise.all([gateway.process.stop(), kamailio.stop()]);
    rmSync(directory, { recursive: true });
  }
}

async function compare(generator: Generator, line: Line, ours: Peer, theirs: Peer): Promise<void> {
  const [gateway, kamailio]: readonly [Report[], Report[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    gateway.push(await generator.run(ours, line, seconds));
    await wait(graceSeconds * 1_000 + 500);
    kamailio.push(await generator.run(theirs, line, seconds));
  }
  const perCpuSecond = (report: Report): number => report.cpu.perServerCpuSecond[line.rate] ?? Number.NaN;
  const latency = (reports: readonly Report[]): string =>
    (["p50", "p99"] as const)
      .map((part) => median(reports.map(({ latencyMs }) => latencyMs[line.latency]?.[part] ?? Number.NaN)))
      .map((ms) => ms.toPrecision(2))
      .join(", ");
  // Each round is a pair of its own: the machine may be another one a minute later.
  const ratio = median(
    gateway.map((report, round) => perCpuSecond(report) / perCpuSecond(kamailio[round] as Report)),
  );
  console.log(
    `| ${line.title} | ${median(gateway.map(perCpuSecond)).toFixed(0)} | ${median(kamailio.map(perCpuSecond)).toFixed(0)} | ` +
      `${ratio.toFixed(2)} | ${latency(gateway)} | ${latency(kamailio)} |`,
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
