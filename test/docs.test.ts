// The words beside the code, held to it: every link leads somewhere, every file named is there, every npm script
// exists, and every table of the databases is described.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const pages = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path)),
];

/** The page without its fenced code, where brackets are no links. */
const prose = (page: string): string => read(page).replace(/^```[^\n]*\n.*?^```$/gms, "");

interface Link {
  readonly path: string;
  readonly anchor: string | undefined;
}

/** The links of a page to files of this project, and to headings in them. */
function linksOf(page: string): readonly Link[] {
  const text = prose(page);
  const targets = [
    ...[...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target),
    ...[...text.matchAll(/<img[^>]* src="([^"]+)"/g)].map(([, target = ""]) => target),
  ];
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = "", anchor] = target.split("#", 2);
      return { path: path === "" ? page : join(dirname(page), path), anchor };
    });
}

/** A heading as a link names it: lower case, spaces as hyphens, no punctuation. */
const anchorsOf = (page: string): readonly string[] =>
  [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

/** Files and folders named in `code`, by the folders at the top of this project. */
const filesNamedIn = (page: string): readonly string[] =>
  [...prose(page).matchAll(/`((?:src|test|durable-objects|scripts|web|bench|docs)\/[\w./-]*)`/g)].map(
    ([, path = ""]) => path,
  );

describe.each(pages)("%s", (page) => {
  it("begins with its title", () => {
    expect(read(page)).toMatch(/^# \S/);
  });

  it("links to nothing that is not there", () => {
    const broken = linksOf(page).filter(
      ({ path, anchor }) =>
        !existsSync(join(root, path)) || (anchor !== undefined && !anchorsOf(path).includes(anchor)),
    );
    expect(broken).toEqual([]);
  });

  it("stays within the project", () => {
    expect(linksOf(page).filter(({ path }) => relative(".", path).startsWith(".."))).toEqual([]);
  });

  it("names no file that is not there", () => {
    expect(filesNamedIn(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("names no npm script that does not exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: object };
    const named = [...read(page).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

it("docs/STORAGE.md describes every table", () => {
  const sources = [
    "home-schema.ts",
    "call-table.ts",
    "xcap-table.ts",
    "record-table.ts",
    "migrations.ts",
    "account-list.ts",
    "figure-table.ts",
    "realm-schema.ts",
  ].map((name) => read(join("durable-objects/host", name)));
  const tables = sources.flatMap((text) =>
    [...text.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(\w+)/g)].map(([, name = ""]) => name),
  );
  const described = read("docs/STORAGE.md");
  expect(tables.length).toBeGreaterThan(7);
  expect(tables.filter((name) => !described.includes(`\`${name}\``))).toEqual([]);
});

it("docs/rfc and docs/decisions list every page they have", () => {
  for (const folder of ["docs/rfc", "docs/decisions"]) {
    const listed = linksOf(`${folder}/README.md`).map(({ path }) => path);
    const there = pages.filter((page) => dirname(page) === folder && !page.endsWith("README.md"));
    expect(there.length).toBeGreaterThan(0);
    expect(there.filter((page) => !listed.includes(page))).toEqual([]);
  }
});

it("docs/rfc names a test in every row of its tables", () => {
  const rows = pages
    .filter((page) => dirname(page) === "docs/rfc" && !page.endsWith("README.md"))
    .flatMap((page) => [...read(page).matchAll(/^\| §.*$/gm)].map(([row]) => `${page}: ${row}`));
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.filter((row) => !/`test\/[^`]+`/.test(row))).toEqual([]);
});

describe("docs/threat-model.md", () => {
  const page = read("docs/threat-model.md");
  const named = [...page.matchAll(/`(test\/[\w./-]+\.test\.ts)` "([^"]+)"/g)].map(
    ([, file = "", title = ""]) => ({
      file,
      title,
    }),
  );

  it("names a test, by file and title, for every attack", () => {
    const [, attacks = ""] = page.split("## Attacks");
    const rows = (attacks.split("## A reader")[0] ?? "")
      .split("\n")
      .filter((line) => /^\| (?!attack|-)/.test(line));
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row) => !/`test\/[\w./-]+\.test\.ts` "[^"]+" *(?:,|\|)/.test(row))).toEqual([]);
  });

  it.each(named)("$file has the test: $title", ({ file, title }) => {
    expect(existsSync(join(root, file)), file).toBe(true);
    // The start of a test, or of its title behind the table of an `it.each`.
    const titles = [...read(file).matchAll(/(?:\bit|\btest|\)|\])\(\s*"([^"]+)"/g)].map(([, each]) => each);
    expect(titles).toContain(title);
  });
});

it("the picture is a file that a browser shows by itself", () => {
  expect(read("docs/architecture.svg")).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox=/);
  expect(statSync(join(root, "docs/architecture.svg")).size).toBeLessThan(20_000);
});
