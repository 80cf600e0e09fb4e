// Measurements that are kept: `bench/results.json`, and the pages and the picture that show it.
//
// A part that was measured takes the place of what it said before; the others stay, each with its own day.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { curvesSvg } from "./curves.ts";
import { filledPage } from "./page.ts";
import type { Results } from "./result.ts";

const root = join(import.meta.dirname, "..", "..");
const file = join(root, "bench", "results.json");
const pages = ["bench/RESULTS.md", "README.md"];

export function keep(measured: Results): void {
  const kept: Results | undefined = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Results)
    : undefined;
  const results: Results = {
    machine: Object.keys(measured.parts).length > 0 ? measured.machine : (kept?.machine ?? measured.machine),
    parts: { ...kept?.parts, ...measured.parts },
  };
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(root, "bench", "curves.svg"), curvesSvg(results));
  for (const page of pages) {
    const path = join(root, page);
    writeFileSync(path, filledPage(readFileSync(path, "utf8"), results));
  }
}
