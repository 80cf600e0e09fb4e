// `npm run deploy`: builds the pages and runs `wrangler deploy` with the given arguments, unless the
// demonstration's password would come near a deployment.

import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildWeb } from "./build-web.ts";
import { demoPasswordName } from "./demo.ts";
import { demoPasswordPlaces } from "./demo-password.ts";
import { projectDirectory, spawnWrangler } from "./wrangler.ts";

const argv = process.argv.slice(2);

/** wrangler.toml, every .dev.vars and .env, and the files that arguments name, as in --secrets-file=F. */
function inputFiles(): readonly { name: string; text: string }[] {
  const settings = readdirSync(projectDirectory).filter(
    (name) => /^\.(dev\.vars|env)(\.|$)/.test(name) || /^wrangler\.(toml|jsonc?)$/.test(name),
  );
  const named = argv.map((argument) => argument.replace(/^--?[\w-]+=/, ""));
  return [...settings.map((name) => join(projectDirectory, name)), ...named]
    .filter((path) => existsSync(path) && statSync(path).isFile())
    .map((path) => ({ name: path, text: readFileSync(path, "utf8") }));
}

const places = demoPasswordPlaces({ files: inputFiles(), environment: process.env, argv });
if (places.length > 0) {
  console.error(
    `${demoPasswordName} is set in ${places.join(" and ")}: with it anybody may log in under any name.\n` +
      "It is for npm start and npm run serve -- --demo alone. Remove it there, then deploy again.",
  );
  process.exit(1);
}
buildWeb();
const [code] = await once(spawnWrangler(["deploy", ...argv], "inherit"), "exit");
process.exit(code ?? 1);
