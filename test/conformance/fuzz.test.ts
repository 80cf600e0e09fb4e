// Robustness seeds of other projects, read in place from a folder beside the checkout when there is one: they
// are under the GPL and the LGPL and no part of this project.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readEveryField, readFrame } from "../sip/readers";
import { readJson } from "./read";

const folder = "../../../shared/conformance/fuzz/";
const here = existsSync(fileURLToPath(new URL(folder, import.meta.url).href));

interface FuzzFile {
  readonly seeds?: readonly FuzzCase[];
  readonly cases?: readonly FuzzCase[];
}

interface FuzzCase {
  readonly data_b64?: string;
  readonly message_b64?: string;
  readonly message?: string;
}

function octetsOf({ data_b64, message_b64, message }: FuzzCase): Uint8Array {
  if (message !== undefined) return new TextEncoder().encode(message);
  return Uint8Array.from(atob(data_b64 ?? message_b64 ?? ""), (character) => character.charCodeAt(0));
}

it.skipIf(!here).each(["seeds.json", "protos-sample.json", "jain-torture.json"])("%s", (name) => {
  const file = readJson(folder + name) as FuzzFile;
  const cases = [...(file.seeds ?? []), ...(file.cases ?? [])];
  expect(cases.length).toBeGreaterThan(0);
  for (const entry of cases) {
    const octets = octetsOf(entry);
    expect(["unreadable", "salvaged", "refused", "valid"]).toContain(readFrame(octets));
    readEveryField(octets);
    // Line ends as some seeds have them would end every test at the start line.
    const text = new TextDecoder("latin1").decode(octets).replace(/\r?\n/g, "\r\n");
    readFrame(text);
    readEveryField(text);
  }
});
