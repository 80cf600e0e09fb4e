// States that earlier revisions left behind (test/schemas), put into objects of this one as if it had been deployed then.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { deploymentSecret, type Left } from "../../schemas/settings";
import { crash } from "./homes";

export interface KeptState {
  readonly name: string;
  readonly left: Left;
  readonly objects: readonly KeptObject[];
}

interface KeptObject {
  readonly kind: string;
  readonly name: string;
  readonly statements: readonly string[];
}

const files = import.meta.glob("../../schemas/*.sql", { query: "?raw", import: "default", eager: true });

/** The oldest first. Times in them are as far from now as they were when they were kept. */
export const keptStates: readonly KeptState[] = Object.entries(files)
  .toSorted(([one], [other]) => one.localeCompare(other))
  .map(([path, text]) => stateIn(path.replace(/^.*\/|\.sql$/g, ""), text));

function stateIn(name: string, text: string): KeptState {
  const { at } = leftIn(text);
  const moved = text.replace(/\b17\d{11}\b/g, (time) => String(Number(time) - at + Date.now()));
  const objects = moved
    .split(/^-- (?=AddressOfRecord |Realm )/m)
    .slice(1)
    .map((part) => {
      const [head = "", ...statements] = part.trimEnd().split("\n");
      const [kind = "", object = ""] = head.split(" ");
      return { kind, name: object, statements };
    });
  return { name, left: leftIn(moved), objects };
}

function leftIn(text: string): Left {
  return JSON.parse(text.slice("-- ".length, text.indexOf("\n"))) as Left;
}

export const stubOf = ({ kind, name }: Pick<KeptObject, "kind" | "name">) =>
  kind === "Realm" ? env.REALM.getByName(name) : env.ADDRESS_OF_RECORD.getByName(name);

/** Replaces whatever the objects hold. Each is opened anew afterwards, by what is deployed now. */
export async function putState(
  { objects }: KeptState,
  alter: (sql: SqlStorage, kind: string) => void = () => undefined,
): Promise<void> {
  for (const object of objects) {
    await runInDurableObject(stubOf(object), async (_object, { storage }) => {
      await storage.deleteAll();
      storage.transactionSync(() => {
        for (const statement of object.statements) storage.sql.exec(statement);
        if (object.kind === "Realm")
          storage.sql.exec("INSERT INTO secret (name, value) VALUES ('deployment', ?)", deploymentSecret);
        alter(storage.sql, object.kind);
      });
    });
  }
  await crash();
}
