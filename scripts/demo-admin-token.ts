// The admin token of `npm start`: the one that a settings file of wrangler's names, else one made up for this run alone.
// It is handed to wrangler in a file that nobody else may read: an argument would stand in the list of processes.

import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { projectDirectory } from "./wrangler.ts";

const name = "ADMIN_TOKEN";

export interface DemoAdminToken {
  /** Undefined when the operator has set one: it is his to know, and not printed. */
  readonly madeUp: string | undefined;
  /** For wrangler's command line. */
  readonly args: readonly string[];
  /** To be called when wrangler has ended. */
  remove(): void;
}

export function demoAdminToken(directory: string = projectDirectory): DemoAdminToken {
  const files = settingsFiles(directory);
  if (files.some((file) => parseEnv(readFileSync(file, "utf8"))[name] !== undefined)) {
    return { madeUp: undefined, args: [], remove: () => {} };
  }
  const madeUp = randomBytes(18).toString("base64url");
  const folder = mkdtempSync(join(tmpdir(), "durasip-start-"));
  const file = join(folder, "admin-token.env");
  writeFileSync(file, `${name}=${madeUp}\n`, { mode: 0o600 });
  // To name one file is to leave out those that wrangler would have read by itself.
  const args = [...files, file].flatMap((each) => ["--env-file", each]);
  return { madeUp, args, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What `wrangler dev` reads when it is told nothing: .dev.vars, and only without it .env and .env.local. */
function settingsFiles(directory: string): readonly string[] {
  const [own, ...others] = [".dev.vars", ".env", ".env.local"].map((each) => join(directory, each));
  return own !== undefined && existsSync(own) ? [own] : others.filter(existsSync);
}
