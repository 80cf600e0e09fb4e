// The log: one JSON object a line, which `wrangler tail`, the dashboard and jq read alike. Rich where the wire is
// poor, but never with a secret in it: no token, no query string, no Authorization, no body.

export type LogLevel = "info" | "warn" | "error";

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one line. `event` is a stable phrase to search for; the rest are its facts. */
export function log(level: LogLevel, event: string, fields: LogFields = {}): void {
  // biome-ignore lint/suspicious/noConsole: the platform's log is its console, and this is its one caller.
  console[level](JSON.stringify({ event, ...fields }));
}

/** What is known of a throw: name, message and stack, for the log alone. */
export function describeThrow(thrown: unknown): LogFields {
  return thrown instanceof Error
    ? { error: thrown.name, message: thrown.message, stack: thrown.stack }
    : { error: typeof thrown, message: String(thrown) };
}
