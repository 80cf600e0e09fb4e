// The databases of names that nobody has. workerd makes one for each name that is asked for, whoever asks; with no account
// there is no table in it, so it is one page long and its log is empty. They are taken away before workerd starts: under
// a running one an account may be about to be written there.

import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** The page size of SQLite: the first page holds the schema, and each table has a page of its own behind it. */
const page = 4096;

/** `metadata.sqlite` beside them holds the alarms. */
const ofObject = /^[0-9a-f]{64}\.sqlite$/;

/** Takes them away; how many there were. */
export function forgetNobodies(objectsDirectory: string): number {
  let forgotten = 0;
  for (const entry of readdirSync(objectsDirectory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const directory = join(objectsDirectory, entry.name);
    for (const name of readdirSync(directory)) {
      const file = join(directory, name);
      if (!ofObject.test(name) || lengthOf(file) > page || lengthOf(`${file}-wal`) > 0) continue;
      for (const each of [file, `${file}-wal`, `${file}-shm`]) rmSync(each, { force: true });
      forgotten++;
    }
  }
  return forgotten;
}

const lengthOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
