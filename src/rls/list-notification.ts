// What one NOTIFY of a list says (RFC 4662 §4.5, §5), and its body. A NOTIFY is held to a size: what does not fit stays
// owed and goes with the next one, the longest owed first, so that nobody who changes often keeps another back.
//
// A NOTIFY of full state lists every resource, but need not have every document: a resource whose document did not
// fit is one without an instance (§4.5: its state is not known), and a partial NOTIFY brings it. The listing
// itself is never divided, as "full" would be a lie: with 250 entries it takes some 25 KB, at worst 200 KB.

import { octetLength } from "../sip/frame";
import type { DisplayName } from "./display-name";
import type { ListResource, OpenList, ResourceDocument } from "./list-state";
import { type BodyPart, formatRelated, type TypedBody } from "./multipart";
import { formatRlmi, RLMI_TYPE, type RlmiInstance, type RlmiResource } from "./rlmi";

/** The documents by resource URI, as stored. */
export type ResourceDocuments = (uri: string) => ResourceDocument | undefined;

export interface ListNotification {
  /** The list's. */
  readonly uri: string;
  readonly displayNames: readonly DisplayName[];
  readonly version: number;
  readonly full: boolean;
  readonly resources: readonly NotifiedResource[];
}

export interface NotifiedResource {
  readonly uri: string;
  readonly displayNames: readonly DisplayName[];
  readonly instance: NotifiedInstance | undefined;
}

export interface NotifiedInstance {
  readonly id: string;
  readonly state: "active" | "pending" | "terminated";
  readonly reason?: string;
  readonly document?: ResourceDocument;
}

/** What the subscriber is shown of a resource; undefined: nothing is known. */
export function instanceOf(
  { backEnd, instance }: ListResource,
  document: ResourceDocument | undefined,
): NotifiedInstance | undefined {
  const withDocument = document === undefined ? {} : { document };
  const id = String(instance);
  switch (backEnd.kind) {
    case "active":
      // §5.5: active MUST have a cid. Without a document there is nothing for it to name.
      return document && { id, state: "active", document };
    case "pending":
      return { id, state: "pending", ...withDocument };
    case "terminated":
      return { id, state: "terminated", reason: backEnd.reason, ...withDocument };
    case "asked":
      return backEnd.reason === undefined ? undefined : { id, state: "terminated", reason: backEnd.reason };
  }
}

export interface Selection {
  readonly notification: ListNotification;
  /** URIs whose state is still owed. */
  readonly left: ReadonlySet<string>;
}

/** The next NOTIFY: everything when full state is owed, else what has changed; documents as `maxOctets` allows. */
export function selectNotification(
  list: OpenList,
  documents: ResourceDocuments,
  maxOctets: number,
): Selection {
  const { uri, displayNames, version, owesFull: full } = list;
  const wanted = list.resources.filter(({ owedSince }) => full || owedSince !== undefined);
  const byAge = [...wanted]
    .sort((a, b) => sinceOf(a) - sinceOf(b))
    .map((resource) => notified(resource, documents(resource.uri)));
  const kept = full ? fillListing(list, byAge, maxOctets) : fillPartial(list, byAge, maxOctets);
  const bare = (resource: ListResource) => withoutInstance(notified(resource, undefined));
  const listed = full ? wanted : wanted.filter((resource) => kept.has(resource.uri));
  const resources = listed.map((resource) => kept.get(resource.uri) ?? bare(resource));
  const left = new Set(byAge.map((resource) => resource.uri).filter((each) => !kept.has(each)));
  return { notification: { uri, displayNames, version, full, resources }, left };
}

/** Those that are not owed come last. */
const sinceOf = ({ owedSince = Number.MAX_SAFE_INTEGER }: ListResource): number => owedSince;

const notified = (resource: ListResource, document: ResourceDocument | undefined): NotifiedResource => ({
  uri: resource.uri,
  displayNames: resource.displayNames,
  instance: instanceOf(resource, document),
});

const withoutInstance = (resource: NotifiedResource): NotifiedResource => ({
  ...resource,
  instance: undefined,
});

type Kept = Map<string, NotifiedResource>;

/** All that has no document, and of the others those that fit. */
function fillListing(list: OpenList, byAge: readonly NotifiedResource[], maxOctets: number): Kept {
  const kept: Kept = new Map();
  let octets = octetsOfHead(list);
  for (const resource of byAge) octets += octetsOfListing(resource);
  for (const resource of byAge) {
    const document = octetsOfDocument(resource);
    if (document > 0 && octets + document > maxOctets) continue;
    octets += document;
    kept.set(resource.uri, resource);
  }
  return kept;
}

/** Those that fit. A document that fits into no NOTIFY at all is as if there were none. */
function fillPartial(list: OpenList, byAge: readonly NotifiedResource[], maxOctets: number): Kept {
  const kept: Kept = new Map();
  const head = octetsOfHead(list);
  let octets = head;
  for (const resource of byAge) {
    const alone = octetsOfListing(resource) + octetsOfDocument(resource);
    const fitting = head + alone > maxOctets ? withoutInstance(resource) : resource;
    const size = octetsOfListing(fitting) + octetsOfDocument(fitting);
    if (kept.size > 0 && octets + size > maxOctets) continue;
    octets += size;
    kept.set(resource.uri, fitting);
  }
  return kept;
}

// Sizes, at most: elements with their attributes, a part with its header fields, and in each the longest Content-ID.
const LONGEST_CONTENT_ID = 320;
const HEAD = 640 + LONGEST_CONTENT_ID;
const ELEMENT = 64;
const INSTANCE = 96 + LONGEST_CONTENT_ID;
const PART = 160 + LONGEST_CONTENT_ID;

const octetsOfHead = ({ uri, displayNames }: OpenList): number =>
  HEAD + octetsInXml(uri) + octetsOfNames(displayNames);

const octetsOfListing = ({ uri, displayNames, instance }: NotifiedResource): number =>
  ELEMENT + octetsInXml(uri) + octetsOfNames(displayNames) + (instance === undefined ? 0 : INSTANCE);

const octetsOfNames = (names: readonly DisplayName[]): number =>
  names.reduce((sum, { lang = "", text }) => sum + ELEMENT + lang.length + octetsInXml(text), 0);

function octetsOfDocument({ instance }: NotifiedResource): number {
  const document = instance?.document;
  return document === undefined ? 0 : PART + octetLength(document.contentType) + octetLength(document.body);
}

/** The longest escape has six characters. */
const octetsInXml = (text: string): number =>
  octetLength(text) + 5 * (text.match(/[&<>"\t\r\n]/g)?.length ?? 0);

/** Of what Content-IDs and boundary are made, so that they are the same for the same NOTIFY. */
export interface BodyIdentity {
  /** 1 to 40 letters and digits that differ for each subscription, and that nobody can guess: the local tag. */
  readonly seed: string;
  /** At most 255 characters: the domain. */
  readonly host: string;
}

/** The multipart/related body (§5). */
export function formatListNotification(
  { uri, displayNames, version, full, resources }: ListNotification,
  { seed, host }: BodyIdentity,
): TypedBody {
  const parts: BodyPart[] = [];
  const contentIdOf = (index: number): string => `${version}.${index}.${seed}@${host}`;
  const addPart = (document: ResourceDocument): string => {
    const contentId = contentIdOf(parts.length + 1);
    parts.push({ ...document, contentId });
    return contentId;
  };
  const listed = resources.map((resource) => listedResource(resource, addPart));
  const body = formatRlmi({ uri, version, fullState: full, names: displayNames, resources: listed });
  const contentType = `${RLMI_TYPE};charset="UTF-8"`;
  return formatRelated({ contentType, contentId: contentIdOf(0), body }, parts, seed);
}

function listedResource(
  { uri, displayNames, instance }: NotifiedResource,
  addPart: (document: ResourceDocument) => string,
): RlmiResource {
  if (instance === undefined) return { uri, names: displayNames, instances: [] };
  const { document, ...rest } = instance;
  const listed: RlmiInstance = document === undefined ? rest : { ...rest, cid: addPart(document) };
  return { uri, names: displayNames, instances: [listed] };
}
