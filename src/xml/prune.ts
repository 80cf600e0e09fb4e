// Taking things out of a tree. Each function names what stays, so that whatever nobody thought of goes.
// Comments and processing instructions say nothing to a program and may say too much to a person who reads them;
// so may a namespace that is declared and not used: it tells which extensions the cut parts were of.

import { Node as NodeKind } from "@xmldom/xmldom";
import { elementsOf } from "./read";
import type { XmlElement, XmlNode } from "./tree";

const XMLNS = "http://www.w3.org/2000/xmlns/";

/** Leaves in `parent` only the child elements that `keep` holds for; text, comments and the rest go. */
export function keepElements(parent: XmlElement, keep: (child: XmlElement) => boolean): void {
  for (const child of [...childNodes(parent)]) {
    const stays = child.nodeType === NodeKind.ELEMENT_NODE && keep(child as XmlElement);
    if (!stays) parent.removeChild(child);
  }
}

/** Leaves in `element` only its own text, the text of elements inside it not counted. */
export function keepText(element: XmlElement): void {
  for (const child of [...childNodes(element)]) if (!isText(child)) element.removeChild(child);
}

/** Leaves on `element` only the attributes of these names as written (`id`, `xml:lang`), and namespace declarations. */
export function keepAttributes(element: XmlElement, names: readonly string[]): void {
  for (const attribute of [...element.attributes]) {
    const stays = attribute.namespaceURI === XMLNS || names.includes(attribute.name);
    if (!stays) element.removeAttributeNode(attribute);
  }
}

/** Removes comments and processing instructions at any depth. */
export function removeRemarks(root: XmlElement): void {
  for (const element of allElements(root)) {
    for (const child of [...childNodes(element)]) {
      if (child.nodeType !== NodeKind.ELEMENT_NODE && !isText(child)) element.removeChild(child);
    }
  }
}

/** Removes the declarations of namespaces that no element and no attribute under `root` is in. */
export function removeUnusedNamespaces(root: XmlElement): void {
  const elements = allElements(root);
  const used = new Set<string | null>();
  for (const element of elements) {
    used.add(element.namespaceURI);
    for (const { namespaceURI } of element.attributes) used.add(namespaceURI);
  }
  for (const element of elements) {
    for (const attribute of [...element.attributes]) {
      const unused = attribute.namespaceURI === XMLNS && !used.has(attribute.value);
      if (unused) element.removeAttributeNode(attribute);
    }
  }
}

/** `root` and every element under it, in no particular order. */
function allElements(root: XmlElement): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const open = [root];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    found.push(element);
    for (const child of elementsOf(element)) open.push(child);
  }
  return found;
}

function* childNodes(parent: XmlNode): Generator<XmlNode> {
  for (let child = parent.firstChild; child !== null; child = child.nextSibling) yield child;
}

const isText = ({ nodeType }: XmlNode): boolean =>
  nodeType === NodeKind.TEXT_NODE || nodeType === NodeKind.CDATA_SECTION_NODE;
