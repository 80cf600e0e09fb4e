// The user's presence at its home: composed from publications and registration, versioned when it changes, and
// told to whoever watches (RFC 3856 §6, RFC 6665 §4.2).

import { type EpochMs, epochMs } from "../../base/brand";
import { composePresence, type RegistrationState, unavailablePresence } from "../../presence/compose";
import type { Permissions } from "../../presence/permissions";
import { livePublications } from "../../presence/publication";
import { whileReachable } from "../../presence/stated-publication";
import { transformPresence } from "../../presence/transform";
import type { HomeState } from "../state";
import { entityOf } from "../tenancy";
import type { Turn } from "../turn";
import type { EventSource } from "./event-source";
import { hardStateOf } from "./hard-state";
import { permissionsOf } from "./presence-rules";
import { rulingOf } from "./user-rules";

export const presenceSource: EventSource = {
  content(turn) {
    const { state, now } = turn;
    const registration = registrationOf(turn);
    const live = livePublications([...state.publications.values()], now);
    const entity = entityOf(turn);
    const input = {
      entity,
      publications: whileReachable(live, registration.reachable, entity),
      hardState: hardStateOf(state)?.text,
      registration,
      dialogs: confirmedCalls(state),
    };
    const tags = [...live.map(({ entityTag }) => entityTag), hardStateOf(state)?.etag];
    const of = JSON.stringify([tags, registration, input.dialogs]);
    // Asked for by whoever subscribes, or looks once, and at each tick.
    if (state.composed?.of !== of) state.composed = { of, text: composePresence(input) };
    return { text: state.composed.text, registration, under: rulingOf(turn) };
  },
  body(turn, subscription, { disclosure }) {
    switch (disclosure) {
      case "document": {
        const text = turn.state.documents.get("presence")?.text;
        const permissions = permissionsOf(turn, subscription);
        return text === undefined ? text : shownTo(turn.state, text, permissions);
      }
      case "decoy":
      case "neutral":
        return unavailablePresence(entityOf(turn));
      case "nothing":
        return undefined;
    }
  },
};

/** Documents kept for others with the same permissions. */
const mostKept = 32;

/** To cut a large document takes some tens of milliseconds: once for each that differs, and not for each watcher. */
function shownTo(state: HomeState, text: string, permissions: Permissions | undefined): string {
  if (permissions === undefined) return text;
  if (state.shown?.text !== text) state.shown = { text, byPermissions: new Map() };
  const { byPermissions } = state.shown;
  const key = JSON.stringify(permissions);
  const known = byPermissions.get(key);
  if (known !== undefined) return known;
  const body = transformPresence(text, permissions);
  if (byPermissions.size < mostKept) byPermissions.set(key, body);
  return body;
}

/** The calls the user is in, whatever became of others that were sent on for him. */
function confirmedCalls({ calls }: HomeState): readonly { readonly since: EpochMs }[] {
  return [...calls.values()].flatMap(({ record }) =>
    record?.outcome === "answered" && record.answeredAt !== undefined && record.endedAt === undefined
      ? [{ since: record.answeredAt }]
      : [],
  );
}

/** Open while any device is here or within its grace, and since when that is so. */
function registrationOf(turn: Turn): RegistrationState {
  const devices = [...turn.state.devices.values()];
  const here = devices.filter((device) => device.state !== "away");
  const reachable = here.length > 0;
  const before = turn.state.documents.get("presence")?.registration;
  if (before?.reachable === reachable) return before;
  const moments = (reachable ? here : devices).map(({ since }) => since);
  const since = reachable ? Math.min(...moments) : Math.max(...moments);
  return { reachable, since: moments.length === 0 ? undefined : epochMs(since) };
}
