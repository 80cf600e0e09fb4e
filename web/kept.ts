// What is remembered over a reload: by this tab alone, until it ends (sessionStorage), or by all tabs of this browser
// (localStorage). What is read back is checked, since any script of this origin may have written it.

/** One remembered value; `read` gives undefined for what it does not recognise. */
export interface Kept<T> {
  get(): T | undefined;
  set(value: T): void;
  forget(): void;
}

/** Of how many tabs. */
type Scope = "tab" | "browser";

/** A value kept under `durasip.<name>`, as JSON. */
export function kept<T>(
  name: string,
  read: (value: unknown) => T | undefined,
  scope: Scope = "tab",
): Kept<T> {
  const key = `durasip.${name}`;
  // Asked for each time: a browser that blocks storage throws where it is named.
  const storage = (): Storage => (scope === "tab" ? sessionStorage : localStorage);
  return {
    get: () => read(parsed(storage().getItem(key))),
    set: (value) => write(storage(), key, JSON.stringify(value)),
    forget: () => storage().removeItem(key),
  };
}

/** A full store keeps what it had: the page goes on, and a reload knows less. */
function write(storage: Storage, key: string, text: string): void {
  try {
    storage.setItem(key, text);
  } catch {}
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
