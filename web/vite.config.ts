// How the pages are built: everything in files of the gateway's own, nothing inline and nothing from elsewhere,
// so that a strict Content-Security-Policy holds (src/http/security-headers.ts).

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

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

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [react(), apiDocs],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: pages.map((page) => join(import.meta.dirname, `${page}.html`)) },
  },
});
