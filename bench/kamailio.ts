// The gateway beside Kamailio, both driven by the load generator of `../shared/bench`: `node bench/kamailio.ts [rounds] [seconds]`.
//
// The servers take turns. What counts is the work for a CPU second of the server, all its processes together: the
// generator shares the machine's cores, and where it is the limit a rate says nothing. Both challenge with digest.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Generator, generatorFolder, type Load, type RunReport } from "./kamailio/generator.ts";
import { isKamailioInstalled, startKamailio } from "./kamailio/kamailio.ts";
import { startGateway } from "./relay/servers.ts";
import { median, Report } from "./report/report.ts";
import { shortNumber } from "./report/result.ts";

const report = new Report();
const rounds = Number(report.given[0] ?? (report.isQuick ? 1 : 3));
const seconds = Number(report.given[1] ?? (report.isQuick ? 1 : 3));
const installation =
  "apt-get install kamailio kamailio-websocket-modules kamailio-presence-modules kamailio-xml-modules";
const password = "demo";
/** Users of one run are away for good, a row and an alarm each, before the next begins. */
const graceSeconds = 1;

interface Line extends Load {
  readonly title: string;
  /** The rate that the scenario is about, and the time that a user waits. */
  readonly rate: string;
  readonly latency: string;
  /** What the ratio should be at least. */
  readonly aim?: number;
}

const busy: readonly Line[] = [
  {
    title: "REGISTER, 100 users",
    scenario: "register",
    clients: 100,
    inFlight: 1,
    rate: "registers",
    latency: "register",
  },
  {
    title: "MESSAGE, 50 pairs × 2",
    scenario: "message",
    clients: 100,
    inFlight: 2,
    rate: "delivered",
    latency: "roundTrip",
    aim: 0.25,
  },
  {
    title: "call, 50 pairs",
    scenario: "invite",
    clients: 100,
    inFlight: 1,
    rate: "calls",
    latency: "wholeCall",
  },
  {
    title: "NOTIFY, 200 watchers",
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

/** One run of a load on a server. */
type Run = (load: Load) => Promise<RunReport>;

if (!existsSync(join(generatorFolder, "load.mjs")))
  report.notMeasured("Name the folder of the load generator (load.mjs) in LOAD_GENERATOR.");
else if (!isKamailioInstalled()) report.notMeasured(`Kamailio is not installed: ${installation}`);
else await compareAll();
process.exit();

async function compareAll(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "bench-kamailio-"));
  const generator = new Generator(password);
  const gateway = await startGateway(directory, undefined, {
    variables: { GRACE_SECONDS: String(graceSeconds), COALESCE_MS: "0", RECORD_FAILED_CALLS: "off" },
  });
  let kamailio = await startKamailio(password);
  const served = { url: `ws://127.0.0.1:${gateway.port}/?aor={user}@{domain}`, pid: gateway.process.pid };
  const ours: Run = (load) => generator.run(served, load, seconds);
  // It was seen to refuse every PUBLISH from some moment on, and not again: started anew it has a second try.
  const theirs: Run = async (load) => {
    try {
      return await generator.run(kamailio, load, seconds);
    } catch (failed) {
      console.log(`Kamailio is started anew: ${String(failed)}`);
      await kamailio.stop();
      kamailio = await startKamailio(password);
      return generator.run(kamailio, load, seconds);
    }
  };
  try {
    await Promise.all([generator.run(served, warmUp, 3), generator.run(kamailio, warmUp, 3)]);
    console.log(
      `Medians of ${rounds} rounds of ${seconds} s in turns; a server's CPU second is that of all its processes.`,
    );
    const row = report.table(
      "kamailio-load",
      "load",
      "gateway, per CPU s",
      "Kamailio, per CPU s",
      "ratio",
      "gateway p50, p99 ms",
      "Kamailio p50, p99 ms",
    );
    // One that fails leaves the others their turn.
    for (const line of report.isQuick ? busy : [...busy, ...quiet]) {
      await compare(line, ours, theirs, row).catch((failed: unknown) =>
        report.problem(`${line.title}: ${String(failed)}`),
      );
    }
  } finally {
    generator.remove();
    await Promise.all([gateway.process.stop(), kamailio.stop()]);
    rmSync(directory, { recursive: true });
  }
}

async function compare(line: Line, ours: Run, theirs: Run, row: ReturnType<Report["table"]>): Promise<void> {
  const [gateway, kamailio]: readonly [RunReport[], RunReport[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    gateway.push(await ours(line));
    await wait(graceSeconds * 1_000 + 500);
    kamailio.push(await theirs(line));
  }
  const perCpuSecond = (run: RunReport): number => run.cpu.perServerCpuSecond[line.rate] ?? Number.NaN;
  const latency = (reports: readonly RunReport[]): string =>
    (["p50", "p99"] as const)
      .map((part) => median(reports.map(({ latencyMs }) => latencyMs[line.latency]?.[part] ?? Number.NaN)))
      .map(shortNumber)
      .join(", ");
  // Each round is a pair of its own: the machine may be another one a minute later.
  const ratio = median(
    gateway.map((report, round) => perCpuSecond(report) / perCpuSecond(kamailio[round] as RunReport)),
  );
  row(
    line.title,
    median(gateway.map(perCpuSecond)).toFixed(0),
    median(kamailio.map(perCpuSecond)).toFixed(0),
    ratio.toFixed(2),
    latency(gateway),
    latency(kamailio),
  );
  report.figure({
    operation: `${line.title}, for a CPU second`,
    value: ratio,
    unit: " of Kamailio",
    ...(line.aim !== undefined && { aim: { least: line.aim } }),
    headline: line.aim !== undefined,
  });
}
