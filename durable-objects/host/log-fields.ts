// What a step says for the log, as fields of one line.

/** Numbers and truth values as they are, all else as text. */
export function logFields(
  detail: Readonly<Record<string, unknown>>,
): Record<string, string | number | boolean | undefined> {
  const fields: Record<string, string | number | boolean | undefined> = {};
  for (const [name, value] of Object.entries(detail)) {
    const isPlain = typeof value === "number" || typeof value === "boolean" || value === undefined;
    fields[name] = isPlain ? value : String(value);
  }
  return fields;
}
