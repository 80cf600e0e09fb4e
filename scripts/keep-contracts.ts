// `node scripts/keep-contracts.ts`: keeps what objects offer each other now, as declarations in test/contracts/kept. What is
// kept is what was deployed last: test/contracts/overlap.ts holds the present to it, since objects of both serve at once while a
// deploy goes out. To be run when a version has been released (docs/upgrading.md).

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const kept = join(root, "test", "contracts", "kept");
/** What never leaves its object. */
const notBetweenObjects = new Set([
  "call-settings.d.ts",
  "keyring.d.ts",
  "parcel-wire.d.ts",
  "settings.d.ts",
]);

const run = (...command: readonly string[]): void => {
  execFileSync("npx", command, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
};

const declared = mkdtempSync(join(tmpdir(), "durasip-declared-"));
const config = {
  extends: join(root, "tsconfig.json"),
  include: [join(root, "src", "contracts")],
  compilerOptions: {
    types: [],
    // The check is another's (npm run check).
    noCheck: true,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    removeComments: true,
    rootDir: root,
    outDir: declared,
  },
};
writeFileSync(join(declared, "tsconfig.json"), JSON.stringify(config));
run("tsc", "-p", declared);
rmSync(kept, { recursive: true, force: true });
mkdirSync(kept);
const contracts = join(declared, "src", "contracts");
for (const file of readdirSync(contracts).filter((name) => !notBetweenObjects.has(name))) {
  const text = readFileSync(join(contracts, file), "utf8");
  // Times and names are types of no other shape than ours: those of the present stand for what was.
  writeFileSync(join(kept, file), text.replaceAll('from "../', 'from "../../../src/'));
}
rmSync(declared, { recursive: true, force: true });
run("biome", "check", "--write", kept);
