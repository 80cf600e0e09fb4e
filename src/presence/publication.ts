// Publications of presence: the event state compositor's side of PUBLISH (RFC 3903 §4, §6, §8.3), as a function
// from the stored publications and one request to an answer and the rows to write.
// A publication has an id for life, by which its row is kept; its entity-tag changes with each accepted PUBLISH.
// Its body is stored as writePresenceDocument writes it, so composing one publication parses nothing.
// Steps 1 and 2 (404, 489) are the caller's. Expiry is judged here by the clock, whether or not the row is gone.
// When a user has too many, the oldest makes room, the sender's own device first: pages that reload
// forget their entity-tag, and would otherwise lock the user out. The one that lost hears 412 at its
// next refresh and publishes in full (RFC 3903 §5).

import { after, type EpochMs, type Seconds, seconds, toMillis } from "../base/brand";
import { err, ok, type Result } from "../base/result";
import type { EventSettings, LimitSettings } from "../contracts/settings";
import type { HeaderLine } from "../sip/build";
import { octetLength } from "../sip/frame";
import { DEFAULT_XML_LIMITS } from "../xml/xml-error";
import { readPresenceDocument, writePresenceDocument } from "./document";
import type { StatedPresence } from "./presence-from-json";

/** A row. */
export interface Publication {
  /** The entity-tag it was born with. */
  readonly id: string;
  readonly entityTag: string;
  readonly event: string;
  readonly contentType: string;
  readonly body: string;
  /** The device that published last. */
  readonly device: string;
  /** It asked that its state does not outlive it; absent is no. */
  readonly endsWithDevice?: boolean;
  /** It was stated over HTTP, in these words. */
  readonly stated?: StatedPresence;
  readonly createdAt: EpochMs;
  /** When `body` last changed. */
  readonly publishedAt: EpochMs;
  readonly expiresAt: EpochMs;
}

/** What the request says. */
export interface PublishRequest {
  readonly event: string;
  /** The values of its SIP-If-Match lines. */
  readonly ifMatch: readonly string[];
  readonly expires: Seconds | undefined;
  readonly contentType: string | undefined;
  /** Empty when there is none. */
  readonly body: string;
  readonly device: string;
  /** Of a publication that is new or modified; a refresh leaves it as it is. */
  readonly endsWithDevice: boolean;
}

export interface PublishContext {
  /** `sip:user@domain` of the presentity. */
  readonly entity: string;
  readonly settings: Pick<EventSettings, "minExpires" | "maxExpires" | "defaultExpires" | "publications"> &
    Pick<LimitSettings, "body">;
  /** Fresh, never used before. */
  readonly newEntityTag: string;
  readonly now: EpochMs;
}

export type PublicationChange =
  | { readonly kind: "putPublication"; readonly publication: Publication }
  | { readonly kind: "deletePublication"; readonly id: string };

/** Answered 200 with these as SIP-ETag and Expires. */
export interface PublishOutcome {
  readonly entityTag: string;
  readonly expires: Seconds;
  readonly changes: readonly PublicationChange[];
  /** The composed document has to be made anew. */
  readonly documentChanged: boolean;
}

export interface PublishRefusal {
  readonly status: 400 | 412 | 413 | 415 | 423;
  readonly headers: readonly HeaderLine[];
  /** For the log. */
  readonly detail: string;
  /** For the status line, where the status alone does not say what is wrong; never of the client's own words. */
  readonly reason?: string;
}

const PIDF_TYPE = "application/pidf+xml";
const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/;
const CONTENT_TYPE = /^([^;\s]+)[ \t]*(?:;(.*))?$/s;
const CHARSET = /(?:^|;)[ \t]*charset[ \t]*=[ \t]*"?([^";\s]*)/i;

/** RFC 3903 §6, steps 3 to 6. */
export function processPublish(
  publications: readonly Publication[],
  request: PublishRequest,
  context: PublishContext,
): Result<PublishOutcome, PublishRefusal> {
  const live = livePublications(publications, context.now);
  const matched = matchEntityTag(live, request);
  if (!matched.ok) return matched;
  const expires = chooseExpires(request, context);
  if (!expires.ok) return expires;
  if (matched.value !== undefined && expires.value === 0) return ok(remove(matched.value, context));
  if (request.body === "") return refresh(matched.value, request, expires.value, context);
  return publish(live, matched.value, request, expires.value, context);
}

/** Step 3: the publication that SIP-If-Match names, or undefined for an initial one. */
function matchEntityTag(
  live: readonly Publication[],
  request: PublishRequest,
): Result<Publication | undefined, PublishRefusal> {
  const [tag, ...more] = request.ifMatch;
  if (tag === undefined) return ok(undefined);
  if (more.length > 0 || !TOKEN.test(tag))
    return bad("Bad SIP-If-Match", "SIP-If-Match is not a single entity-tag");
  const match = live.find(({ entityTag, event }) => entityTag === tag && event === request.event);
  return match === undefined ? refuse(412, "no publication with this entity-tag") : ok(match);
}

/** Step 4. */
function chooseExpires(
  { expires }: PublishRequest,
  { settings }: PublishContext,
): Result<Seconds, PublishRefusal> {
  const requested = expires ?? settings.defaultExpires;
  if (requested > 0 && requested < settings.minExpires) {
    return refuse(423, "interval too brief", [["Min-Expires", String(settings.minExpires)]]);
  }
  return ok(seconds(Math.min(requested, settings.maxExpires)));
}

/** Step 5, "0": a body beside it is not looked at. */
function remove({ id }: Publication, { newEntityTag }: PublishContext): PublishOutcome {
  return {
    entityTag: newEntityTag,
    expires: seconds(0),
    changes: [{ kind: "deletePublication", id }],
    documentChanged: true,
  };
}

/** §4.3: the lifetime and the entity-tag change, nothing else. */
function refresh(
  previous: Publication | undefined,
  { device }: PublishRequest,
  expires: Seconds,
  { newEntityTag, now }: PublishContext,
): Result<PublishOutcome, PublishRefusal> {
  if (previous === undefined)
    return bad("Missing Presence Document", "an initial publication without a body");
  const expiresAt = after(now, toMillis(expires));
  const publication = { ...previous, entityTag: newEntityTag, device, expiresAt };
  return ok({
    entityTag: newEntityTag,
    expires,
    changes: [{ kind: "putPublication", publication }],
    documentChanged: false,
  });
}

/** §4.2 and §4.4: initial, when there is no `previous`, or modify. */
function publish(
  live: readonly Publication[],
  previous: Publication | undefined,
  request: PublishRequest,
  expires: Seconds,
  context: PublishContext,
): Result<PublishOutcome, PublishRefusal> {
  const { newEntityTag, now, settings } = context;
  const accepted = acceptBody(request, context);
  if (!accepted.ok) return accepted;
  // Step 5, "0": an initial publication that is over at once leaves nothing behind.
  if (expires === 0) return ok({ entityTag: newEntityTag, expires, changes: [], documentChanged: false });
  const body = accepted.value;
  const evicted = previous === undefined ? makeRoom(live, request.device, settings.publications) : [];
  const others = live.filter((other) => other !== previous && !evicted.includes(other));
  const octets = others.reduce((sum, other) => sum + octetLength(other.body), octetLength(body));
  if (octets > settings.body) return refuse(413, `${octets} octets of publications`);
  const documentChanged = body !== previous?.body;
  const publication: Publication = {
    id: previous?.id ?? newEntityTag,
    entityTag: newEntityTag,
    event: request.event,
    contentType: PIDF_TYPE,
    body,
    device: request.device,
    endsWithDevice: request.endsWithDevice,
    createdAt: previous?.createdAt ?? now,
    publishedAt: documentChanged ? now : (previous?.publishedAt ?? now),
    expiresAt: after(now, toMillis(expires)),
  };
  const deletions = evicted.map(({ id }) => ({ kind: "deletePublication", id }) as const);
  const changes = [...deletions, { kind: "putPublication", publication } as const];
  return ok({ entityTag: newEntityTag, expires, changes, documentChanged });
}

/** Step 5: the text to store, or why the body is not taken. */
function acceptBody(
  { contentType, body }: PublishRequest,
  { entity, settings }: PublishContext,
): Result<string, PublishRefusal> {
  if (!isPidf(contentType)) return refuse(415, `content type ${contentType}`, [["Accept", PIDF_TYPE]]);
  if (octetLength(body) > settings.body) return refuse(413, `${octetLength(body)} octets`);
  const read = readPresenceDocument(body, { ...DEFAULT_XML_LIMITS, maxLength: settings.body });
  if (read.ok) return ok(writePresenceDocument(read.value, entity));
  const { error } = read;
  const detail = error.kind === "xml" ? `${error.error.kind}: ${error.error.detail}` : error.detail;
  return bad("Bad Presence Document", detail);
}

/** RFC 3863 §3.1: UTF-8 (and so US-ASCII) is the one charset that must be understood. */
function isPidf(contentType: string | undefined): boolean {
  const [, type, parameters = ""] = CONTENT_TYPE.exec(contentType?.trim() ?? "") ?? [];
  const charset = CHARSET.exec(parameters)?.[1]?.toLowerCase() ?? "utf-8";
  return type?.toLowerCase() === PIDF_TYPE && (charset === "utf-8" || charset === "us-ascii");
}

/**
 * Those that must go so that one more fits: the device's own first, then the longest unchanged. What the user has stated
 * himself, which is one at most, is no page's that reloads, and stays.
 */
function makeRoom(live: readonly Publication[], device: string, limit: number): readonly Publication[] {
  const published = live.filter(({ stated }) => stated === undefined);
  const excess = published.length + 1 - limit;
  if (excess <= 0) return [];
  const own = (publication: Publication): number => (publication.device === device ? 0 : 1);
  return published.sort((a, b) => own(a) - own(b) || a.publishedAt - b.publishedAt).slice(0, excess);
}

const refuse = (
  status: PublishRefusal["status"],
  detail: string,
  headers: readonly HeaderLine[] = [],
): Result<never, PublishRefusal> => err({ status, headers, detail });

const bad = (reason: string, detail: string): Result<never, PublishRefusal> =>
  err({ status: 400, headers: [], detail, reason });

/** Those that have not expired. */
export const livePublications = (
  publications: readonly Publication[],
  now: EpochMs,
): readonly Publication[] => publications.filter(({ expiresAt }) => expiresAt > now);

/** The rows to delete because their time is over. */
export const sweepPublications = (
  publications: readonly Publication[],
  now: EpochMs,
): readonly PublicationChange[] =>
  publications
    .filter(({ expiresAt }) => expiresAt <= now)
    .map(({ id }) => ({ kind: "deletePublication", id }));

/** The rows to delete when a device is gone that asked for its state not to outlive it. */
export const endPublicationsOf = (
  publications: readonly Publication[],
  device: string,
): readonly PublicationChange[] =>
  publications
    .filter((publication) => publication.device === device && publication.endsWithDevice === true)
    .map(({ id }) => ({ kind: "deletePublication", id }));
