// Presence documents: PIDF (RFC 3863 §4) with the person and device of the data model (RFC 4479 §5) and
// whatever else a client puts in. The tree is the document; the fields beside it are what this program
// reads of it, so that all it does not know is kept and written back.
// Lenient where RFC 4479 §5 asks for it ("extract whatever information they can parse"): order, missing ids and
// a missing entity (RFC 4479 §7.1 prints such a document) are no errors. A priority out of range counts as absent.

import { invariant } from "../base/invariant";
import { err, ok, type Result } from "../base/result";
import { setAttribute } from "../xml/build";
import { parseXml } from "../xml/parse";
import { attribute, childElement, childElements, elementsOf, isElement, text } from "../xml/read";
import { serializeXml } from "../xml/serialize";
import type { XmlElement } from "../xml/tree";
import { DEFAULT_XML_LIMITS, type XmlError, type XmlLimits } from "../xml/xml-error";
import { DATA_MODEL, PIDF } from "./namespace";

export interface PresenceDocument {
  readonly root: XmlElement;
  /** The presentity's URI, of any scheme. */
  readonly entity: string | undefined;
  readonly tuples: readonly Tuple[];
  readonly persons: readonly Occurrence[];
  readonly devices: readonly Occurrence[];
  readonly notes: readonly Note[];
  /** Every other child of the root, in order. */
  readonly extensions: readonly XmlElement[];
}

/** A person or device (RFC 4479 §3.2, §3.4). */
export interface Occurrence {
  readonly element: XmlElement;
  readonly id: string | undefined;
  readonly notes: readonly Note[];
  readonly timestamp: string | undefined;
  /** Children from other namespaces: RPID's activities, mood and so on. */
  readonly extensions: readonly XmlElement[];
}

/** A service (RFC 3863 §4.1.2, RFC 4479 §3.3). */
export interface Tuple extends Occurrence {
  readonly basic: "open" | "closed" | undefined;
  /** Children of status from other namespaces. */
  readonly statusExtensions: readonly XmlElement[];
  readonly contact: string | undefined;
  /** 0 to 1; the higher is preferred, undefined is the lowest. */
  readonly contactPriority: number | undefined;
}

export interface Note {
  /** The language as stated on the note itself. */
  readonly language: string | undefined;
  readonly text: string;
}

export type PresenceDocumentError =
  | { readonly kind: "xml"; readonly error: XmlError }
  | { readonly kind: "not-pidf"; readonly detail: string }
  | { readonly kind: "bad-entity"; readonly detail: string };

const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/;
const PRIORITY = /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/;

/** Reads an `application/pidf+xml` body, already decoded. Never throws. */
export function readPresenceDocument(
  body: string,
  limits?: XmlLimits,
): Result<PresenceDocument, PresenceDocumentError> {
  const parsed = parseXml(body, limits);
  if (!parsed.ok) return err({ kind: "xml", error: parsed.error });
  const root = parsed.value;
  if (!isElement(root, PIDF, "presence")) {
    return err({ kind: "not-pidf", detail: `root ${root.namespaceURI} ${root.localName}`.slice(0, 120) });
  }
  const entity = attribute(root, "entity")?.trim();
  if (entity !== undefined && !URI.test(entity)) {
    return err({ kind: "bad-entity", detail: entity.slice(0, 120) });
  }
  return ok({
    root,
    entity,
    tuples: childElements(root, PIDF, "tuple").map(readTuple),
    persons: childElements(root, DATA_MODEL, "person").map((person) => readOccurrence(person, DATA_MODEL)),
    devices: childElements(root, DATA_MODEL, "device").map((device) => readOccurrence(device, DATA_MODEL)),
    notes: readNotes(root, PIDF),
    extensions: elementsOf(root).filter((child) => !isKnown(child)),
  });
}

/** Text of our own making was held to its sender's limits when it came; mending ids may have made it larger. */
const OWN_TEXT: XmlLimits = {
  maxLength: Number.POSITIVE_INFINITY,
  maxDepth: DEFAULT_XML_LIMITS.maxDepth,
  maxNodes: Number.POSITIVE_INFINITY,
  maxAttributes: Number.POSITIVE_INFINITY,
};

/** Reads what writePresenceDocument or composePresence wrote. */
export function readOwnDocument(body: string): PresenceDocument {
  const read = readPresenceDocument(body, OWN_TEXT);
  invariant(read.ok, "a document of our own is a presence document");
  return read.value;
}

function readTuple(tuple: XmlElement): Tuple {
  const status = childElement(tuple, PIDF, "status");
  const basic = status && childElement(status, PIDF, "basic");
  const contact = childElement(tuple, PIDF, "contact");
  const word = basic && text(basic).trim();
  const priority = contact && attribute(contact, "priority")?.trim();
  return {
    ...readOccurrence(tuple, PIDF),
    basic: word === "open" || word === "closed" ? word : undefined,
    statusExtensions: status === undefined ? [] : foreignChildren(status, PIDF),
    contact: contact && text(contact).trim(),
    // RFC 3863 §4.1.5: a value out of range SHOULD be ignored.
    contactPriority: priority !== undefined && PRIORITY.test(priority) ? Number(priority) : undefined,
  };
}

function readOccurrence(element: XmlElement, namespace: string): Occurrence {
  const timestamp = childElement(element, namespace, "timestamp");
  return {
    element,
    id: attribute(element, "id"),
    notes: readNotes(element, namespace),
    timestamp: timestamp && text(timestamp).trim(),
    extensions: foreignChildren(element, namespace),
  };
}

const readNotes = (parent: XmlElement, namespace: string): readonly Note[] =>
  childElements(parent, namespace, "note").map((note) => ({
    language: note.getAttribute("xml:lang") ?? undefined,
    text: text(note),
  }));

const foreignChildren = (parent: XmlElement, namespace: string): readonly XmlElement[] =>
  elementsOf(parent).filter((child) => child.namespaceURI !== namespace);

const isKnown = (child: XmlElement): boolean =>
  isElement(child, PIDF, "tuple") ||
  isElement(child, PIDF, "note") ||
  isElement(child, DATA_MODEL, "person") ||
  isElement(child, DATA_MODEL, "device");

/**
 * The document as text, about `entity`: the same meaning gives the same text. Takes the tree over: the entity is
 * rewritten in it, and ids that are missing or used twice are mended (RFC 3863 §4.1.2, RFC 4479 §3.5).
 */
export function writePresenceDocument(document: PresenceDocument, entity: string): string {
  setAttribute(document.root, "entity", entity);
  claimIds(document, new Set(), "2");
  return serializeXml(document.root);
}

/**
 * Makes the ids of all tuples, persons and devices differ from each other and from `taken`, which grows by
 * them. The first to come keeps its id; later ones get `suffix`, always the same for the same documents.
 */
export function claimIds(document: PresenceDocument, taken: Set<string>, suffix: string): void {
  const attempts = new Map<string, number>();
  for (const { element, id } of [...document.tuples, ...document.persons, ...document.devices]) {
    const wanted = id ?? element.localName ?? "";
    let free = wanted;
    while (free === "" || taken.has(free)) {
      const attempt = (attempts.get(wanted) ?? 0) + 1;
      attempts.set(wanted, attempt);
      free = attempt === 1 ? `${wanted}-${suffix}` : `${wanted}-${suffix}-${attempt}`;
    }
    taken.add(free);
    if (free !== id) setAttribute(element, "id", free);
  }
}
