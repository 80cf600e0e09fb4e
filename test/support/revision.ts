// An earlier revision of the gateway as a tree of its own that can be started: what the repository's history has of it.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

export interface Revision {
  /** Its serve program, for `startGateway`. */
  readonly program: string;
  /** The module of its Worker and its objects. */
  readonly source: string;
  remove(): void;
}

/** Undefined where the history is not there, as in a shallow clone. It runs with the present dependencies and pages. */
export function unpackRevision(name: string, from: string = root): Revision | undefined {
  const tree = mkdtempSync(join(tmpdir(), "durasip-revision-"));
  const remove = (): void => rmSync(tree, { recursive: true, force: true });
  try {
    const archive = execFileSync("git", ["-C", from, "archive", name], {
      maxBuffer: 1 << 30,
      stdio: ["ignore", "pipe", "ignore"],
    });
    execFileSync("tar", ["-x", "-C", tree], { input: archive });
  } catch {
    remove();
    return undefined;
  }
  symlinkSync(join(from, "node_modules"), join(tree, "node_modules"));
  const pages = join(from, "web", "dist");
  if (existsSync(pages)) cpSync(pages, join(tree, "web", "dist"), { recursive: true });
  return { program: join(tree, "scripts", "serve.ts"), source: join(tree, "src", "index.ts"), remove };
}
