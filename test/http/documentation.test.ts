// The pages for operators, held equal to the program.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ask } from "./gateway";

const project = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const page = (path: string): string => readFileSync(join(project, path), "utf8");

/** The first cells of all tables' rows, as far as they are code. */
const firstCells = (text: string): readonly string[] =>
  [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = ""]) => cell);

describe("docs/settings.md", () => {
  it("names every variable, and no other", () => {
    const variables = [...page("src/env.ts").matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name);
    expect(variables.length).toBeGreaterThan(20);
    expect([...firstCells(page("docs/settings.md"))].sort()).toEqual(variables.sort());
  });
});

describe("what a setting means", () => {
  const rows = [...page("docs/settings.md").matchAll(/^\| `([A-Z_]+)` *\| (.*?) *\| (.*?) *\|$/gm)];
  const unset = ["none", "any", "made once and kept"];

  it("is told in the same words by the page and by GET /v1/settings, with the same default", async () => {
    const { settings } = (await (await ask("/v1/settings")).json()) as {
      settings: { name: string; default: string | null; meaning: string }[];
    };
    const told = settings.map(({ name, default: usual, meaning }) => {
      return [name, usual === null || usual === "not set" ? "" : usual, meaning];
    });
    const written = rows.map(([, name, usual = "", meaning]) => {
      return [name, unset.includes(usual) ? "" : usual.replaceAll("`", ""), meaning];
    });
    expect(told.sort()).toEqual(written.sort());
  });
});

describe("docs/http-api.md", () => {
  const cells = firstCells(page("docs/http-api.md"));

  it("names every call, and no other", async () => {
    const { paths } = (await (await ask("/v1/openapi.json")).json()) as { paths: Record<string, object> };
    const calls = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} /v1${path}`),
    );
    const documented = cells.filter((cell) => / \/v1\//.test(cell)).map((cell) => cell.replace(/\?.*$/, ""));
    expect([...documented].sort()).toEqual(calls.sort());
  });

  it("names every problem, and no other", () => {
    const union = /type ProblemName =([^;]+);/.exec(page("src/http/problem.ts"))?.[1] ?? "";
    const names = [...union.matchAll(/"([a-z-]+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    expect(cells.filter((cell) => /^[a-z-]+$/.test(cell)).sort()).toEqual(names.sort());
  });
});
