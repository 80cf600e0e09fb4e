// Which homes of a running gateway have left its memory (Linux), seen without waking any: workerd holds the database of an
// object open while the object is in memory, and no longer.

import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Gateway } from "../gateway";
import { processOf } from "../process-cost";
import { aorOf, homeFolder } from "./leftovers";

/** Where it can be seen. */
export const canSeeSleep = existsSync("/proc/self/fd");

/** Addresses-of-record by the names of their databases. */
export type HomeNames = ReadonlyMap<string, string>;

export function homeNames(stateDir: string): HomeNames {
  const folder = homeFolder(stateDir);
  const files = readdirSync(folder).filter((file) => /^[0-9a-f]+\.sqlite$/.test(file));
  return new Map(
    files.map((file) => {
      const database = new DatabaseSync(join(folder, file), { readOnly: true });
      try {
        return [file, aorOf(database.prepare("SELECT * FROM meta").all())];
      } finally {
        database.close();
      }
    }),
  );
}

export function homesAsleep(gateway: Gateway, names: HomeNames): readonly string[] {
  const folder = `/proc/${processOf(gateway)}/fd`;
  const open = new Set(readdirSync(folder).map((name) => fileBehind(join(folder, name))));
  return [...names].flatMap(([file, aor]) => (open.has(file) ? [] : [aor]));
}

/** A descriptor may be closed meanwhile. */
function fileBehind(link: string): string {
  try {
    return readlinkSync(link).split("/").at(-1) ?? "";
  } catch {
    return "";
  }
}
