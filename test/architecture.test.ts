import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { complaints, type SourceFile } from "./support/architecture";

const root = join(import.meta.dirname, "..");

function readSources(...folders: string[]): readonly SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:ts|tsx|mts|js|mjs)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !/[\\/](?:dist|node_modules)[\\/]/.test(file))
      .map((file) => ({
        path: file.slice(root.length + 1).replaceAll("\\", "/"),
        text: readFileSync(file, "utf8"),
      })),
  );
}

const file = (path: string, ...lines: string[]): SourceFile => ({ path, text: `${lines.join("\n")}\n` });

describe("the sources of the gateway", () => {
  const sources = readSources("src", "durable-objects");

  it("keep to their layers", () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(complaints(sources)).toEqual([]);
  });

  it("have tests, programs and pages that are as tidy", () => {
    const folders = ["test", "scripts", "web", "bench"].filter((name) => readdirSync(root).includes(name));
    expect(complaints(readSources(...folders)).filter((each) => !each.startsWith("cycle"))).toEqual([]);
  });
});

describe("the rule of direction", () => {
  const base = file("src/base/result.ts", "export const ok = 1;");
  const sip = file("src/sip/parser.ts", "export const parse = 1;");

  it("lets a layer import what is below it", () => {
    const proxy = file(
      "src/proxy/route.ts",
      'import { ok } from "../base/result";',
      'import "../sip/parser";',
    );
    expect(complaints([base, sip, proxy])).toEqual([]);
  });

  it("refuses the other way, in every form of import", () => {
    for (const line of [
      'import { parse } from "../sip/parser";',
      "import type { Parse } from '../sip/parser';",
      'import "../sip/parser";',
      'export type Parse = import("../sip/parser").Parse;',
      'const sip = import("../sip/parser");',
      'import {\n  parse, // from "../base/result"\n} from "../sip/parser";',
    ]) {
      const found = complaints([sip, file("src/base/result.ts", line)]);
      expect(found, line).toContain("src/base/result.ts: may not import src/sip/parser.ts");
    }
  });

  it("keeps the folders of the third layer apart, save flow, contracts and the event packages", () => {
    const presence = file("src/presence/document.ts", "export const x = 1;");
    const token = file("src/flow/route-token.ts", "export const x = 1;");
    const lines = ['import "../presence/document";', 'import "../flow/route-token";'];
    expect(complaints([presence, token, file("src/registrar/register.ts", ...lines)])).toEqual([
      "src/registrar/register.ts: may not import src/presence/document.ts",
    ]);
    const joint = file("src/events/packages/presence.ts", 'import "../../presence/document";');
    const home = file("src/home/step.ts", 'import "../events/packages/presence";');
    expect(complaints([presence, joint, home])).toEqual([]);
  });

  it("refuses packages a layer has no business with", () => {
    expect(complaints([file("src/sip/parser.ts", 'import { z } from "zod";')])).toEqual([
      "src/sip/parser.ts: may not import the package zod",
    ]);
    const http = file("src/http/upgrade.ts", 'import { DurableObject } from "cloudflare:workers";');
    expect(complaints([http])).toEqual([
      "src/http/upgrade.ts: may not import the package cloudflare:workers",
    ]);
    expect(complaints([file("durable-objects/realm.ts", 'import "cloudflare:workers";')])).toEqual([]);
  });

  it("refuses a file that is in no layer, and an import that leads nowhere", () => {
    expect(complaints([file("src/magic/wand.ts", "export const x = 1;")])[0]).toContain("is in no layer");
    expect(complaints([file("src/sip/parser.ts", 'import "./scan";')])).toEqual([
      "src/sip/parser.ts: imports ./scan, which is not there",
    ]);
  });

  it("finds a cycle, once", () => {
    expect(
      complaints([
        file("src/sip/a.ts", 'import "./b";'),
        file("src/sip/b.ts", 'import "./c";'),
        file("src/sip/c.ts", 'import "./a";'),
      ]),
    ).toEqual(["cycle: src/sip/a.ts → src/sip/b.ts → src/sip/c.ts → src/sip/a.ts"]);
  });
});

describe("the rule of purity", () => {
  const inCore = (...lines: string[]) => complaints([file("src/proxy/route.ts", ...lines)]);

  it.each([
    "const now = Date.now();",
    "const at = new Date();",
    "const r = Math.random();",
    "const id = crypto.randomUUID();",
    "setTimeout(f, 500);",
    "console.log(1);",
    "return Promise.resolve(1);",
    "return new Promise(f);",
    "export async function f() {}",
    "const x = await y;",
    `const text = \`at \${Date.now()} and \${\`in \${fetch(u)}\`}\`;`,
    "const ratio = a / b + Date.now() / c;",
    "function f(at = /x/.test(y) ? Date.now() : 0) {}",
  ])("refuses %s", (line) => {
    expect(inCore(line).length).toBeGreaterThan(0);
  });

  it.each([
    "// the Date header is kept, await nothing",
    "/* Date.now()\n fetch() */",
    'const name = "Date";',
    "const name = 'console';",
    `const text = \`Date \${name} await\`;`,
    'const pattern = /^Date[/`"]console/;',
    "const { date } = headers; headers.Date; headers.fetch();",
    "export const known = { Date: 1, fetch: 2 };",
    "export interface Home { ask(): Promise<string> }",
    "const updated = dated / fetched / 2;",
  ])("accepts %s", (line) => {
    expect(inCore(line)).toEqual([]);
  });

  it("leaves the shells alone", () => {
    expect(complaints([file("durable-objects/realm.ts", "const now = Date.now();")])).toEqual([]);
  });
});

describe("the rule of form", () => {
  it("refuses long files, empty names, barrels and unfinished work", () => {
    const long = file("src/sip/parser.ts", ...Array.from({ length: 401 }, () => "export {};"));
    expect(complaints([long])).toEqual(["src/sip/parser.ts: has 401 lines, more than 400"]);
    expect(complaints([file("src/sip/utils.ts", "export const x = 1;")])).toEqual([
      "src/sip/utils.ts: has a name that says nothing",
    ]);
    const scan = file("src/sip/scan.ts", "export const x = 1;");
    for (const line of ['export * from "./scan";', 'export type { X } from "./scan";']) {
      expect(complaints([scan, file("src/sip/all.ts", line)])).toEqual(["src/sip/all.ts: re-exports ./scan"]);
    }
    expect(complaints([file("test/sip/x.test.ts", `// ${"TO"}DO later`)])).toEqual([
      `test/sip/x.test.ts: is marked as unfinished: ${"TO"}DO`,
    ]);
  });
});
