// `npm run cost`: the platform's bill for a month of a given load, line by line, from what the meter counted
// (`cost/counts.json`) and published prices, beside the same load elsewhere. No server is started.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { importBundled } from "./bundle.ts";
import type { Counts } from "./cost/measure.ts";
import { type Load, usualLoad } from "./cost/usual-load.ts";

const here = join(import.meta.dirname, "cost");
const directory = mkdtempSync(join(tmpdir(), "bench-bill-"));
const { report } = await importBundled<typeof import("./cost/report.ts")>(
  join(here, "report.ts"),
  directory,
).finally(() => rmSync(directory, { recursive: true }));

const hyphenated = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const names = Object.keys(usualLoad) as readonly (keyof Load)[];

function loadFrom(argv: string[]): Load {
  const options = Object.fromEntries(names.map((name) => [hyphenated(name), { type: "string" as const }]));
  const { values } = parseArgs({ args: argv, options });
  const given = names.flatMap((name) => {
    const text = values[hyphenated(name)];
    if (text === undefined) return [];
    const value = Number(text);
    if (!Number.isFinite(value) || value < 0)
      throw new TypeError(`--${hyphenated(name)} is no number: ${text}`);
    return [[name, value] as const];
  });
  return { ...usualLoad, ...Object.fromEntries(given) };
}

try {
  const counts = JSON.parse(readFileSync(join(here, "counts.json"), "utf8")) as Counts;
  console.log(report(loadFrom(process.argv.slice(2)), counts));
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  const usual = names.map((name) => `  --${hyphenated(name)} ${usualLoad[name]}`).join("\n");
  console.error(`${error.message}\nusage, with what is meant when left out:\n${usual}`);
  process.exitCode = 2;
}
