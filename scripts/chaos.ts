// `npm run chaos`: the gateway's promises under faults, longer than the tests try them. First a model check: homes of the
// virtual network on thousands of seeded schedules. Then real clients, SIP.js and JsSIP in a browser among them, against a
// real gateway whose sockets are cut and whose process is killed. A failing schedule is named, and how to play it again.

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const usage = `usage: npm run chaos -- [--seconds N] [--seed N] [--path P] [--only model|clients] [--browser off]
  --seconds  how long each of the two takes (60; of the model, each of its properties)
  --seed     the schedules that are tried; a run names its own when it fails
  --path     of the model: the very schedule that failed, as its counterexample says ("path")
  --browser  off: of the clients raw user agents alone, without SIP.js and JsSIP`;

const root = join(import.meta.dirname, "..");
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

interface Options {
  readonly seconds: number;
  readonly seed: string | undefined;
  readonly path: string | undefined;
  readonly only: string | undefined;
  readonly browser: string;
}

function optionsFrom(args: string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: { seconds: text, seed: text, path: text, only: text, browser: text },
  });
  const seconds = Number(values.seconds ?? 60);
  if (!(seconds > 0)) throw new TypeError(`--seconds is no time: ${values.seconds}`);
  if (values.only !== undefined && !["model", "clients"].includes(values.only))
    throw new TypeError(`--only is model or clients, not ${values.only}`);
  const { seed, path, only, browser = "on" } = values;
  if (!["on", "off"].includes(browser)) throw new TypeError(`--browser is on or off, not ${browser}`);
  return { seconds, seed, path, only, browser };
}

/** Whether every test of it passed. */
function passes(
  project: string,
  file: string,
  timeout: number,
  env: Readonly<Record<string, string>>,
): boolean {
  const args = [vitest, "run", "--project", project, "--testTimeout", String(timeout), file];
  return (
    spawnSync(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: "inherit" })
      .status === 0
  );
}

function modelHolds({ seconds, seed, path }: Options): boolean {
  const holds = passes("unit", "promise.property", (seconds + 60) * 1_000, {
    // As many as there is time for; one schedule where it is named.
    PROPERTY_RUNS: path === undefined ? "1000000" : "1",
    PROPERTY_SECONDS: String(seconds),
    ...(seed === undefined ? {} : { PROPERTY_SEED: seed }),
    ...(path === undefined ? {} : { PROPERTY_PATH: path }),
  });
  if (!holds)
    console.error('again: npm run chaos -- --only model --seed <"seed"> --path <"path">, as said above');
  return holds;
}

function clientsAreServed({ seconds, seed, browser }: Options): boolean {
  const own = seed ?? String(Date.now() % 1_000_000);
  console.log(`clients: seed ${own}`);
  if (browser === "off") console.log("clients: SIP.js and JsSIP are left out (--browser off)");
  const holds = passes("end-to-end-alone", "test/end-to-end/chaos.test.ts", (seconds + 300) * 1_000, {
    CHAOS_SECONDS: String(seconds),
    CHAOS_SEED: own,
    CHAOS_BROWSER: browser,
  });
  // What is cut is the same again, not when: the machine decides.
  if (!holds)
    console.error(
      `again: npm run chaos -- --only clients --seconds ${seconds} --seed ${own} --browser ${browser}`,
    );
  return holds;
}

try {
  const options = optionsFrom(process.argv.slice(2));
  const model = options.only === "clients" || modelHolds(options);
  const clients = options.only === "model" || clientsAreServed(options);
  process.exitCode = model && clients ? 0 : 1;
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n${usage}`);
  process.exitCode = 2;
}
