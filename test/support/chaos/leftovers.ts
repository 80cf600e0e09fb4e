// What the databases of a gateway that was stopped still hold of things that were under way (docs/STORAGE.md).

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Whether everybody has left for good, or their devices are still there and watch. */
export type Presence = "there" | "gone";

export const homeFolder = (stateDir: string): string => join(stateDir, "objects", "AddressOfRecord");

export function leftovers(stateDir: string, presence: Presence): readonly string[] {
  const folder = homeFolder(stateDir);
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
  return [
    ...messages,
    ...left(
      "call",
      rows("call").filter((row) => !isOver(row)),
    ),
    ...left("dialog", rows("dialog")),
    ...left("subscription", rows("subscription")),
  ];
}

interface CallData {
  readonly record: { readonly endedAt?: number };
  readonly state?: {
    readonly absences: readonly { readonly page: string; readonly endsAt: number }[];
    readonly owed: readonly { readonly page: string; readonly frame: unknown }[];
  };
}

/**
 * So long a page that was away may come back, and be told that its call is over; and so long after the end a process that is
 * killed begins to wait anew, since nobody knows whether the page had read it.
 */
const farewellKept = 10 * 60_000;

/** An entry of the log, or one whose page is owed the BYE yet, and waits for nothing else. */
function isOver({ data }: Row): boolean {
  const { record, state } = JSON.parse(String(data)) as CallData;
  const { endedAt } = record;
  if (endedAt === undefined || state === undefined) return endedAt !== undefined;
  const isOwedBye = (page: string): boolean =>
    state.owed.some((each) => each.page === page && /^BYE /.test(String(each.frame)));
  return (
    state.absences.length > 0 &&
    state.owed.every(({ page }) => state.absences.some((each) => each.page === page)) &&
    state.absences.every(({ page, endsAt }) => endsAt <= endedAt + 2 * farewellKept && isOwedBye(page))
  );
}

/** Whose home it is, of the rows of `meta`. */
export function aorOf(meta: readonly Row[]): string {
  const tenancy = meta.find(({ name }) => name === "tenancy");
  const { account } = JSON.parse(String(tenancy?.["data"] ?? "{}")) as { account?: { aor: string } };
  return account?.aor ?? "somebody";
}
