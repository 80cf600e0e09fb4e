// Several presence documents as one (RFC 3856 §7.3, RFC 3903 §10.3): all tuples, then all notes, then the rest,
// which is the order of RFC 3863 §4.1.1. Nothing is judged or dropped: where two devices contradict each other,
// both occurrences stand and the watcher chooses (RFC 4479 §3.5).
// Namespaces that a published root declares are declared at the new root, under the same prefix unless another
// document has taken it: names are then written with another prefix. (A prefix inside a value, as in xsi:type,
// is not followed; it survives unless two documents use one prefix for two namespaces.)

import { setAttribute } from "../xml/build";
import type { Element } from "../xml/parse";
import { elementsOf, isElement } from "../xml/read";
import type { PresenceDocument } from "./document";
import { PIDF } from "./namespace";

const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

/** The longest language tag carried over (RFC 5646 §4.4.1 asks for 35 to be possible). */
const LONGEST_LANGUAGE = 35;

/** Copies the children of `documents` to the end of `root`, the root of another document. */
export function mergeDocuments(root: Element, documents: readonly PresenceDocument[]): void {
  declareNamespaces(
    root,
    documents.map((document) => document.root),
  );
  for (const belongs of [isTuple, isNote, isOther]) {
    for (const document of documents) copyChildren(root, document.root, belongs);
  }
}

const isTuple = (child: Element): boolean => isElement(child, PIDF, "tuple");
const isNote = (child: Element): boolean => isElement(child, PIDF, "note");
const isOther = (child: Element): boolean => !isTuple(child) && !isNote(child);

function declareNamespaces(root: Element, published: readonly Element[]): void {
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

function copyChildren(root: Element, published: Element, belongs: (child: Element) => boolean): void {
  const language = published.getAttribute("xml:lang") ?? "";
  for (const child of elementsOf(published)) {
    const copy = belongs(child) ? root.ownerDocument?.importNode(child, true) : undefined;
    if (copy === undefined) continue;
    if (language !== "" && language.length <= LONGEST_LANGUAGE && !copy.hasAttribute("xml:lang")) {
      setAttribute(copy, "xml:lang", language);
    }
    root.appendChild(copy);
  }
}
