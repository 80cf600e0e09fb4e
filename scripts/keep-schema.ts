// `node scripts/keep-schema.ts NAME [REVISION]`: lets people leave one of everything behind in the objects of that revision
// (this tree's without one), and keeps the rows as test/schemas/NAME.sql, for the test that later revisions read them.
//
// To be run before a step is added to a schema, and never again for a name that is there: what is kept is what was.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importBundled } from "../bench/bundle.ts";
import { startGateway } from "../test/support/gateway.ts";
import { unpackRevision } from "../test/support/revision.ts";

type Leave = typeof import("../test/schemas/leave-state.ts");
type Settings = typeof import("../test/schemas/settings.ts");
type Dump = typeof import("../test/schemas/dump.ts");

const root = join(import.meta.dirname, "..");
const schemas = join(root, "test", "schemas");
const [name, revision] = process.argv.slice(2);
/** What an old revision has not got yet, as `WITHOUT=calls,xcap`. */
const without = new Set((process.env["WITHOUT"] ?? "").split(","));

async function keep(file: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "durasip-kept-"));
  const bundled = <Module>(module: string): Promise<Module> =>
    importBundled<Module>(join(schemas, module), mkdtempSync(join(directory, "module-")));
  const { leaveState } = await bundled<Leave>("leave-state.ts");
  const { deploymentSecret, password, realm } = await bundled<Settings>("settings.ts");
  const { dumpObjects } = await bundled<Dump>("dump.ts");
  const older = revision === undefined ? undefined : unpackRevision(revision);
  if (revision !== undefined && older === undefined) throw new Error(`there is no revision ${revision}`);
  const gateway = await startGateway({
    stateDir: directory,
    vars: {
      REALMS: realm,
      DEMO_PASSWORD: password,
      DIGEST_ALGORITHMS: "MD5",
      DEPLOYMENT_SECRET: deploymentSecret,
      ADMIN_TOKEN: "administrator-of-kept-states",
    },
    ...(older === undefined ? {} : { program: older.program }),
  });
  try {
    const left = await leaveState({
      url: gateway.url,
      calls: !without.has("calls"),
      xcap: !without.has("xcap"),
    });
    await gateway.kill();
    writeFileSync(file, `-- ${JSON.stringify(left)}\n${dumpObjects(directory)}`);
  } finally {
    await gateway.kill();
    older?.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

const file = join(schemas, `${name}.sql`);
if (name === undefined || !/^[a-z0-9-]+$/.test(name))
  throw new Error("usage: keep-schema.ts NAME [REVISION]");
if (existsSync(file)) throw new Error(`${file} is there; what is kept is never made anew`);
await keep(file);
