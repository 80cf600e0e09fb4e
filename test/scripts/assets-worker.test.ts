import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { headersFile } from "../../scripts/serve/asset-headers";
import assetsWorker from "../../scripts/serve/assets-worker";
import { readStaticAssets, type StaticAsset } from "../../scripts/serve/static-assets";

let directory: string;
let assets: readonly StaticAsset[];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "durasip-assets-"));
  mkdirSync(join(directory, "docs"));
  writeFileSync(join(directory, "index.html"), "<title>durasip</title>");
  writeFileSync(join(directory, "docs", "index.html"), "docs");
  writeFileSync(join(directory, "docs", "a b.js"), "export {}");
  writeFileSync(join(directory, "_headers"), headersFile());
  writeFileSync(join(directory, "admin.html"), "<title>admin</title>");
  writeFileSync(join(directory, "client.js"), "export {}");
  mkdirSync(join(directory, "assets"));
  writeFileSync(join(directory, "assets", "index-1a2b.js"), "export {}");
  assets = readStaticAssets(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function answer(path: string, init?: RequestInit): Response {
  const manifest = Object.fromEntries(
    assets.map(({ path, contentType, entityTag }) => [path, { contentType, entityTag }]),
  );
  const bodies = Object.fromEntries(assets.map((asset) => [asset.path, asset.bytes]));
  return assetsWorker.fetch(new Request(`http://gateway.test${path}`, init), { manifest, ...bodies });
}

describe("the static assets under plain workerd", () => {
  it("are the files of the folder without the platform's instructions", () => {
    expect(assets.map(({ path }) => path)).toEqual([
      "/admin.html",
      "/assets/index-1a2b.js",
      "/client.js",
      "/docs/a b.js",
      "/docs/index.html",
      "/index.html",
    ]);
  });

  it("come with type and entity-tag", async () => {
    const response = answer("/docs/a%20b.js");
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/javascript; charset=utf-8");
    expect(response.headers.get("ETag")).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await response.text()).toBe("export {}");
  });

  it("imply index.html and the extension .html", async () => {
    expect(await answer("/").text()).toBe("<title>durasip</title>");
    expect(await answer("/index").text()).toBe("<title>durasip</title>");
    expect(await answer("/admin").text()).toBe("<title>admin</title>");
    expect(await answer("/docs").text()).toBe("docs");
    expect(await answer("/docs/").text()).toBe("docs");
  });

  it("are revalidated, also against a weak tag in a list", () => {
    const tag = answer("/").headers.get("ETag") ?? "";
    expect(answer("/", { headers: { "If-None-Match": `"other", W/${tag}` } }).status).toBe(304);
    expect(answer("/", { headers: { "If-None-Match": '"other"' } }).status).toBe(200);
  });

  it("are kept for good where their name has the hash of what is in them, and asked about otherwise", () => {
    const cachingOf = (path: string) => answer(path).headers.get("Cache-Control");
    expect(cachingOf("/assets/index-1a2b.js")).toBe("public, max-age=31536000, immutable");
    for (const path of ["/", "/admin", "/client.js"]) {
      expect(cachingOf(path), path).toBe("public, max-age=0, must-revalidate");
    }
  });

  it("are for the gateway's own pages, but for the client module, which any may import", () => {
    expect(answer("/client.js").headers.get("Access-Control-Allow-Origin")).toBe("*");
    for (const path of ["/", "/admin", "/assets/index-1a2b.js"]) {
      expect(answer(path).headers.has("Access-Control-Allow-Origin"), path).toBe(false);
    }
  });

  it("have the same fields in the platform's own file", () => {
    expect(headersFile()).toContain("/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n");
    expect(headersFile()).toContain("/client.js\n  Access-Control-Allow-Origin: *\n");
  });

  it("answer HEAD without a body, and no other method", async () => {
    const head = answer("/", { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
    expect(answer("/", { method: "POST" }).status).toBe(405);
  });

  it("are nothing else: no manifest, no prototype, no broken escape, no way up", () => {
    for (const path of ["/manifest", "/constructor", "/__proto__", "/%", "/..%2findex.html", "/docs/a%20b"]) {
      expect(answer(path).status, path).toBe(404);
    }
  });
});
