// From a <list> element to a flat list of URIs (RFC 4826 §4.5): nested lists, entries by reference and lists by
// reference are walked in document order, and a URI counts once, where it stands first.
// What cannot be followed is left out and reported, and the rest is served: §4.5 allows that in place of 502 where it
// is the better service, and presence of those who can be reached is. A reference is followed into the owner's own
// documents only; to reach out, the RLS would have to fetch what a user's document tells it to.
// No list is walked twice, so a cycle ends where it closes, and the work is linear in the documents. That is §4.5's
// traversed list, kept by element: two spellings of one URI, or a list inside one that refers back to it, are found, too.

import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { parseUri } from "../sip/uri/uri";
import { parseXml } from "../xml/parse";
import { attribute, elementsOf, isElement } from "../xml/read";
import type { XmlElement } from "../xml/tree";
import type { XmlLimits } from "../xml/xml-error";
import { type DisplayName, readDisplayNames } from "./display-name";
import {
  isOwn,
  type ListReference,
  parseAnchor,
  parseRelativeReference,
  selectElement,
} from "./list-reference";
import { RESOURCE_LISTS } from "./namespace";

export interface ListEntry {
  readonly uri: string;
  readonly displayNames: readonly DisplayName[];
}

export interface FlatList {
  /** What the list itself is called. */
  readonly displayNames: readonly DisplayName[];
  /** In document order, no URI twice (by case-sensitive comparison, §4.5). */
  readonly entries: readonly ListEntry[];
  /** What was left out, for the log; the first sixteen. */
  readonly omissions: readonly Omission[];
  /** There are more entries than the limit. */
  readonly isCut: boolean;
}

export interface Omission {
  readonly kind: /** A reference out of the owner's own resource lists. */
    | "foreign"
    /** A reference to nothing, or to something else than it must name. */
    | "unresolved"
    /** A list that was walked already; a cycle, when it is open still. */
    | "repeated"
    /** A URI that nobody can subscribe to by SIP. */
    | "unsuitable"
    | "too-many"
    | "too-deep";
  /** At most 120 characters of the reference or URI. */
  readonly detail: string;
}

/** Where references are followed. */
export interface OwnerTree {
  readonly owner: AddressOfRecord;
  /** The absolute URI under which clients see the documents: `https://example.com/xcap`. */
  readonly xcapRoot: string;
  /** The text of one of the owner's documents: of `resource-lists`, by its name. */
  readonly document: (auid: string, name: string) => string | undefined;
}

export interface ListLimits {
  readonly entries: number;
  /** Lists inside each other, by nesting and by reference. */
  readonly depth: number;
  /** References that are followed. */
  readonly references: number;
  /** Documents that are read. */
  readonly documents: number;
  readonly xml?: XmlLimits;
}

export const DEFAULT_LIST_LIMITS: ListLimits = { entries: 250, depth: 16, references: 250, documents: 16 };

/** UTF-16 code units; as long as an address-of-record may be. */
const longestUri = 256;
const mostOmissions = 16;

interface Walk {
  /** Undefined where there are no references to follow (RFC 5367). */
  readonly tree: OwnerTree | undefined;
  readonly limits: ListLimits;
  readonly entries: Map<string, ListEntry>;
  readonly omissions: Omission[];
  readonly walked: Set<XmlElement>;
  /** By name; undefined for one that is not there or no resource-lists document. */
  readonly documents: Map<string, XmlElement | undefined>;
  references: number;
  isCut: boolean;
}

const display = { namespace: RESOURCE_LISTS, name: "display-name" };

/** Walks `lists` one after another. The first list's names are those of the whole. Never throws. */
export function flattenLists(
  lists: readonly XmlElement[],
  tree: OwnerTree | undefined,
  limits: ListLimits = DEFAULT_LIST_LIMITS,
): FlatList {
  const walk = startWalk(tree, limits);
  for (const list of lists) walkList(walk, list, 1);
  return finish(walk, lists[0]);
}

/** The list that an absolute reference names; undefined when it names none of the owner's (§4.1). */
export function flattenReference(
  anchor: string,
  tree: OwnerTree,
  limits: ListLimits = DEFAULT_LIST_LIMITS,
): FlatList | undefined {
  const walk = startWalk(tree, limits);
  const list = follow(walk, parseAnchor(anchor, tree.xcapRoot), anchor, "list");
  if (list === undefined) return undefined;
  walkList(walk, list, 1);
  return finish(walk, list);
}

const startWalk = (tree: OwnerTree | undefined, limits: ListLimits): Walk => ({
  tree,
  limits,
  entries: new Map(),
  omissions: [],
  walked: new Set(),
  documents: new Map(),
  references: 0,
  isCut: false,
});

const finish = ({ entries, omissions, isCut }: Walk, list: XmlElement | undefined): FlatList => ({
  displayNames: list === undefined ? [] : readDisplayNames(list, display),
  entries: [...entries.values()],
  omissions,
  isCut,
});

function walkList(walk: Walk, list: XmlElement, depth: number): void {
  const name = attribute(list, "name") ?? "";
  if (depth > walk.limits.depth) return omit(walk, "too-deep", name);
  if (walk.walked.has(list)) return omit(walk, "repeated", name);
  walk.walked.add(list);
  for (const child of elementsOf(list)) {
    if (child.namespaceURI === RESOURCE_LISTS) walkChild(walk, child, depth);
  }
}

function walkChild(walk: Walk, child: XmlElement, depth: number): void {
  switch (child.localName) {
    case "entry":
      return addEntry(walk, child, []);
    case "list":
      return walkList(walk, child, depth + 1);
    case "entry-ref": {
      const ref = attribute(child, "ref") ?? "";
      const entry = follow(walk, parseRelativeReference(ref), ref, "entry");
      if (entry !== undefined) addEntry(walk, entry, readDisplayNames(child, display));
      return;
    }
    case "external": {
      const anchor = attribute(child, "anchor") ?? "";
      const reference = walk.tree && parseAnchor(anchor, walk.tree.xcapRoot);
      const list = follow(walk, reference, anchor, "list");
      if (list !== undefined) walkList(walk, list, depth + 1);
    }
  }
}

/** `nicknames` stand beside the reference, and go before the names in the entry itself (§3.1). */
function addEntry(walk: Walk, element: XmlElement, nicknames: readonly DisplayName[]): void {
  const uri = (attribute(element, "uri") ?? "").trim();
  if (!isSubscribable(uri)) return omit(walk, "unsuitable", uri);
  if (walk.entries.has(uri)) return;
  if (walk.entries.size >= walk.limits.entries) {
    walk.isCut = true;
    return omit(walk, "too-many", uri);
  }
  const displayNames = nicknames.length > 0 ? nicknames : readDisplayNames(element, display);
  walk.entries.set(uri, { uri, displayNames });
}

/**
 * §4.5: of a scheme that can be subscribed to. A URI with header fields in it is none: they would be written
 * into a SUBSCRIBE of ours (RFC 3261 §19.1.5).
 */
function isSubscribable(uri: string): boolean {
  const parsed = uri.length > longestUri ? undefined : parseUri(uri);
  if (!parsed?.ok) return false;
  if (parsed.value.kind === "sip") return parsed.value.headers.length === 0;
  return parsed.value.kind === "other" && parsed.value.scheme === "pres";
}

/** The element at the other end of a reference, if it is of that kind. */
function follow(
  walk: Walk,
  reference: ListReference | undefined,
  written: string,
  kind: "list" | "entry",
): XmlElement | undefined {
  const { tree, limits } = walk;
  let omission: Omission["kind"] = "unresolved";
  let found: XmlElement | undefined;
  if (tree === undefined || reference === undefined || !isOwn(reference, tree.owner)) omission = "foreign";
  else if (walk.references >= limits.references) omission = "too-many";
  else {
    walk.references += 1;
    const root = readDocument(walk, tree, reference.name);
    found = root && selectElement(root, reference.steps);
  }
  if (found !== undefined && isElement(found, RESOURCE_LISTS, kind)) return found;
  omit(walk, omission, written);
  return undefined;
}

function readDocument(walk: Walk, tree: OwnerTree, name: string): XmlElement | undefined {
  const { documents, limits } = walk;
  if (documents.has(name) || documents.size >= limits.documents) return documents.get(name);
  const text = tree.document("resource-lists", name);
  const parsed = text === undefined ? undefined : parseXml(text, limits.xml);
  const root = parsed?.ok ? parsed.value : undefined;
  documents.set(name, root);
  return root;
}

function omit({ omissions }: Walk, kind: Omission["kind"], detail: string): void {
  if (omissions.length < mostOmissions) omissions.push({ kind, detail: detail.slice(0, 120) });
}
