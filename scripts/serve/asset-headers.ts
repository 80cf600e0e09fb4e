// The header fields of static assets that the Worker does not see pass: written into `_headers` for the platform, and
// answered by the assets worker of `serve`.

interface HeaderRule {
  /** A path, or the beginning of one with a star behind it. */
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Paths overlap in no field: the platform would join the values. */
const rules: readonly HeaderRule[] = [
  {
    path: "/*",
    fields: { "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer" },
  },
  {
    // Each has the hash of what is in it for a name.
    path: "/assets/*",
    fields: {
      "Cache-Control": "public, max-age=31536000, immutable",
      "Cross-Origin-Resource-Policy": "same-origin",
    },
  },
  {
    // The one file that is for pages of everybody's: a module from another origin comes by CORS.
    path: "/client.js",
    fields: { "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin" },
  },
];

/** The fields of an asset. */
export function assetHeaders(path: string): Readonly<Record<string, string>> {
  const applying = rules.filter((rule) =>
    rule.path.endsWith("*") ? path.startsWith(rule.path.slice(0, -1)) : path === rule.path,
  );
  return Object.assign({}, ...applying.map(({ fields }) => fields)) as Readonly<Record<string, string>>;
}

/** The same as Cloudflare's `_headers` file. */
export const headersFile = (): string =>
  rules
    .map(({ path, fields }) =>
      [path, ...Object.entries(fields).map(([name, value]) => `  ${name}: ${value}`), ""].join("\n"),
    )
    .join("\n");
