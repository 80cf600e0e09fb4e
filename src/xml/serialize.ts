// Writing XML (XML 1.0 §2.4, §3.3.3; Namespaces in XML §5, §6): the same tree gives the same text.
// The library's serializer is not used, for three faults seen in 0.9.12: it writes a carriage return bare, so
// that reading it back gives a line feed; it puts an element of no namespace into the default namespace of
// the place it is moved to; and it copies the list of all declarations for each element (quadratic).
// An element written inside another document's keeps its namespaces. Where its prefix means something else here,
// the prefix that the root has for its namespace is written instead, and only failing that a declaration on
// the spot: declarations repeated in each child would let a small document make a huge one.
// CDATA is written as text; what stands beside the root (comments, declaration) is not kept.

import { Node as NodeKind } from "@xmldom/xmldom";
import type { XmlAttribute, XmlElement, XmlNode } from "./tree";

/** Prefix ("" for none) to namespace name; the scopes around it are its prototype chain. */
type Scope = { [prefix: string]: string };

interface Writer {
  readonly output: string[];
  /** Namespace name to the prefix that the root declares for it, never "". */
  readonly rootPrefixes: ReadonlyMap<string, string>;
}

/** The declaration each PIDF document MUST have (RFC 3863 §4.1). */
const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

/**
 * The document with `root` as its root: declaration, line feed, root; no final line feed. The elements of `leading`,
 * which may stand in other documents and stay there, are written as its first children: moving them would
 * cost more than writing them.
 */
export function serializeXml(root: XmlElement, leading: readonly XmlElement[] = []): string {
  const rootPrefixes = new Map<string, string>();
  for (const attribute of root.attributes) {
    if (isDeclaration(attribute) && attribute.prefix !== null) {
      rootPrefixes.set(attribute.value, declaredPrefix(attribute));
    }
  }
  const writer: Writer = { output: [XML_DECLARATION], rootPrefixes };
  writeElement(root, Object.assign(Object.create(null), { "": "", xml: XML }), writer, leading);
  return writer.output.join("");
}

function writeElement(
  element: XmlElement,
  outer: Scope,
  writer: Writer,
  leading: readonly XmlElement[] = [],
): void {
  const { name, scope } = writeStartTag(element, outer, writer);
  if (element.firstChild === null && leading.length === 0) {
    writer.output.push("/>");
    return;
  }
  writer.output.push(">");
  for (const child of leading) writeElement(child, scope, writer);
  for (let child: XmlNode | null = element.firstChild; child !== null; child = child.nextSibling) {
    writeChild(child, scope, writer);
  }
  writer.output.push("</", name, ">");
}

function writeChild(child: XmlNode, scope: Scope, writer: Writer): void {
  switch (child.nodeType) {
    case NodeKind.ELEMENT_NODE:
      writeElement(child as XmlElement, scope, writer);
      return;
    case NodeKind.TEXT_NODE:
    case NodeKind.CDATA_SECTION_NODE:
      writer.output.push((child.nodeValue ?? "").replace(/[&<>\r]/g, escapeCharacter));
      return;
    case NodeKind.COMMENT_NODE:
      writer.output.push("<!--", child.nodeValue ?? "", "-->");
      return;
    case NodeKind.PROCESSING_INSTRUCTION_NODE:
      writer.output.push("<?", child.nodeName, " ", child.nodeValue ?? "", "?>");
  }
}

/** Writes up to the last attribute; gives the name as written and the scope for the children. */
function writeStartTag(element: XmlElement, outer: Scope, writer: Writer): { name: string; scope: Scope } {
  const attributes = [...element.attributes];
  const declarations = attributes.filter(isDeclaration);
  const added: [name: string, value: string][] = [];
  let scope = outer;
  const declare = (prefix: string, namespace: string): void => {
    if (scope === outer) scope = Object.create(outer) as Scope;
    scope[prefix] = namespace;
  };
  for (const declaration of declarations) declare(declaredPrefix(declaration), declaration.value);
  const nameOf = (node: XmlElement | XmlAttribute): string => {
    const fitting = nameInScope(node, node === element, scope, writer);
    if (fitting !== undefined) return fitting;
    const prefix = node.prefix ?? "";
    declare(prefix, node.namespaceURI ?? "");
    added.push([prefix === "" ? "xmlns" : `xmlns:${prefix}`, node.namespaceURI ?? ""]);
    return node.nodeName;
  };
  const name = nameOf(element);
  writer.output.push("<", name);
  for (const attribute of attributes) {
    const written = isDeclaration(attribute) ? attribute.name : nameOf(attribute);
    writeAttribute(written, attribute.value, writer);
  }
  for (const [declaration, namespace] of added) writeAttribute(declaration, namespace, writer);
  return { name, scope };
}

/** How to call `node` with what is declared: by its own prefix, no prefix, or the root's; else undefined. */
function nameInScope(
  node: XmlElement | XmlAttribute,
  isElement: boolean,
  scope: Scope,
  { rootPrefixes }: Writer,
): string | undefined {
  const prefix = node.prefix ?? "";
  const namespace = node.namespaceURI ?? "";
  if (!isElement && prefix === "") return node.nodeName; // in no namespace, whatever the default is
  if ((scope[prefix] ?? "") === namespace) return node.nodeName;
  if (isElement && scope[""] === namespace) return node.localName ?? node.nodeName;
  const other = rootPrefixes.get(namespace);
  return other !== undefined && scope[other] === namespace ? `${other}:${node.localName}` : undefined;
}

const isDeclaration = (attribute: XmlAttribute): boolean => attribute.namespaceURI === XMLNS;

const declaredPrefix = (declaration: XmlAttribute): string =>
  declaration.prefix === null ? "" : (declaration.localName ?? "");

function writeAttribute(name: string, value: string, { output }: Writer): void {
  output.push(" ", name, '="', value.replace(/[&<>"\t\n\r]/g, escapeCharacter), '"');
}

function escapeCharacter(character: string): string {
  switch (character) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return `&#${character.charCodeAt(0)};`;
  }
}
