// The documents that RFCs print, kept with the conformance data (test/conformance/documents/README.md says whence).

import { readFileSync } from "node:fs";

const folder = `${import.meta.dirname}/../conformance/documents/`;

export const printed = (name: string): string => readFileSync(folder + name, "utf8");

/** The value, or a failed test that says why there is none. */
export function okValue<Value>(
  result: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: unknown },
): Value {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
