// The rules of the house as a function: sources in, complaints out. docs/architecture.md says why they are.

import { importsOf, type SourceScan, scanSource } from "./source-scan";

export interface SourceFile {
  /** From the project's root, with slashes: "src/sip/parser.ts". */
  readonly path: string;
  readonly text: string;
}

/**
 * What each folder may import, lowest first; everything may import its own folder. The pure ones know neither
 * platform nor clock, and of packages only those named here.
 */
interface Layer {
  readonly folder: string;
  readonly imports: readonly string[];
  readonly packages: readonly string[];
  readonly pure: boolean;
}

const pure = (folder: string, imports: readonly string[], packages: readonly string[] = []): Layer => ({
  folder,
  imports,
  packages,
  pure: true,
});

const l0 = ["src/base"];
const l1 = ["src/sip", "src/xml"];
const l2 = ["src/transaction", "src/dialog", "src/auth"];
/** The two folders of the third layer that the others may import. */
const joints = ["src/flow", "src/contracts"];
const l3 = [
  ...["src/registrar", "src/proxy", "src/messaging", "src/events", "src/presence", "src/xcap", "src/rls"],
  "src/recorder",
  ...["src/wake", "src/trunk"],
];
const core = [...l0, ...l1, ...l2, ...joints, ...l3, "src/home"];

const layers: readonly Layer[] = [
  pure("src/base", []),
  pure("src/sip", l0),
  pure("src/xml", l0, ["@xmldom/xmldom"]),
  ...l2.map((folder) => pure(folder, [...l0, ...l1])),
  ...joints.map((folder) => pure(folder, [...l0, ...l1, ...l2, ...joints])),
  ...l3.map((folder) => pure(folder, [...l0, ...l1, ...l2, ...joints])),
  // The packages of events are the joint between the notifier and what it tells of.
  pure("src/events/packages", [...l0, ...l1, ...l2, ...joints, ...l3]),
  pure("src/home", [...l0, ...l1, ...l2, ...joints, ...l3]),
  { folder: "src/env.ts", imports: core, packages: ["zod"], pure: false },
  {
    folder: "src/http",
    imports: [...core, "src/env.ts"],
    packages: ["@hono/zod-openapi", "hono", "jose", "zod", "node:"],
    pure: false,
  },
  {
    folder: "durable-objects",
    imports: [...core, "src/env.ts", "src/http"],
    packages: ["cloudflare:", "node:", "jose"],
    pure: false,
  },
  {
    folder: "src/index.ts",
    imports: [...core, "src/env.ts", "src/http", "durable-objects"],
    packages: ["cloudflare:", "hono"],
    pure: false,
  },
];

/** A word that starts nothing, unless it is a property's name: what an identifier looks like in `code`. */
const identifier = (names: string): RegExp => new RegExp(`(?<![.\\w$])(?:${names})(?![\\w$]|\\s*\\??:)`, "g");
const banned = identifier(
  [
    ...[
      "Date",
      "Math(?=\\s*\\.\\s*random\\b)",
      "performance",
      "crypto",
      "fetch",
      "console",
      "async",
      "await",
    ],
    ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "process", "globalThis"],
    ...["Promise(?=\\s*\\.)", "new\\s+Promise"], // a promise may be spoken of, never made
  ].join("|"),
);
const catchAll = /\/(?:utils?|helpers?|common|shared|misc|types|index)\.ts$/;
const unfinished = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].join("|")})\\b`);
const reExport = /\bexport\s+(?:type\s+)?(?:\*|\{[^}]*\})\s*(?:as\s+\w+\s*)?from\s*"(\d+)"/g;
const longestFile = 400;

/** Every breach of the rules among `files`, each with its file; none means that the house is in order. */
export function complaints(files: readonly SourceFile[]): readonly string[] {
  const known = new Set(files.map(({ path }) => path));
  const scans = new Map(files.map(({ path, text }) => [path, scanSource(text)]));
  const each = files.flatMap((file) => [
    ...judgeText(file).map((complaint) => `${file.path}: ${complaint}`),
    ...judgeCode(file.path, scanOf(scans, file.path), known).map((complaint) => `${file.path}: ${complaint}`),
  ]);
  return [...new Set([...each, ...cycles(files, scans, known)])];
}

function scanOf(scans: ReadonlyMap<string, SourceScan>, path: string): SourceScan {
  return scans.get(path) ?? { code: "", strings: [] };
}

function judgeText({ path, text }: SourceFile): string[] {
  const found: string[] = [];
  const lines = text.split("\n").length - 1;
  if (lines > longestFile) found.push(`has ${lines} lines, more than ${longestFile}`);
  if (catchAll.test(path) && path !== "src/index.ts") found.push("has a name that says nothing");
  const mark = unfinished.exec(text)?.[0];
  if (mark) found.push(`is marked as unfinished: ${mark}`);
  return found;
}

function judgeCode(path: string, scan: SourceScan, known: ReadonlySet<string>): string[] {
  if (!/^(?:src|durable-objects)\//.test(path)) return [];
  const layer = layerOf(path);
  if (!layer) return ["is in no layer: name its folder in test/support/architecture.ts"];
  const found = importsOf(scan).flatMap((specifier) => judgeImport(path, specifier, layer, known));
  for (const [, index] of scan.code.matchAll(reExport)) {
    const specifier = scan.strings[Number(index)] ?? "";
    // A library's own types may be passed on by the one file that knows the library.
    if (path !== "src/index.ts" && specifier.startsWith(".")) found.push(`re-exports ${specifier}`);
  }
  if (layer.pure) for (const [word] of scan.code.matchAll(banned)) found.push(`is pure and says ${word}`);
  return found;
}

/** The layer with the longest matching folder. */
function layerOf(path: string): Layer | undefined {
  return layers
    .filter(({ folder }) => isIn(path, folder))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

function judgeImport(path: string, specifier: string, layer: Layer, known: ReadonlySet<string>): string[] {
  if (!specifier.startsWith(".")) {
    const allowed = layer.packages.some((name) =>
      name.endsWith(":")
        ? specifier.startsWith(name)
        : specifier === name || specifier.startsWith(`${name}/`),
    );
    return allowed ? [] : [`may not import the package ${specifier}`];
  }
  const target = resolveImport(path, specifier);
  if (!known.has(target)) return [`imports ${specifier}, which is not there`];
  const folder = layerOf(target)?.folder;
  const allowed = folder !== undefined && [layer.folder, ...layer.imports].some((each) => isIn(folder, each));
  return allowed ? [] : [`may not import ${target}`];
}

/** A nested folder is reached by whoever may reach the one around it. */
const isIn = (folder: string, outer: string): boolean => folder === outer || folder.startsWith(`${outer}/`);

/** `../base/result` seen from `src/sip/parser.ts` is `src/base/result.ts`. */
function resolveImport(path: string, specifier: string): string {
  const parts = path.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return `${parts.join("/")}.ts`;
}

/** Each cycle of imports once, from its first file on. */
function cycles(
  files: readonly SourceFile[],
  scans: ReadonlyMap<string, SourceScan>,
  known: ReadonlySet<string>,
): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`cycle: ${[...trail.slice(start), path].join(" → ")}`);
    if (start >= 0 || done.has(path)) return;
    trail.push(path);
    for (const specifier of importsOf(scanOf(scans, path))) {
      const target = resolveImport(path, specifier);
      if (specifier.startsWith(".") && known.has(target)) visit(target);
    }
    trail.pop();
    done.add(path);
  };
  for (const { path } of files) visit(path);
  return found;
}
