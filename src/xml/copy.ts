// Copying parts of a tree into a new one. The caller names what is copied, so that whatever nobody thought of stays
// behind. Comments and processing instructions are never copied: they say nothing to a program and may say too
// much to a person. (Removing nodes instead would be quadratic: the library, 0.9.12, numbers the siblings anew
// at each removal.)

import { Node as NodeKind } from "@xmldom/xmldom";
import { invariant } from "../base/invariant";
import { rootElement } from "./build";
import { elementsOf } from "./read";
import type { XmlElement, XmlNode } from "./tree";

const XMLNS = "http://www.w3.org/2000/xmlns/";

export interface CopiedParts {
  /** The attributes to copy, named as written (`id`, `xml:lang`); all when undefined. Declarations always are. */
  readonly attributes?: readonly string[] | undefined;
  /** What to copy from inside: nothing, the text that is its own, or everything. */
  readonly content: "none" | "text" | "all";
}

/** The root of a new document, copied from `source`. */
export function copyRoot(source: XmlElement, parts: CopiedParts): XmlElement {
  const root = rootElement({ namespace: source.namespaceURI ?? "", name: source.nodeName });
  copyParts(root, source, parts);
  return root;
}

/** A new last child of `parent`, copied from `source`, which may stand in another document. */
export function appendCopy(parent: XmlElement, source: XmlElement, parts: CopiedParts): XmlElement {
  const document = parent.ownerDocument;
  invariant(document !== null, "an element belongs to a document");
  const copy = document.createElementNS(source.namespaceURI, source.nodeName);
  copyParts(copy, source, parts);
  parent.appendChild(copy);
  return copy;
}

function copyParts(copy: XmlElement, source: XmlElement, { attributes, content }: CopiedParts): void {
  for (const { namespaceURI, name, value } of source.attributes) {
    const wanted = namespaceURI === XMLNS || attributes === undefined || attributes.includes(name);
    if (wanted) copy.setAttributeNS(namespaceURI, name, value);
  }
  if (content === "none") return;
  for (let child = source.firstChild; child !== null; child = child.nextSibling) {
    if (isText(child)) appendText(copy, child.nodeValue ?? "");
    else if (content === "all" && child.nodeType === NodeKind.ELEMENT_NODE) {
      appendCopy(copy, child as XmlElement, { content });
    }
  }
}

function appendText(parent: XmlElement, text: string): void {
  const node = parent.ownerDocument?.createTextNode(text);
  if (node !== undefined) parent.appendChild(node);
}

const isText = ({ nodeType }: XmlNode): boolean =>
  nodeType === NodeKind.TEXT_NODE || nodeType === NodeKind.CDATA_SECTION_NODE;

/**
 * Removes the declarations of namespaces that no element and no attribute under `root` is in: each tells of an
 * extension that was left behind.
 */
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
