// The ICE servers of a call (`GET /v1/turn-credentials`), asked for again when their credentials end.

import { members, strings } from "../../kept";
import type { OwnApi } from "../own-api";

/** A call does not wait longer for what it may do without. */
const patience = 2000;
/** A relay takes nobody new after the end, and a call begins a little later than it is placed. */
const margin = 60_000;
/** Where there was no answer. */
const retryAfter = 30_000;

export function createIceServers(api: OwnApi): () => Promise<readonly RTCIceServer[]> {
  let servers: Promise<readonly RTCIceServer[]> | undefined;
  let until = 0;
  return () => {
    if (servers === undefined || Date.now() >= until) {
      until = Date.now() + retryAfter;
      servers = api.get("/v1/turn-credentials").then(
        (answer) => {
          const { iceServers, expiresAt } = members(answer) ?? {};
          const end = Date.parse(String(expiresAt)) - margin;
          if (end > until) until = end;
          return Array.isArray(iceServers) ? iceServers.flatMap(readServer) : [];
        },
        () => [],
      );
    }
    const late = new Promise<readonly RTCIceServer[]>((resolve) => setTimeout(resolve, patience, []));
    return Promise.race([servers, late]);
  };
}

function readServer(value: unknown): readonly RTCIceServer[] {
  const { urls, username, credential } = members(value) ?? {};
  const all = strings(urls) ?? [];
  if (all.length === 0) return [];
  const isKnown = typeof username === "string" && typeof credential === "string";
  return [{ urls: [...all], ...(isKnown ? { username, credential } : {}) }];
}
