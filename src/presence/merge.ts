// Several presence documents as one (RFC 3856 §7.3, RFC 3903 §10.3): all tuples, then all notes, then the rest,
// which is the order of RFC 3863 §4.1.1. Nothing is judged or dropped: where two devices contradict each other,
// both occurrences stand and the watcher chooses (RFC 4479 §3.5).
// Namespaces that a published root declares are declared at the new root, under the same prefix unless another
// document has taken it: names are then written with another prefix. (A prefix inside a value, as in xsi:type,
// is not followed; it survives unless two documents use one prefix for two namespaces.)

import { setAttribute } from "../xml/build";
import { elementsOf, isElement } from "../xml/read";
import type { XmlElement } from "../xml/tree";
import type { PresenceDocument } from "./document";
import { PIDF } from "./namespace";

const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

/** The longest language tag carried over (RFC 5646 §4.4.1 asks for 35 to be possible). */
const LONGEST_LANGUAGE = 35;

/**
 * What `documents` hold, in order, to be written as children of `root`, which gets the declarations they need. The
 * elements stay where they are; only an xml:lang may be added.
 */
export function mergeDocuments(
  root: XmlElement,
  documents: readonly PresenceDocument[],
): readonly XmlElement[] {
  const published = documents.map((document) => document.root);
  declareNamespaces(root, published);
  for (const from of published) passOnLanguage(from);
  const children = published.flatMap(elementsOf);
  return [...children.filter(isTuple), ...children.filter(isNote), ...children.filter(isOther)];
}

const isTuple = (child: XmlElement): boolean => isElement(child, PIDF, "tuple");
const isNote = (child: XmlElement): boolean => isElement(child, PIDF, "note");
const isOther = (child: XmlElement): boolean => !isTuple(child) && !isNote(child);

function declareNamespaces(root: XmlElement, published: readonly XmlElement[]): void {
  const declared = new Set(["", XML]);
  for (const { namespaceURI, prefix, localName, value } of published.flatMap((from) => [
    ...from.attributes,
  ])) {
    if (namespaceURI !== XMLNS || declared.has(value)) continue;
    if (prefix === null && value === PIDF) continue; // the new root's default namespace already
    declared.add(value);
    const wanted = prefix === null ? "ns" : (localName ?? "ns");
    let free = wanted;
    for (let attempt = 2; root.hasAttribute(`xmlns:${free}`); attempt += 1) free = `${wanted}${attempt}`;
    root.setAttributeNS(XMLNS, `xmlns:${free}`, value);
  }
}

function passOnLanguage(published: XmlElement): void {
  const language = published.getAttribute("xml:lang") ?? "";
  if (language === "" || language.length > LONGEST_LANGUAGE) return;
  for (const child of elementsOf(published)) {
    if (!child.hasAttribute("xml:lang")) setAttribute(child, "xml:lang", language);
  }
}
