// The user's log of calls (`GET /v1/me/calls`), newest first: read page by page, and its head anew after each call.

import { members } from "../../kept";
import type { LoggedCall, Observable } from "../contract";
import type { OwnApi } from "../own-api";
import { createStore } from "../store";

export interface CallLog {
  readonly log: Observable<readonly LoggedCall[] | undefined>;
  readLog(): Promise<boolean>;
  /** A call is over: the head of the log has changed. */
  refresh(): void;
}

const path = "/v1/me/calls";
const pageLength = "50";

export function createCallLog(api: OwnApi): CallLog {
  const log = createStore<readonly LoggedCall[] | undefined>(undefined);
  /** Of the page to read next; undefined: the first. */
  let before: string | undefined;
  let isAtEnd = false;

  async function read(): Promise<boolean> {
    if (isAtEnd) return false;
    const query = { limit: pageLength, ...(before === undefined ? {} : { before }) };
    const { calls, next } = members(await api.get(path, query)) ?? {};
    before = typeof next === "string" ? next : undefined;
    isAtEnd = before === undefined;
    log.update((known = []) => merged(known, readCalls(calls)));
    return !isAtEnd;
  }

  async function refresh(): Promise<void> {
    // Nobody has looked at it.
    if (log.get() === undefined) return;
    const { calls } = members(await api.get(path, { limit: pageLength })) ?? {};
    log.update((known = []) => merged(readCalls(calls), known));
  }

  return {
    log,
    readLog: read,
    refresh: () => void refresh().catch(() => {}),
  };
}

/** Each call once, as `first` has it. */
function merged(first: readonly LoggedCall[], then: readonly LoggedCall[]): readonly LoggedCall[] {
  const ids = new Set(first.map(({ id }) => id));
  return [...first, ...then.filter(({ id }) => !ids.has(id))];
}

function readCalls(value: unknown): readonly LoggedCall[] {
  return (Array.isArray(value) ? value : []).flatMap((each): readonly LoggedCall[] => {
    const { id, direction, peer, startedAt, outcome, missed, ...rest } = members(each) ?? {};
    if (typeof id !== "string" || typeof peer !== "string" || typeof startedAt !== "string") return [];
    if (direction !== "incoming" && direction !== "outgoing") return [];
    const { peerName, duration, status } = rest;
    return [
      {
        id,
        direction,
        startedAt,
        peer: peer.replace(/^sips?:/i, ""),
        outcome: typeof outcome === "string" ? outcome : "",
        missed: missed === true,
        ...(typeof peerName === "string" ? { peerName } : {}),
        ...(typeof duration === "number" ? { duration } : {}),
        ...(typeof status === "number" ? { status } : {}),
      },
    ];
  });
}
