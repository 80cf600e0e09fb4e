// What a user has stated of himself over HTTP, as a publication of its own (RFC 3903 §4, though nobody sent a PUBLISH): for
// clients that cannot publish. It has one id for good, so that the next statement takes its place, and an entity-tag that
// nobody is told, so that no PUBLISH can.
//
// It comes from no device and outlives them all. So "open" holds only while a device is there: a user who once said that
// he was in a meeting and then closed his laptop is not open for a year. "closed" holds in any case.

import { after, type EpochMs, type Seconds, toMillis } from "../base/brand";
import { ok, type Result } from "../base/result";
import { presenceFromJson, type StatedPresence, type StatedPresenceError } from "./presence-from-json";
import type { Publication } from "./publication";

/** No entity-tag is as short. */
export const STATED_ID = "stated";

export interface StatementContext {
  /** `sip:user@domain` of the presentity. */
  readonly entity: string;
  /** What was stated before, if it still stands. */
  readonly before: Publication | undefined;
  readonly expires: Seconds;
  /** Fresh, never used before. */
  readonly newEntityTag: string;
  readonly now: EpochMs;
}

/** The publication that says so. The same once more prolongs it, and is no news. */
export function publicationOf(
  stated: StatedPresence,
  { entity, before, expires, newEntityTag, now }: StatementContext,
): Result<Publication, StatedPresenceError> {
  const isSame = before?.stated !== undefined && isSameStatement(before.stated, stated);
  const publishedAt = isSame ? before.publishedAt : now;
  const body = presenceFromJson(stated, entity, publishedAt);
  if (!body.ok) return body;
  return ok({
    id: STATED_ID,
    entityTag: newEntityTag,
    event: "presence",
    contentType: "application/pidf+xml",
    body: body.value,
    device: STATED_ID,
    stated,
    createdAt: before?.createdAt ?? now,
    publishedAt,
    expiresAt: after(now, toMillis(expires)),
  });
}

function isSameStatement(a: StatedPresence, b: StatedPresence): boolean {
  return a.basic === b.basic && a.activity === b.activity && a.note === b.note && a.mood === b.mood;
}

/** The publications as they stand while the user can, or cannot, be reached. */
export function whileReachable(
  publications: readonly Publication[],
  isReachable: boolean,
  entity: string,
): readonly Publication[] {
  return isReachable ? publications : publications.map((publication) => unreachable(publication, entity));
}

function unreachable(publication: Publication, entity: string): Publication {
  const { stated, publishedAt } = publication;
  if (stated?.basic !== "open") return publication;
  const body = presenceFromJson({ ...stated, basic: "closed" }, entity, publishedAt);
  return body.ok ? { ...publication, body: body.value } : publication;
}
