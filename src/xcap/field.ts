// The `field` of a uniqueness failure: a relative URI that leads from the root element to what is not unique (RFC
// 4825 §11.1). Steps are by name, with a position where siblings share the name.

import { elementsOf } from "../xml/read";
import type { XmlElement, XmlNode } from "../xml/tree";
import { encodeSegment } from "./percent-encoding";

/** `resource-lists/list%5b2%5d/@name`; prefixes, if it takes any, are bound in a query. */
export function fieldOf(element: XmlElement, attribute: string, defaultNamespace: string): string {
  const prefixes = new Map<string, string>();
  const nameOf = ({ namespaceURI, localName }: XmlElement): string => {
    const namespace = namespaceURI ?? "";
    if (namespace === defaultNamespace) return localName ?? "";
    const prefix = prefixes.get(namespace) ?? `ns${prefixes.size + 1}`;
    prefixes.set(namespace, prefix);
    return `${prefix}:${localName}`;
  };
  const steps = [`@${attribute}`];
  for (let each: XmlElement | undefined = element; each !== undefined; each = parentOf(each)) {
    steps.unshift(`${nameOf(each)}${positionOf(each)}`);
  }
  const bindings = [...prefixes].map(([namespace, prefix]) => `xmlns(${prefix}=${escapeData(namespace)})`);
  const query = bindings.length === 0 ? "" : `?${encodeSegment(bindings.join(""))}`;
  return steps.map(encodeSegment).join("/") + query;
}

function positionOf(element: XmlElement): string {
  const parent = parentOf(element);
  const { namespaceURI, localName } = element;
  const same = (parent === undefined ? [element] : elementsOf(parent)).filter(
    (sibling) => sibling.namespaceURI === namespaceURI && sibling.localName === localName,
  );
  return same.length === 1 ? "" : `[${same.indexOf(element) + 1}]`;
}

function parentOf(element: XmlElement): XmlElement | undefined {
  const parent: XmlNode | null = element.parentNode;
  return parent === null || parent === element.ownerDocument ? undefined : (parent as XmlElement);
}

/** XPointer Framework §3.1: `^` before itself and parentheses. */
const escapeData = (data: string): string => data.replace(/[\^()]/g, "^$&");
