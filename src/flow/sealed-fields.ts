// Several texts in one token: what the sealed names of this folder have in common.

import type { Seal } from "./seal";

/**
 * A token of these texts. `unit` pads what is sealed to a multiple of that many characters, for tokens whose
 * length alone must not tell two owners apart.
 */
export function sealFields(seal: Seal, fields: readonly string[], unit = 1): string {
  const plain = JSON.stringify(fields);
  return seal.seal(plain.padEnd(Math.ceil(plain.length / unit) * unit));
}

/** The same token for the same texts, where they are shown beside it anyway. */
export const sealFieldsOnce = (seal: Seal, fields: readonly string[]): string =>
  seal.sealOnce(JSON.stringify(fields));

/** The texts of a token, exactly `count` of them; undefined for a token that is not ours. */
export function openFields(seal: Seal, token: string, count: number): readonly string[] | undefined {
  const plain = seal.open(token);
  const fields = plain === undefined ? undefined : parseArray(plain);
  if (fields?.length !== count) return undefined;
  return fields.every((field) => typeof field === "string") ? fields : undefined;
}

function parseArray(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
