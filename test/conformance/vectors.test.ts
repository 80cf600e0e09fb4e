// Parser vectors: a generic runner for every kind, over test/conformance/vectors (see its README).
// The digest headers have their own runner in test/auth.

import { describe, expect, it } from "vitest";
import { type Observation, observe } from "./observe";
import { listFolder, readJson } from "./read";

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly input?: string | readonly string[];
  readonly input_b64?: string;
  readonly expect: "reject" | "no-crash" | Observation;
  readonly level: "must" | "should" | "may";
  readonly note?: string;
}

const elsewhere = ["challenge.json", "credentials.json", "header-lines.json"];
const files = listFolder("./vectors").filter((name) => name.endsWith(".json") && !elsewhere.includes(name));

const inputOf = (vector: Vector): string | readonly string[] | Uint8Array =>
  vector.input ?? Uint8Array.from(atob(vector.input_b64 ?? ""), (character) => character.charCodeAt(0));

describe.each(files)("%s", (file) => {
  const { vectors } = readJson(`./vectors/${file}`) as {
    vectors: readonly Vector[];
  };
  it.each(vectors)("$id ($level): $kind $input", (vector) => {
    const actual = observe(vector.kind, inputOf(vector));
    // README: peers differ here, so that nothing was thrown is all there is to see.
    if (vector.expect === "no-crash" || vector.level === "may") return;
    const refused = actual === undefined || actual["reject_at"] === "validation";
    const outcome = vector.expect === "reject" ? refused : agrees(vector.expect, actual);
    expect(outcome, `${JSON.stringify(vector.expect)} but got ${JSON.stringify(actual)}`).toBe(true);
  });
});

/** Whether every key that is expected is there with that value; one key may name several right values. */
function agrees(expected: Observation, actual: Observation | undefined): boolean {
  if (actual === undefined) return false;
  return Object.entries(expected).every(([key, value]) => {
    if (key.endsWith("_one_of")) return (value as readonly unknown[]).includes(actual[key.slice(0, -7)]);
    if (key === "headers_present") return isSubset(value, actual[key]);
    if (key === "host" || key === "transport") return lower(value) === lower(actual[key]);
    return same(value, actual[key], key === "params");
  });
}

function same(expected: unknown, actual: unknown, whole: boolean): boolean {
  if (Array.isArray(expected)) {
    const list = actual as readonly unknown[] | undefined;
    return (
      list?.length === expected.length && expected.every((item, index) => same(item, list[index], whole))
    );
  }
  if (typeof expected !== "object" || expected === null) return expected === actual;
  if (whole && Object.keys(expected).length !== Object.keys(actual ?? {}).length) return false;
  return agrees(expected as Observation, actual as Observation | undefined);
}

const lower = (value: unknown): string => String(value).toLowerCase();

const isSubset = (part: unknown, whole: unknown): boolean =>
  (part as readonly unknown[]).every((item) => (whole as readonly unknown[]).includes(item));
