// The two workers as single modules, bundled with the conditions wrangler uses.

import { build, stop } from "esbuild";

export interface BundleOptions {
  readonly entry: string;
  readonly outfile: string;
}

/** Bundles each entry into its outfile; rejects with esbuild's own account of the errors, already printed. */
export async function bundleWorkers(bundles: readonly BundleOptions[]): Promise<void> {
  try {
    await Promise.all(bundles.map(bundleWorker));
  } finally {
    // esbuild keeps a process of its own running otherwise, for as long as the gateway.
    await stop();
  }
}

async function bundleWorker({ entry, outfile }: BundleOptions): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["cloudflare:*", "node:*"],
    loader: { ".html": "text", ".txt": "text" },
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
}
