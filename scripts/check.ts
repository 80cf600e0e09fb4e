// `npm run check`: everything that can be judged without running the gateway. All steps run, also after a
// failed one, so that one run names everything.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);

/** Runs the program a package installs, with its output shown; whether it succeeded. */
function succeeds(packageName: string, program: string, ...args: string[]): boolean {
  const path = join(dirname(require.resolve(`${packageName}/package.json`)), program);
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
  return spawnSync(process.execPath, [path, ...args], { cwd: root, env, stdio: "inherit" }).status === 0;
}

/** `resolved` names the registry one install happened to use; without it each machine uses its own. */
function lockfileNamesNoRegistry(): boolean {
  const named = readFileSync(join(root, "package-lock.json"), "utf8").match(/"resolved"/g)?.length ?? 0;
  if (named > 0)
    console.error(`package-lock.json has ${named} "resolved" lines: node scripts/tidy-lockfile.mjs`);
  return named === 0;
}

const projects = ["tsconfig.json", "tsconfig.node.json", "web/tsconfig.json"].filter((path) =>
  existsSync(join(root, path)),
);

const steps: readonly (readonly [name: string, step: () => boolean])[] = [
  ...projects.map((path) => [`types: ${path}`, () => succeeds("typescript", "bin/tsc", "-p", path)] as const),
  ["format and lint", () => succeeds("@biomejs/biome", "bin/biome", "ci", "--error-on-warnings")],
  ["architecture", () => succeeds("vitest", "vitest.mjs", "run", "--project", "unit", "test/architecture")],
  ["worker-configuration.d.ts", () => succeeds("wrangler", "bin/wrangler.js", "types", "--check")],
  ["package-lock.json", lockfileNamesNoRegistry],
];

const failed = steps.filter(([name, step]) => {
  console.log(`\n▸ ${name}`);
  return !step();
});
console.log(
  failed.length === 0 ? "\ncheck: all good" : `\ncheck failed: ${failed.map(([name]) => name).join(", ")}`,
);
process.exit(failed.length === 0 ? 0 : 1);
