// The static assets under plain workerd, which has none of its own: the built files as data bindings, one per
// URL path, and a manifest that says what each is. It answers as the platform does: GET and HEAD, index.html
// for a folder, the extension .html implied, revalidation by entity-tag, 404 for the rest.

import { assetHeaders } from "./asset-headers.ts";

interface AssetEntry {
  readonly contentType: string;
  readonly entityTag: string;
}

interface AssetsEnv {
  readonly manifest: Readonly<Record<string, AssetEntry>>;
  readonly [path: string]: unknown;
}

const plain = { "Content-Type": "text/plain; charset=utf-8" };

function findAsset(env: AssetsEnv, pathname: string): { path: string; entry: AssetEntry } | undefined {
  const candidates = pathname.endsWith("/")
    ? [`${pathname}index.html`]
    : [pathname, `${pathname}.html`, `${pathname}/index.html`];
  for (const path of candidates) {
    const entry = Object.hasOwn(env.manifest, path) ? env.manifest[path] : undefined;
    if (entry) return { path, entry };
  }
  return undefined;
}

function decodePath(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined; // a stray "%": no file has such a name
  }
}

export default {
  fetch(request: Request, env: AssetsEnv): Response {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response("Method Not Allowed\n", { status: 405, headers: { ...plain, Allow: "GET, HEAD" } });
    }
    const pathname = decodePath(new URL(request.url).pathname);
    const found = pathname === undefined ? undefined : findAsset(env, pathname);
    if (!found) return new Response("Not Found\n", { status: 404, headers: plain });
    const { contentType, entityTag } = found.entry;
    const headers = {
      ETag: entityTag,
      "Cache-Control": "public, max-age=0, must-revalidate",
      ...assetHeaders(found.path),
    };
    const known = request.headers.get("If-None-Match")?.split(",") ?? [];
    if (known.some((tag) => tag.trim().replace(/^W\//, "") === entityTag)) {
      return new Response(null, { status: 304, headers });
    }
    const body = request.method === "HEAD" ? null : (env[found.path] as ArrayBuffer);
    return new Response(body, { headers: { ...headers, "Content-Type": contentType } });
  },
};
