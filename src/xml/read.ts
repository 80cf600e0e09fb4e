// Questions to a tree: always by namespace and local name, never by prefix (Namespaces in XML §6.2).

import { Node as NodeKind } from "@xmldom/xmldom";
import type { XmlElement, XmlNode } from "./tree";

/** The elements directly inside `parent`, in order. */
export function elementsOf(parent: XmlNode): readonly XmlElement[] {
  const elements: XmlElement[] = [];
  for (let child = parent.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === NodeKind.ELEMENT_NODE) elements.push(child as XmlElement);
  }
  return elements;
}

/** Those of them that are called `localName` in `namespace`. */
export const childElements = (parent: XmlNode, namespace: string, localName: string): readonly XmlElement[] =>
  elementsOf(parent).filter((child) => isElement(child, namespace, localName));

export const childElement = (parent: XmlNode, namespace: string, localName: string): XmlElement | undefined =>
  elementsOf(parent).find((child) => isElement(child, namespace, localName));

export const isElement = (element: XmlElement, namespace: string, localName: string): boolean =>
  element.localName === localName && element.namespaceURI === namespace;

/** All character data inside `node`, as written. */
export const text = (node: XmlNode): string => node.textContent ?? "";

/** The value of an attribute of no namespace, or undefined when it is not there. */
export const attribute = (element: XmlElement, name: string): string | undefined =>
  element.getAttributeNS(null, name) ?? undefined;
