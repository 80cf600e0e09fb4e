// XML documents as plain trees, so that a printed one and ours compare by what they say: prefixes, the order of
// attributes, comments and white space around text count for nothing.

import { readFileSync } from "node:fs";
import { parseXml } from "../../../src/xml/parse";
import { elementsOf, text } from "../../../src/xml/read";
import type { XmlElement } from "../../../src/xml/tree";

export interface Tree {
  /** `{namespace}local` */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements; the text, trimmed, where there are none. */
  readonly content: readonly Tree[] | string;
}

/** The root of a document that must be one. */
export function rootOf(document: string): XmlElement {
  const parsed = parseXml(document);
  if (!parsed.ok) throw new Error(`${parsed.error.kind}: ${parsed.error.detail}`);
  return parsed.value;
}

export const treeOf = (document: string): Tree => toTree(rootOf(document));

function toTree(element: XmlElement): Tree {
  const attributes = [...element.attributes].filter(({ name }) => !/^xmlns(?::|$)/.test(name));
  const children = elementsOf(element);
  return {
    name: `{${element.namespaceURI ?? ""}}${element.localName}`,
    attributes: Object.fromEntries(attributes.map(({ name, value }) => [name, value])),
    content: children.length === 0 ? text(element).trim() : children.map(toTree),
  };
}

/** A document as an RFC printed it (test/conformance/documents/README.md). */
export const printed = (name: string): string =>
  readFileSync(`${import.meta.dirname}/../../conformance/documents/${name}.xml`, "utf8");

/** The same with each `from` in it, of which there must be one, as `to`. */
export function mended(
  document: string,
  ...changes: readonly (readonly [from: string, to: string])[]
): string {
  return changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`nothing to mend: ${from}`);
    return before.replaceAll(from, to);
  }, document);
}
