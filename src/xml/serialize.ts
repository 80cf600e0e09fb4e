// Writing XML (XML 1.0 §2.4, §3.3.3; Namespaces in XML §5, §6): the same tree gives the same text.
// The library's serializer is not used, for three faults seen in 0.9.12: it writes a carriage return bare, so
// that reading it back gives a line feed; it puts an element of no namespace into the default namespace of
// the place it is moved to; and it copies the list of all declarations for each element (quadratic).
// A subtree moved here from another document gets the declarations its names need, where it stands.
// CDATA is written as text; what stands beside the root (comments, declaration) is not kept.

import { type Attr, type Element, type Node, Node as NodeKind } from "@xmldom/xmldom";

/** Prefix ("" for none) to namespace name; the scopes around it are its prototype chain. */
type Scope = { [prefix: string]: string };

/** The declaration each PIDF document MUST have (RFC 3863 §4.1). */
const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

const XMLNS = "http://www.w3.org/2000/xmlns/";

/** The document with `root` as its root: declaration, line feed, root; no final line feed. */
export function serializeXml(root: Element): string {
  const output: string[] = [XML_DECLARATION];
  const scope: Scope = Object.create(null);
  scope[""] = "";
  scope["xml"] = "http://www.w3.org/XML/1998/namespace";
  writeElement(root, scope, output);
  return output.join("");
}

function writeElement(element: Element, outer: Scope, output: string[]): void {
  const scope = writeStartTag(element, outer, output);
  if (element.firstChild === null) {
    output.push("/>");
    return;
  }
  output.push(">");
  for (let child: Node | null = element.firstChild; child !== null; child = child.nextSibling) {
    writeChild(child, scope, output);
  }
  output.push("</", element.tagName, ">");
}

function writeChild(child: Node, scope: Scope, output: string[]): void {
  switch (child.nodeType) {
    case NodeKind.ELEMENT_NODE:
      writeElement(child as Element, scope, output);
      return;
    case NodeKind.TEXT_NODE:
    case NodeKind.CDATA_SECTION_NODE:
      output.push((child.nodeValue ?? "").replace(/[&<>\r]/g, escapeCharacter));
      return;
    case NodeKind.COMMENT_NODE:
      output.push("<!--", child.nodeValue ?? "", "-->");
      return;
    case NodeKind.PROCESSING_INSTRUCTION_NODE:
      output.push("<?", child.nodeName, " ", child.nodeValue ?? "", "?>");
  }
}

/** Writes up to the last attribute; gives the scope for the children. */
function writeStartTag(element: Element, outer: Scope, output: string[]): Scope {
  output.push("<", element.tagName);
  const attributes = [...element.attributes];
  let scope = outer;
  const declare = (prefix: string, namespace: string): void => {
    if (scope === outer) scope = Object.create(outer) as Scope;
    scope[prefix] = namespace;
  };
  for (const attribute of attributes) {
    if (isDeclaration(attribute))
      declare(attribute.prefix === null ? "" : (attribute.localName ?? ""), attribute.value);
    writeAttribute(attribute.name, attribute.value, output);
  }
  for (const named of [element, ...attributes]) {
    const prefix = named.prefix ?? "";
    const namespace = named.namespaceURI ?? "";
    if (named !== element && (prefix === "" || namespace === XMLNS)) continue;
    if ((scope[prefix] ?? "") === namespace) continue;
    declare(prefix, namespace);
    writeAttribute(prefix === "" ? "xmlns" : `xmlns:${prefix}`, namespace, output);
  }
  return scope;
}

const isDeclaration = (attribute: Attr): boolean => attribute.namespaceURI === XMLNS;

function writeAttribute(name: string, value: string, output: string[]): void {
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
