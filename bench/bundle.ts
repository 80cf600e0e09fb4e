import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/**
 * Bundles the module `entry` into `directory` and imports it, as the type the caller names: the sources of `src/` import
 * without file extensions, which Node does not resolve.
 */
export async function importBundled<Module>(entry: string, directory: string): Promise<Module> {
  const outfile = join(directory, "measure.mjs");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    banner: { js: 'import { createRequire as r } from "node:module"; const require = r(import.meta.url);' },
  });
  return import(pathToFileURL(outfile).href) as Promise<Module>;
}
