// What Namespaces in XML 1.0 forbids and the library lets pass (0.9.12): a prefix declared as nothing (§5), the two
// reserved prefixes and names declared as something else (§3), two attributes of one name under two prefixes
// (§6.3; the library keeps the last). A watcher's parser that minds would refuse the whole document, with all
// that other devices published in it.

import { elementsOf } from "./read";
import type { XmlAttribute, XmlElement } from "./tree";
import { type XmlError, xmlError } from "./xml-error";

const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

/** The first fault under `root`, whose text had `attributes` attributes in all. */
export function checkNamespaces(root: XmlElement, attributes: number): XmlError | undefined {
  let kept = 0;
  const open = [root];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    for (const attribute of element.attributes) {
      if (!isAllowed(attribute)) return xmlError("malformed", `the declaration ${attribute.name}`);
      kept += 1;
    }
    for (const child of elementsOf(element)) open.push(child);
  }
  return kept === attributes ? undefined : xmlError("malformed", "an attribute twice");
}

function isAllowed({ namespaceURI, prefix, localName, value }: XmlAttribute): boolean {
  if (namespaceURI !== XMLNS) return true;
  if (prefix === null) return value !== XML && value !== XMLNS;
  return (
    value !== "" && value !== XMLNS && localName !== "xmlns" && (localName === "xml") === (value === XML)
  );
}
