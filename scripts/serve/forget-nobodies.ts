// The databases of names that nobody has. workerd makes one for each name that is asked for, whoever asks; with no account
// there is no table in it, so it is one page long and its log is empty. They are taken away before workerd starts: under
// a running one an account may be about to be written there. Whoever starts a second gateway on the folder by mistake, which
// ends as the port is taken, does not take away what the first has just opened.

import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** The page size of SQLite: the first page holds the schema, and each table has a page of its own behind it. */
const page = 4096;

/** `metadata.sqlite` beside them holds the alarms. */
const ofObject = /^[0-9a-f]{64}\.sqlite$/;

/** An object leaves memory a minute or two after it was asked for; its files were made as it came. */
const mayBeOpenMs = 10 * 60_000;

/** Takes them away; how many there were. */
export function forgetNobodies(objectsDirectory: string, now = Date.now()): number {
  let forgotten = 0;
  for (const entry of readdirSync(objectsDirectory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const directory = join(objectsDirectory, entry.name);
    for (const name of readdirSync(directory)) {
      const file = join(directory, name);
      const files = [file, `${file}-wal`, `${file}-shm`];
      if (!ofObject.test(name) || lengthOf(file) > page || lengthOf(`${file}-wal`) > 0) continue;
      if (files.some((each) => touchedAt(each) > now - mayBeOpenMs)) continue;
      for (const each of files) rmSync(each, { force: true });
      forgotten++;
    }
  }
  return forgotten;
}

const lengthOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const touchedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
