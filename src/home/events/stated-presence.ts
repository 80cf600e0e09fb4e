// What the user states of himself over HTTP, kept beside what his devices publish and told to whoever watches.

import { type Seconds, seconds } from "../../base/brand";
import { ok, type Result } from "../../base/result";
import type { StatedPresence, StatedPresenceError } from "../../presence/presence-from-json";
import { livePublications, type Publication } from "../../presence/publication";
import { publicationOf, STATED_ID } from "../../presence/stated-publication";
import { entityOf } from "../tenancy";
import type { Turn } from "../turn";
import { applyPublications } from "./publish";

/**
 * Until he takes it back, as good as: whoever is away for long stays so, and what everybody has forgotten does not stand for
 * ever.
 */
const untilTakenBack = seconds(366 * 86_400);

/** What stands; undefined when nothing does. */
export function statedPublication({ state, now }: Turn): Publication | undefined {
  const known = state.publications.get(STATED_ID);
  return known === undefined ? undefined : livePublications([known], now)[0];
}

/** States it in place of what was stated before. `expires` is cut to the longest time that a PUBLISH may have. */
export function statePresence(
  turn: Turn,
  stated: StatedPresence,
  expires: Seconds | undefined,
): Result<Publication, StatedPresenceError> {
  const { entropy, settings } = turn.ports;
  const publication = publicationOf(stated, {
    entity: entityOf(turn),
    before: statedPublication(turn),
    expires: expires === undefined ? untilTakenBack : seconds(Math.min(expires, settings.events.maxExpires)),
    newEntityTag: entropy.token(),
    now: turn.now,
  });
  if (!publication.ok) return publication;
  applyPublications(turn, [{ kind: "putPublication", publication: publication.value }]);
  return ok(publication.value);
}

/** Takes it back. False when nothing is stated. */
export function retractPresence(turn: Turn): boolean {
  if (statedPublication(turn) === undefined) return false;
  applyPublications(turn, [{ kind: "deletePublication", id: STATED_ID }]);
  return true;
}
