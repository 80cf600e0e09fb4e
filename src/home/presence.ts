// The user's presence at its home: composed from publications and registration, versioned when it changes, and
// told to whoever watches (RFC 3856 §6, RFC 6665 §4.2).

import { epochMs } from "../base/brand";
import { composePresence, type RegistrationState } from "../presence/compose";
import { livePublications } from "../presence/publication";
import { announceDocument, notifyWatchers } from "./notify";
import type { PresenceDocument } from "./state";
import { entityOf } from "./tenancy";
import type { Turn } from "./turn";

/** Composes anew and, if watchers would see a difference, tells them. Unwatched, nothing is made or written. */
export function refreshPresence(turn: Turn): void {
  if (turn.state.subscriptions.size === 0) return;
  const before = turn.state.document;
  if (currentDocument(turn) !== before) notifyWatchers(turn);
}

/** The document as it is now; a change raises its version, which is a row (RFC 6665 §4.2.2: it only rises). */
export function currentDocument(turn: Turn): PresenceDocument {
  const { state } = turn;
  const registration = registrationOf(turn);
  const text = composePresence({
    entity: entityOf(turn),
    publications: livePublications([...state.publications.values()], turn.now),
    registration,
    dialogs: [],
  });
  return state.document?.text === text ? state.document : announceDocument(turn, { text, registration });
}

/** Open while any device is here or within its grace, and since when that is so. */
function registrationOf(turn: Turn): RegistrationState {
  const devices = [...turn.state.devices.values()];
  const here = devices.filter((device) => device.state !== "away");
  const reachable = here.length > 0;
  const before = turn.state.document?.registration;
  if (before?.reachable === reachable) return before;
  const moments = (reachable ? here : devices).map(({ since }) => since);
  const since = reachable ? Math.min(...moments) : Math.max(...moments);
  return { reachable, since: moments.length === 0 ? undefined : epochMs(since) };
}
