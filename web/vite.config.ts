// How the pages are built: everything in files of the gateway's own, nothing inline and nothing from elsewhere,
// so that a strict Content-Security-Policy holds (src/http/security-headers.ts).

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import react from "@vitejs/plugin-react";
import { build as bundleFile } from "esbuild";
import { defineConfig, type Plugin } from "vite";
import { headersFile } from "../scripts/serve/asset-headers.ts";

const swaggerUi = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

/** The page of the administration API (/v1/docs) takes Swagger UI from /api-docs. */
const swaggerUiFiles = ["swagger-ui.css", "swagger-ui-bundle.js", "LICENSE", "NOTICE"];

const apiDocs: Plugin = {
  name: "api-docs",
  apply: "build",
  generateBundle() {
    for (const file of swaggerUiFiles) {
      // The maps are not served, and a link to them would be a request for nothing.
      const source = readFileSync(join(swaggerUi, file), "utf8").replace(
        /\n(?:\/\/|\/\*)# sourceMappingURL=.*/g,
        "",
      );
      this.emitFile({ type: "asset", fileName: `api-docs/${file}`, source });
    }
  },
};

/** The client, the operator's view, a shared ladder: each loads its own part of what they share. */
const pages = ["index", "admin", "ladder"];

/** `/client.js`: one file under a name that stays, for pages that bring a SIP client of their own. */
const clientModule: Plugin = {
  name: "client-module",
  apply: "build",
  async generateBundle() {
    const { outputFiles } = await bundleFile({
      entryPoints: [join(import.meta.dirname, "client.ts")],
      bundle: true,
      write: false,
      format: "esm",
      target: "es2022",
      legalComments: "none",
    });
    this.emitFile({ type: "asset", fileName: "client.js", source: outputFiles[0]?.text ?? "" });
  },
};

const headers: Plugin = {
  name: "headers",
  apply: "build",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "_headers", source: headersFile() });
  },
};

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [react(), apiDocs, clientModule, headers],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // The two themes are one table of light-dark(), which these know.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: pages.map((page) => join(import.meta.dirname, `${page}.html`)) },
  },
});
