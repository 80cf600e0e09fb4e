// What the databases of a gateway that was stopped still hold of things that were under way (docs/STORAGE.md).

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Whether everybody has left for good, or their devices are still there and watch. */
export type Presence = "there" | "gone";

export function leftovers(stateDir: string, presence: Presence): readonly string[] {
  const folder = join(stateDir, "objects", "AddressOfRecord");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sqlite") && file !== "metadata.sqlite")
    .flatMap((file) => {
      const database = new DatabaseSync(join(folder, file), { readOnly: true });
      try {
        return leftIn(database, presence);
      } finally {
        database.close();
      }
    });
}

type Row = Readonly<Record<string, unknown>>;

function leftIn(database: DatabaseSync, presence: Presence): readonly string[] {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const names = tables.map(({ name }) => String(name));
  if (!names.includes("meta")) return [];
  const rows = (table: string): readonly Row[] =>
    names.includes(table) ? database.prepare(`SELECT * FROM ${table}`).all() : [];
  const ofHome = aorOf(rows("meta"));
  const left = (kind: string, all: readonly unknown[]): readonly string[] =>
    all.map((row) => `${ofHome} is left with a ${kind}: ${JSON.stringify(row).slice(0, 2_000)}`);
  const messages = left("message", rows("message"));
  // A home waits for answers to a CANCEL, and keeps for a while what it needs of a call that has ended.
  if (presence === "there") return messages;
  // Of one that has ended a page which comes back may be told for a while yet.
  const goesOn = ({ data }: Row): boolean => JSON.parse(String(data)).record.endedAt === undefined;
  return [
    ...messages,
    ...left("call", rows("call").filter(goesOn)),
    ...left("dialog", rows("dialog")),
    ...left(
      "subscription",
      rows("subscription").filter((row) => !isOnReturn(row)),
    ),
  ];
}

/**
 * Told while its watcher was away, and nothing has changed since: it wakes nobody, and goes with the next NOTIFY, which
 * his home refuses, or when it expires.
 */
const isOnReturn = ({ data }: Row): boolean => JSON.parse(String(data)).owed === "on-return";

function aorOf(meta: readonly Row[]): string {
  const tenancy = meta.find(({ name }) => name === "tenancy");
  const { account } = JSON.parse(String(tenancy?.["data"] ?? "{}")) as { account?: { aor: string } };
  return account?.aor ?? "somebody";
}
