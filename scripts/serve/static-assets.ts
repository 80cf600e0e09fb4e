// The built files of web/dist, made ready for the assets worker: URL path, content type, entity-tag.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

export interface StaticAsset {
  /** The URL path, percent-encoding undone: "/assets/index-1a2b.js". */
  readonly path: string;
  readonly contentType: string;
  /** Strong, quoted: the first half of the SHA-256 of the bytes. */
  readonly entityTag: string;
  readonly bytes: Buffer;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/vnd.microsoft.icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".mp3": "audio/mpeg",
  ".ogg": "audio/ogg",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
};

export function contentTypeOf(path: string): string {
  return contentTypes[extname(path).toLowerCase()] ?? "application/octet-stream";
}

/** Every file under `directory`, sorted by path. Files that instruct the platform (`_headers`) are no assets. */
export function readStaticAssets(directory: string): readonly StaticAsset[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("_") && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => {
      const bytes = readFileSync(file);
      return {
        path: `/${relative(directory, file).split(sep).join("/")}`,
        contentType: contentTypeOf(file),
        entityTag: `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`,
        bytes,
      };
    });
}
