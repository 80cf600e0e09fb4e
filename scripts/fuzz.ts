// `npm run fuzz -- [--seconds N] [--seed S] [--target T] [--cases N] [--steps 1,2]`: hostile inputs by seed, on parser,
// homes, XCAP and the administration (docs/fuzzing.md). Ends with 1 and what to type to see it again when one finds a fault.
//
// The inputs run in a worker: one that never ends is seen from here, and named.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { importBundled } from "../bench/bundle.ts";
import type { CampaignOptions, CampaignReport } from "../test/fuzz/report.ts";

interface Campaign {
  runCampaign(options: CampaignOptions): Promise<CampaignReport>;
}

interface Task extends Omit<CampaignOptions, "now" | "begun"> {
  readonly directory: string;
  /** Which target and seed is under way, and how many cases have begun. */
  readonly progress: Int32Array;
}

const root = join(import.meta.dirname, "..");
const patience = 60_000;

if (isMainThread) await watch();
else await work(workerData as Task);

async function work({ directory, progress, ...options }: Task): Promise<void> {
  // The log of a gateway under attack is long, and none of ours.
  for (const level of ["info", "warn"] as const) console[level] = () => undefined;
  const campaign = await importBundled<Campaign>(join(root, "test/fuzz/campaign.ts"), directory);
  const report = await campaign.runCampaign({
    ...options,
    now: () => performance.now(),
    begun: (target, seed) => {
      progress.set([target, seed | 0, (progress[2] ?? 0) + 1]);
    },
  });
  parentPort?.postMessage(report);
}

async function watch(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: String(Date.now() >>> 0) },
      target: { type: "string" },
      cases: { type: "string", default: "1000000000" },
      steps: { type: "string" },
    },
  });
  const directory = mkdtempSync(join(tmpdir(), "fuzz-"));
  const progress = new Int32Array(new SharedArrayBuffer(12));
  const task: Task = {
    directory,
    progress,
    root,
    seed: Number(values.seed),
    milliseconds: Number(values.seconds) * 1000,
    cases: Number(values.cases),
    target: values.target,
    steps: values.steps?.split(",").map(Number),
  };
  console.log(`fuzz: seed ${task.seed}, ${values.seconds} s`);
  const report = await reportOf(new Worker(import.meta.filename, { workerData: task }), progress);
  rmSync(directory, { recursive: true });
  process.exitCode = tell(report) ? 0 : 1;
}

/** What the worker tells; undefined when it has been at one case for too long. */
function reportOf(worker: Worker, progress: Int32Array): Promise<CampaignReport | undefined> {
  return new Promise((resolve, reject) => {
    let seen = { begun: -1, at: performance.now() };
    const timer = setInterval(() => {
      const begun = progress[2] ?? 0;
      if (begun !== seen.begun) seen = { begun, at: performance.now() };
      if (performance.now() - seen.at < patience) return;
      console.error(`no end: target ${progress[0]}, --seed ${(progress[1] ?? 0) >>> 0}`);
      clearInterval(timer);
      void worker.terminate().then(() => resolve(undefined));
    }, 1000);
    worker.once("message", (report: CampaignReport) => {
      clearInterval(timer);
      resolve(report);
    });
    worker.once("error", reject);
  });
}

function tell(report: CampaignReport | undefined): boolean {
  if (report === undefined) return false;
  for (const { target, cases, inputs, octets, longest, longestAt, milliseconds } of report.tallies) {
    const seconds = (milliseconds / 1000).toFixed(0);
    console.log(
      `${target.padEnd(8)} ${inputs.toLocaleString("en")} inputs in ${cases.toLocaleString("en")} cases, ` +
        `${(octets / 1e6).toFixed(1)} MB, ${seconds} s; the longest took ${longest.toFixed(0)} ms (${longestAt})`,
    );
  }
  if (report.failure === undefined) return true;
  const { target, seed, steps, why } = report.failure;
  console.error(
    `\n${why}\n\nnpm run fuzz -- --target ${target} --seed ${seed} --cases 1 --steps ${steps.join(",")}`,
  );
  return false;
}
