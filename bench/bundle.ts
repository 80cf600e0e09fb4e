import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";

/** A module that those who import it get in the place of another. */
export interface Substitution {
  readonly from: RegExp;
  readonly module: RegExp;
  readonly by: string;
}

/**
 * Bundles the module `entry` into `directory` and imports it, as the type the caller names: the sources of `src/` import
 * without file extensions, which Node does not resolve.
 */
export async function importBundled<Module>(
  entry: string,
  directory: string,
  substitution?: Substitution,
): Promise<Module> {
  const outfile = join(directory, "measure.mjs");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    banner: { js: 'import { createRequire as r } from "node:module"; const require = r(import.meta.url);' },
    plugins: substitution === undefined ? [] : [substituting(substitution)],
  });
  return import(pathToFileURL(outfile).href) as Promise<Module>;
}

const substituting = ({ from, module, by }: Substitution): Plugin => ({
  name: "substitution",
  setup: ({ onResolve }) => {
    onResolve({ filter: module }, ({ importer }) => (from.test(importer) ? { path: by } : undefined));
  },
});
