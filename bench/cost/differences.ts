// Two measurements compared: what is counted must be the same each time, what takes time need not.

import type { Counts } from "./measure";
import type { Usage } from "./meter";
import type { OperationName } from "./operations";

const counted = [
  "calls",
  "rows",
  "alarmsSet",
  "alarmsFired",
  "messagesIn",
  "upgrades",
] as const satisfies readonly (keyof Usage)[];

/** Made of tables: each one more is a few rows, once for an account and once for a realm. */
const once: OperationName = "firstRegister";

/** Where `now` counted otherwise than what is written, in words. */
export function differences(written: Counts, now: Counts): readonly string[] {
  return Object.entries(now.operations).flatMap(([name, usage]) => {
    const known = written.operations[name as OperationName];
    if (name === once) return [];
    if (known === undefined) return [`${name} is not written`];
    return counted.flatMap((key) =>
      known[key] === usage[key] ? [] : [`${name}, ${key}: ${usage[key]} where ${known[key]} is written`],
    );
  });
}
