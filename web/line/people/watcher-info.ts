// Who watches the user (RFC 3858), and what he has decided on each of them.

import { members } from "../../kept";
import type { Watcher } from "../contract";
import { readXml } from "../read-xml";

const namespace = "urn:ietf:params:xml:ns:watcherinfo";

export const watcherInfoType = "application/watcherinfo+xml";

/** One subscription to the user's presence, or one that waits for his word. */
export interface Watching {
  readonly address: string;
  readonly status: Watcher["status"];
}

export type Decision = NonNullable<Watcher["decision"]>;

const statuses: readonly string[] = ["active", "pending", "waiting"];
const decisions: readonly string[] = ["allow", "block", "polite-block", "confirm"];

/** Undefined for what is no such document; those who have gone are left out. */
export function readWatcherInfo(body: string): readonly Watching[] | undefined {
  const root = readXml(body, namespace, "watcherinfo");
  if (root === undefined) return undefined;
  return [...root.getElementsByTagNameNS(namespace, "watcher")].flatMap((watcher) =>
    readWatching(watcher.textContent?.trim().replace(/^sips?:/i, ""), watcher.getAttribute("status")),
  );
}

/** What `GET /v1/me/watchers` says of decisions. */
export function readDecisions(list: unknown): ReadonlyMap<string, Decision> {
  const { decisions: read } = members(list) ?? {};
  const pairs = (Array.isArray(read) ? read : []).flatMap((each): (readonly [string, Decision])[] => {
    const { aor, decision } = members(each) ?? {};
    if (typeof aor !== "string" || typeof decision !== "string" || !decisions.includes(decision)) return [];
    return [[aor, decision as Decision]];
  });
  return new Map(pairs);
}

/** One line for each watcher: of his devices the one that has got furthest. */
export function mergeWatchers(
  watching: readonly Watching[],
  decided: ReadonlyMap<string, Decision>,
): readonly Watcher[] {
  const all = new Map<string, Watcher>();
  for (const { address, status } of watching) {
    const known = all.get(address);
    if (known !== undefined && statuses.indexOf(known.status) <= statuses.indexOf(status)) continue;
    all.set(address, { address, status, decision: decided.get(address) });
  }
  return [...all.values()];
}

function readWatching(address: string | undefined, status: string | null): readonly Watching[] {
  if (address === undefined || address === "" || status === null || !statuses.includes(status)) return [];
  return [{ address, status: status as Watcher["status"] }];
}
