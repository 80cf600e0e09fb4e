// Whether this gateway is a demonstration, as its /health says: then anybody may log in with the demo password.

import { members, strings } from "./kept";

export interface Demonstration {
  readonly realm: string;
  /** User names, for buttons; any other name works too. */
  readonly accounts: readonly string[];
}

/** Undefined for a gateway that is none, and when it cannot be asked. */
export async function askForDemonstration(): Promise<Demonstration | undefined> {
  try {
    const answer = await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    return readDemonstration(await answer.json());
  } catch {
    return undefined;
  }
}

/** The member `demo` of the health document. */
export function readDemonstration(health: unknown): Demonstration | undefined {
  const demo = members(members(health)?.["demo"]);
  const realm = demo?.["realm"];
  const accounts = strings(demo?.["accounts"]);
  return typeof realm === "string" && accounts !== undefined ? { realm, accounts } : undefined;
}
