import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { forgetNobodies } from "../../scripts/serve/forget-nobodies";

let objects: string;
let homes: string;

beforeEach(() => {
  objects = mkdtempSync(join(tmpdir(), "durasip-nobodies-"));
  homes = join(objects, "AddressOfRecord");
  mkdirSync(homes);
});

afterEach(() => rmSync(objects, { recursive: true, force: true }));

const nameOf = (digit: string): string => `${digit.repeat(64)}.sqlite`;

/** A database as workerd leaves one: in WAL mode, the log kept where it was killed. */
function database(name: string, isKilled: boolean, ...statements: readonly string[]): void {
  const file = join(homes, name);
  const open = new DatabaseSync(file);
  open.exec("PRAGMA journal_mode = WAL");
  for (const statement of statements) open.exec(statement);
  if (!isKilled) open.close();
  else openDatabases.push(open);
}

const openDatabases: DatabaseSync[] = [];
afterEach(() => {
  for (const open of openDatabases.splice(0)) open.close();
});

const create = "CREATE TABLE meta (name TEXT PRIMARY KEY) WITHOUT ROWID";

const later = Date.now() + 11 * 60_000;

it("takes away what has no table, with its log", () => {
  database(nameOf("0"), false);
  database(nameOf("1"), true);
  writeFileSync(join(homes, `${nameOf("1")}-wal`), "");
  database(nameOf("a"), false, create);
  expect(forgetNobodies(objects, later)).toBe(2);
  expect(readdirSync(homes)).toEqual([nameOf("a")]);
});

it("leaves an account whose tables are in the log alone, and the alarms", () => {
  database(nameOf("b"), true, create);
  database("metadata.sqlite", false);
  expect(forgetNobodies(objects, later)).toBe(0);
  expect(readdirSync(homes)).toEqual(expect.arrayContaining([nameOf("b"), "metadata.sqlite"]));
});

it("leaves what another gateway may have open: its object came a moment ago, perhaps for an account", () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  for (const digit of ["c", "d"]) {
    database(nameOf(digit), true);
    for (const file of [nameOf(digit), `${nameOf(digit)}-wal`, `${nameOf(digit)}-shm`]) {
      writeFileSync(join(homes, file), "");
      utimesSync(join(homes, file), minutesAgo(60), minutesAgo(60));
    }
  }
  utimesSync(join(homes, `${nameOf("d")}-shm`), minutesAgo(1), minutesAgo(1));
  expect(forgetNobodies(objects)).toBe(1);
  expect(readdirSync(homes)).toContain(nameOf("d"));
});

it("has nothing to do where there is nothing", () => {
  expect(forgetNobodies(objects)).toBe(0);
});
