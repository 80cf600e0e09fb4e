// The one presence document of a user (RFC 3856 §7, RFC 3903 §10.3), from what the user's clients published, from
// the registration and from calls. The same input gives the same bytes, so a document that did not change is
// told by comparing text.
// Who publishes knows better: while there is a publication, registration adds nothing (a published closed
// stays closed, though a socket is open). Without one, one tuple says whether the user can be reached; JsSIP
// cannot PUBLISH, so for its users this is all there is. Its contact is the address-of-record and it does not
// count devices: RFC 3856 §7.2 allows that, and a watcher has no business with either.
// Hard state (RFC 4827) is one more source, below what devices publish: it has no device to know better. Where it names
// services it stands for all that is known without a publication (RFC 4827 §11), where it speaks of the person alone
// (a note, a holiday) the registration still says whether the user can be reached.
// A call is another matter: a person is engaged in several activities at a time (RFC 4480 §3.2), and few clients
// publish this one. So while a dialog is confirmed the person is on the phone, in an occurrence of its own beside
// whatever else the user says (RFC 4479 §3.5), unless a publication says so already; and then no more.
// One publication and no call, by far the most common case, is its own stored text: nothing is parsed.

import type { EpochMs } from "../base/brand";
import { appendElement, rootElement } from "../xml/build";
import { formatDateTime } from "../xml/date-time";
import { childElement, childElements } from "../xml/read";
import { serializeXml } from "../xml/serialize";
import type { XmlElement } from "../xml/tree";
import { claimIds, type PresenceDocument, readOwnDocument, readPresenceDocument } from "./document";
import { mergeDocuments } from "./merge";
import { DATA_MODEL, PIDF, RPID } from "./namespace";

export interface PresenceInput {
  /** `sip:user@domain`, the address-of-record watchers ask for. */
  readonly entity: string;
  /** The live publications, in any order. */
  readonly publications: readonly PublishedDocument[];
  /** The user's lasting state (RFC 4827), as it was put. */
  readonly hardState?: string | undefined;
  readonly registration: RegistrationState;
  /** The user's confirmed dialogs. */
  readonly dialogs: readonly { readonly since: EpochMs }[];
}

/** The part of a Publication that composing needs. */
export interface PublishedDocument {
  /** Stays the same over refreshes and changes. */
  readonly id: string;
  readonly createdAt: EpochMs;
  /** As writePresenceDocument wrote it for this entity. */
  readonly body: string;
}

export interface RegistrationState {
  /** A device is registered, or within the grace after its socket closed. */
  readonly reachable: boolean;
  /** When that became so; undefined for one who never registered. */
  readonly since: EpochMs | undefined;
}

/** The document as `application/pidf+xml` text. */
export function composePresence(input: PresenceInput): string {
  const [only, ...more] = input.publications;
  const isAlone = more.length === 0 && input.dialogs.length === 0 && input.hardState === undefined;
  if (only !== undefined && isAlone) return only.body;
  const root = rootElement({ namespace: PIDF, name: "presence" }, { attributes: { entity: input.entity } });
  const published = [...input.publications].sort(byAge).map(readOwn);
  const documents = [...published, ...readHardState(input.hardState)];
  const isSpokenFor = documents.some(
    ({ document }, at) => at < published.length || document.tuples.length > 0,
  );
  const registration = isSpokenFor ? [] : [registrationTuple(input)];
  const taken = new Set<string>(registration.map(() => REGISTRATION));
  for (const { document, suffix } of documents) claimIds(document, taken, suffix);
  const merged = mergeDocuments(
    root,
    documents.map(({ document }) => document),
  );
  const [dialog] = [...input.dialogs].sort((a, b) => a.since - b.since);
  if (dialog !== undefined && !documents.some(({ document }) => saysOnThePhone(document))) {
    appendOnThePhone(root, dialog.since, taken);
  }
  return serializeXml(root, [...registration, ...merged]);
}

/**
 * What a watcher is shown who is politely blocked (RFC 3856 §6.6.2): the same document, to the byte, as that of a
 * user who published nothing and never registered.
 */
export const unavailablePresence = (entity: string): string =>
  composePresence({
    entity,
    publications: [],
    registration: { reachable: false, since: undefined },
    dialogs: [],
  });

/** Oldest first, so that a publication keeps its ids when another comes after it. */
function byAge(a: PublishedDocument, b: PublishedDocument): number {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt;
  return a.id < b.id ? -1 : 1;
}

const readOwn = ({ id, body }: PublishedDocument): { document: PresenceDocument; suffix: string } => ({
  document: readOwnDocument(body),
  suffix: id,
});

function readHardState(text: string | undefined): { document: PresenceDocument; suffix: string }[] {
  const read = text === undefined ? undefined : readPresenceDocument(text);
  return read?.ok === true ? [{ document: read.value, suffix: "lasting" }] : [];
}

const REGISTRATION = "registration";

function registrationTuple({ entity, registration }: PresenceInput): XmlElement {
  const tuple = rootElement(pidf("tuple"), { attributes: { id: REGISTRATION } });
  const status = appendElement(tuple, pidf("status"));
  appendElement(status, pidf("basic"), { text: registration.reachable ? "open" : "closed" });
  appendElement(tuple, pidf("contact"), { text: entity });
  if (registration.since === undefined) return tuple;
  appendElement(tuple, pidf("timestamp"), { text: formatDateTime(registration.since) });
  return tuple;
}

/** RFC 4480 §3.2. Since the oldest of the dialogs: a second call that comes and goes changes nothing. */
function appendOnThePhone(root: XmlElement, since: EpochMs, taken: ReadonlySet<string>): void {
  let id = "on-the-phone";
  while (taken.has(id)) id += "-";
  const person = appendElement(root, { namespace: DATA_MODEL, name: "dm:person" }, { attributes: { id } });
  const activities = appendElement(person, { namespace: RPID, name: "rpid:activities" });
  appendElement(activities, { namespace: RPID, name: "rpid:on-the-phone" });
  appendElement(person, { namespace: DATA_MODEL, name: "dm:timestamp" }, { text: formatDateTime(since) });
}

const saysOnThePhone = ({ persons }: PresenceDocument): boolean =>
  persons.some(({ element }) =>
    childElements(element, RPID, "activities").some(
      (activities) => childElement(activities, RPID, "on-the-phone") !== undefined,
    ),
  );

const pidf = (name: string) => ({ namespace: PIDF, name });
