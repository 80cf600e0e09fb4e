// Questions to a tree: always by namespace and local name, never by prefix (Namespaces in XML §6.2).

import { type Element, type Node, Node as NodeKind } from "@xmldom/xmldom";

/** The elements directly inside `parent`, in order. */
export function elementsOf(parent: Node): readonly Element[] {
  const elements: Element[] = [];
  for (let child = parent.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === NodeKind.ELEMENT_NODE) elements.push(child as Element);
  }
  return elements;
}

/** Those of them that are called `localName` in `namespace`. */
export const childElements = (parent: Node, namespace: string, localName: string): readonly Element[] =>
  elementsOf(parent).filter((child) => isElement(child, namespace, localName));

export const childElement = (parent: Node, namespace: string, localName: string): Element | undefined =>
  elementsOf(parent).find((child) => isElement(child, namespace, localName));

export const isElement = (element: Element, namespace: string, localName: string): boolean =>
  element.localName === localName && element.namespaceURI === namespace;

/** All character data inside `node`, as written. */
export const text = (node: Node): string => node.textContent ?? "";

/** The value of an attribute of no namespace, or undefined when it is not there. */
export const attribute = (element: Element, name: string): string | undefined =>
  element.getAttributeNS(null, name) ?? undefined;
