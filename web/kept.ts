// What this tab remembers over a reload, in sessionStorage: it ends with the tab and is seen by no other site.
// What is read back is checked, since any script of this origin may have written it.

/** One remembered value; `read` gives undefined for what it does not recognise. */
export interface Kept<T> {
  get(): T | undefined;
  set(value: T): void;
  forget(): void;
}

/** A value kept under `durasip.<name>`, as JSON. */
export function kept<T>(name: string, read: (value: unknown) => T | undefined): Kept<T> {
  const key = `durasip.${name}`;
  return {
    get: () => read(parsed(sessionStorage.getItem(key))),
    set: (value) => sessionStorage.setItem(key, JSON.stringify(value)),
    forget: () => sessionStorage.removeItem(key),
  };
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value as an object of unknown members; undefined when it is none. */
export function members(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** The strings of an array; undefined when it is none. */
export function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
}
