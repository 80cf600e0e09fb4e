// The databases of a state folder as SQL, one statement a line, an object after the other.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Those objects that have tables of ours, named by what their rows say they are. */
export function dumpObjects(stateDirectory: string): string {
  return ["AddressOfRecord", "Realm"]
    .flatMap((kind) => {
      const folder = join(stateDirectory, "objects", kind);
      const files = readdirSync(folder).filter(
        (file) => file.endsWith(".sqlite") && file !== "metadata.sqlite",
      );
      return files.map((file) => dumpObject(kind, new DatabaseSync(join(folder, file))));
    })
    .toSorted()
    .join("");
}

function dumpObject(kind: string, database: DatabaseSync): string {
  const tables = database.prepare(
    "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND type = ? ORDER BY rowid",
  );
  const made = tables.all("table").map((row) => ({ name: String(row["name"]), sql: oneLine(row["sql"]) }));
  const indexes = tables.all("index").map(({ sql }) => oneLine(sql));
  if (made.length === 0) return "";
  const rows = made.flatMap(({ name }) => rowsOf(database, name));
  const statements = [...made.map(({ sql }) => sql), ...indexes, ...rows];
  return `-- ${kind} ${nameOf(kind, database)}\n${statements.map((each) => `${each};\n`).join("")}`;
}

const oneLine = (sql: unknown): string => String(sql).replace(/\s+/g, " ");

function nameOf(kind: string, database: DatabaseSync): string {
  if (kind === "Realm") return "example.com";
  const [row] = database.prepare("SELECT data FROM meta WHERE name = 'tenancy'").all();
  const { account } = JSON.parse(String(row?.["data"])) as { readonly account: { readonly aor: string } };
  return account.aor;
}

function rowsOf(database: DatabaseSync, table: string): readonly string[] {
  const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all();
  const quoted = columns.map(({ name }) => `quote(${String(name)})`).join(" || ', ' || ");
  return database
    .prepare(`SELECT ${quoted} AS "values" FROM ${table}`)
    .all()
    .map(
      (row) =>
        `INSERT INTO ${table} VALUES (${String(row["values"]).replaceAll("\r\n", "'||char(13,10)||'")})`,
    );
}
