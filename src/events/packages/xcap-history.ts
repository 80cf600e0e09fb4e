// What has changed among a user's XCAP resources since all who watch were last told (RFC 5875 §4.7): found by comparing
// what is there with what was, and kept beside the version of the state, so that each watcher is told what changed
// since his own last NOTIFY, a removal once, and from which entity-tag on.
//
// It begins anew whenever everybody has been told, so it holds what one NOTIFY takes to be answered. Removals are
// remembered longer, for watchers who were away: nothing that is there would tell them.

import type { EpochMs } from "../../base/brand";

/** Resources that are there, by key, each with what says that it has changed: an entity-tag, a hash. */
export type XcapResources = ReadonlyMap<string, string>;

export interface XcapChangeRecord {
  readonly key: string;
  /** Of the state that has it. */
  readonly version: number;
  /** Absent: it was not there. */
  readonly previous?: string;
  /** Absent: it is gone. */
  readonly now?: string;
}

export interface XcapRemoval {
  readonly key: string;
  readonly previous: string;
  readonly at: EpochMs;
}

export interface XcapHistory {
  readonly changes: readonly XcapChangeRecord[];
  readonly removals: readonly XcapRemoval[];
}

export const NO_HISTORY: XcapHistory = { changes: [], removals: [] };

const MOST_CHANGES = 128;
const MOST_REMOVALS = 64;

/** The history with what is now in place of what was, in `version`. `isTold`: everybody knows what was. */
export function recordChanges(
  history: XcapHistory,
  isTold: boolean,
  before: XcapResources,
  now: XcapResources,
  { version, at }: { readonly version: number; readonly at: EpochMs },
): XcapHistory {
  const changed = differences(before, now).map((change) => ({ ...change, version }));
  const changes = [...(isTold ? [] : history.changes), ...changed];
  const gone = changed.flatMap(({ key, previous, now: current }) =>
    current === undefined && previous !== undefined ? [{ key, previous, at }] : [],
  );
  const removals = [...history.removals, ...gone].filter(({ key }) => !now.has(key));
  return {
    changes: changes.length > MOST_CHANGES ? joined(changes) : changes,
    removals: removals.slice(-MOST_REMOVALS),
  };
}

function differences(
  before: XcapResources,
  now: XcapResources,
): readonly Omit<XcapChangeRecord, "version">[] {
  const gone = [...before].flatMap(([key, previous]) => (now.has(key) ? [] : [{ key, previous }]));
  const others = [...now].flatMap(([key, value]) => {
    const previous = before.get(key);
    if (previous === value) return [];
    return [previous === undefined ? { key, now: value } : { key, previous, now: value }];
  });
  return [...gone, ...others];
}

/** What a watcher who knows `version` has to be told, each resource once, in the order of the last changes. */
export const changesSince = ({ changes }: XcapHistory, version: number): readonly XcapChangeRecord[] =>
  joined(changes.filter((change) => change.version > version));

/** §4.7: only the newest state of each. What came and went is nothing. */
function joined(changes: readonly XcapChangeRecord[]): readonly XcapChangeRecord[] {
  const found = new Map<string, XcapChangeRecord>();
  for (const { key, version, now, ...change } of changes) {
    const earlier = found.get(key);
    const previous = earlier === undefined ? change.previous : earlier.previous;
    found.delete(key);
    found.set(key, {
      key,
      version,
      ...(previous === undefined ? {} : { previous }),
      ...(now === undefined ? {} : { now }),
    });
  }
  return [...found.values()].filter(({ previous, now }) => previous !== now);
}
