// Databases of every schema that was ever deployed, opened by the objects of this revision: their rows were written by the
// revisions themselves (scripts/keep-schema.ts), and whoever left them there goes on where he was (docs/upgrading.md).

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { homeSchema } from "../../durable-objects/host/home-schema";
import { realmSchema } from "../../durable-objects/host/realm-schema";
import { createRecordTable } from "../../durable-objects/host/record-table";
import { body, headerValue } from "../../src/sip/message";
import { parseMessage } from "../../src/sip/parser";
import { pages, password, rules } from "../schemas/settings";
import { talk } from "../support/call";
import type { Phone } from "../support/phone";
import { callsOf, dial } from "./support/homes";
import { type KeptState, keptStates, putState, stubOf } from "./support/kept-state";
import { administer, fetchWorker, tokenFor } from "./support/worker";

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

const open: Phone[] = [];
afterEach(() => {
  for (const phone of open.splice(0)) phone.hangUp();
});

async function back(page: (typeof pages)[keyof typeof pages]): Promise<Phone> {
  const phone = await dial(page.aor, "named", page);
  open.push(phone);
  expect((await phone.register()).status).toBe(200);
  return phone;
}

/** Sends a request that was written before the upgrade, and gives its final response. */
async function sends(phone: Phone, text: string): Promise<number> {
  const parsed = parseMessage(text);
  if (!parsed.ok) throw new Error(text);
  phone.send(text);
  const name = (field: string): string => headerValue(parsed.value, field) ?? "";
  return (await phone.responseTo(name("call-id"), name("cseq"))).status;
}

async function everybodyGoesOn({ left }: KeptState): Promise<void> {
  const bob = await back(pages.bob);
  expect(body(await bob.take("MESSAGE"))).toBe("stored then");
  const refreshed = await bob.request("PUBLISH", {
    lines: ["Event: presence", `SIP-If-Match: ${left.entityTag}`, "Expires: 600"],
  });
  expect(refreshed.status).toBe(200);

  const alice = await back(pages.alice);
  expect(await sends(alice, left.subscribe)).toBe(200);
  expect(body(await alice.take("NOTIFY"))).toContain("here since then");

  const carol = await back(pages.carol);
  if (left.bye !== undefined) {
    const answer = sends(alice, left.bye);
    await carol.take("BYE");
    expect(await answer).toBe(200);
  }
  const again = await talk(carol, bob);
  const ended = again.callee.request("BYE");
  await carol.take("BYE");
  expect((await ended).status).toBe(200);
  expect(
    bob
      .unread()
      .map((heard) => JSON.stringify(heard))
      .filter((text) => text.includes("stored then")),
  ).toEqual([]);

  const list = await (await administer("GET", "/v1/accounts?realm=example.com")).json<{
    accounts: { aor: string }[];
  }>();
  expect(list.accounts.map(({ aor }) => aor)).toEqual(Object.values(pages).map(({ aor }) => aor));
}

const hashOf = (statements: readonly string[]): string =>
  createHash("sha256").update(statements.join(";").replace(/\s+/g, " ")).digest("hex").slice(0, 16);

/** Every step that was ever deployed. */
const homeSteps = [
  "869681f48c7bb934",
  "fecbdd7f76d08301",
  "bbc999402a26d41c",
  "35a892b6bc66693f",
  "85ceb55f52c93175",
];
const realmSteps = ["4dcf766f52cf3552", "eb34e4b24f53ac49", "f5bf10795dc32752"];

async function documentOf(aor: string): Promise<string> {
  const url = `/xcap/pres-rules/users/sip:${aor}/index`;
  const response = await fetchWorker(url, { headers: { Authorization: `Bearer ${await tokenFor(aor)}` } });
  return response.text();
}

describe.each(keptStates)("a database that $name left behind", (state) => {
  it("is used on: account, messages, subscriptions, publications, calls, documents", async () => {
    await putState(state);
    await everybodyGoesOn(state);
    if (Number.parseInt(state.name, 10) >= 4) expect(await documentOf(pages.bob.aor)).toBe(rules);
  });

  it("has the schema of a new one once it was opened", async () => {
    await putState(state);
    for (const object of state.objects) {
      const fresh = {
        kind: object.kind,
        name: object.kind === "Realm" ? "new.example.com" : "new@example.com",
      };
      expect(await schemaOf(object)).toEqual(await schemaOf(fresh));
    }
  });
});

const latest = keptStates.at(-1) as KeptState;

describe("a database that a later revision has written to", () => {
  it("is used on by this one: a step, a table, columns and members that it does not know stay as they are", async () => {
    const jsonTables = ["meta", "device", "dialog", "subscription", "publication", "call", "xcap"];
    await putState(latest, (sql, kind) => {
      sql.exec("INSERT INTO migration (step) VALUES (99)");
      sql.exec("CREATE TABLE later (id TEXT PRIMARY KEY) WITHOUT ROWID");
      if (kind === "Realm") return void sql.exec("ALTER TABLE account ADD COLUMN later TEXT");
      sql.exec("ALTER TABLE message ADD COLUMN later TEXT");
      sql.exec("ALTER TABLE call ADD COLUMN later TEXT");
      for (const table of jsonTables)
        sql.exec(
          `UPDATE ${table} SET data = json_set(data, '$.later', json('{"any":[1]}')) WHERE json_type(data) = 'object'`,
        );
    });
    await everybodyGoesOn(latest);
  });
});

describe("a state that is kept", () => {
  it("is there for the schema of this revision: node scripts/keep-schema.ts NAME, before another step is added", () => {
    for (const [kind, schema] of Object.entries({ AddressOfRecord: homeSchema, Realm: realmSchema })) {
      const { statements } = latest.objects.find((object) => object.kind === kind) ?? { statements: [] };
      const steps = statements.filter((each) => each.startsWith("INSERT INTO migration ")).length;
      expect([kind, schema.length - steps]).toEqual([kind, 0]);
    }
  });
});

describe("a step of a schema", () => {
  it.each([
    ["homeSchema", homeSchema, homeSteps],
    ["realmSchema", realmSchema, realmSteps],
    ["createRecordTable", [[createRecordTable]], ["a2ac568ba87bca17"]],
  ] as const)("of %s is never edited once it is deployed", (name, schema, deployed) => {
    const steps = schema.map(hashOf);
    deployed.forEach((hash, index) => {
      expect(
        steps[index],
        `Step ${index + 1} of ${name} has run on databases that are deployed, and runs on none of them again: leave it as it was, and add a step.`,
      ).toBe(hash);
    });
    expect(
      steps.slice(deployed.length),
      `Write down the new steps of ${name} here, and keep a state of this schema: node scripts/keep-schema.ts NAME (docs/upgrading.md).`,
    ).toEqual([]);
  });
});

/** The schema as it stands, once this revision has opened the object. */
async function schemaOf({
  kind,
  name,
}: Pick<KeptState["objects"][number], "kind" | "name">): Promise<readonly string[]> {
  if (kind === "Realm") await env.REALM.getByName(name).readFigures(1);
  else await callsOf(name).putAccount(name, { password }, "create");
  return runInDurableObject(stubOf({ kind, name }), (_object, { storage }) =>
    storage.sql
      .exec(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name",
      )
      .toArray()
      .map(({ sql }) => String(sql).replace(/\s+/g, " ")),
  );
}
