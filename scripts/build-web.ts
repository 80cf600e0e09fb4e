// The pages of web/, built by Vite into web/dist. Run as a program it builds always; `serve` asks first.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const web = join(root, "web");
export const webDist = join(web, "dist");

/** Throws when Vite fails; what it prints goes to stderr. */
export function buildWeb(): void {
  run("vite", "bin/vite.js", ["build", web, "--logLevel", "warn"]);
}

/** The types of the client module, for who imports the package: they are of no use to a gateway that runs. */
function buildTypes(): void {
  run("typescript", "bin/tsc", ["-p", join(web, "tsconfig.client.json")]);
}

function run(name: string, program: string, args: readonly string[]): void {
  const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  execFileSync(process.execPath, [join(folder, program), ...args], {
    cwd: root,
    // Vite keeps what is set, and with anything else React would be its slower, larger self for development.
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", process.stderr, process.stderr],
  });
}

/** Builds when there is nothing yet or a source is newer than the result. */
export function buildWebIfStale(): void {
  const built = join(webDist, "index.html");
  if (!existsSync(built) || newestSource(web) > statSync(built).mtimeMs) buildWeb();
}

function newestSource(directory: string): number {
  const times = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.name !== "dist")
    .map((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? newestSource(path) : statSync(path).mtimeMs;
    });
  return Math.max(0, ...times);
}

if (import.meta.main) {
  buildWeb();
  buildTypes();
}
