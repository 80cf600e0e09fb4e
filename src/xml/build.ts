// Building a tree. Names come from this program and are trusted to be XML names; attribute values and
// text come from anywhere: what XML cannot carry even escaped (XML 1.0 §2.2) becomes U+FFFD, so that
// no display name or note can make a document that its reader must refuse.

import { DOMImplementation } from "@xmldom/xmldom";
import { invariant } from "../base/invariant";
import type { XmlElement } from "./tree";

export interface ElementName {
  readonly namespace: string;
  /** The local name, with a prefix or without. */
  readonly name: string;
}

export interface ElementContent {
  /** Attributes of no namespace, and `xml:lang`, in the order they are written; those undefined are not. */
  readonly attributes?: Readonly<Record<string, string | number | undefined>>;
  readonly text?: string;
}

const NOT_A_CHAR = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** The root of a new document. */
export function rootElement({ namespace, name }: ElementName, content: ElementContent = {}): XmlElement {
  const root = new DOMImplementation().createDocument(namespace, name).documentElement;
  invariant(root !== null, "a document made with a name has a root");
  fill(root, content);
  return root;
}

/** A new last child of `parent`. */
export function appendElement(
  parent: XmlElement,
  { namespace, name }: ElementName,
  content: ElementContent = {},
): XmlElement {
  const document = parent.ownerDocument;
  invariant(document !== null, "an element belongs to a document");
  const element = document.createElementNS(namespace, name);
  fill(element, content);
  parent.appendChild(element);
  return element;
}

/** An exact copy of `element`, comments too, as the last child of `parent`; it may come from another document. */
export function appendExactCopy(parent: XmlElement, element: XmlElement): XmlElement {
  const document = parent.ownerDocument;
  invariant(document !== null, "an element belongs to a document");
  const copy = document.importNode(element, true);
  parent.appendChild(copy);
  return copy;
}

function fill(element: XmlElement, { attributes = {}, text }: ElementContent): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) setAttribute(element, name, String(value));
  }
  if (text !== undefined) element.textContent = text.replace(NOT_A_CHAR, "\uFFFD");
}

/** Sets an attribute of no namespace, or `xml:lang`. */
export function setAttribute(element: XmlElement, name: string, value: string): void {
  const namespace = name.startsWith("xml:") ? "http://www.w3.org/XML/1998/namespace" : null;
  element.setAttributeNS(namespace, name, value.replace(NOT_A_CHAR, "\uFFFD"));
}

/** Takes an element, with all that is in it, out of its tree. Costs as much as it has siblings. */
export function removeElement(element: XmlElement): void {
  element.parentNode?.removeChild(element);
}
