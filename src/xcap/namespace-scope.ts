// The namespace bindings in scope for an element, and the document that tells them (RFC 4825 §7.10, §10).

import type { LocatedElement } from "../xml/locate";
import { XMLNS_NAMESPACE } from "../xml/name";

/** Prefix ("" for the default) to namespace name. `xml` is bound everywhere and left out. */
export function namespacesInScope(located: LocatedElement | undefined): ReadonlyMap<string, string> {
  const scope = new Map(located === undefined ? [] : namespacesInScope(located.parent));
  for (const attribute of located?.element.attributes ?? []) {
    if (attribute.namespaceURI !== XMLNS_NAMESPACE) continue;
    const prefix = attribute.prefix === null ? "" : (attribute.localName ?? "");
    // xmlns="" takes the default away (Namespaces in XML §6.2).
    if (attribute.value === "") scope.delete(prefix);
    else if (prefix !== "xml") scope.set(prefix, attribute.value);
  }
  return scope;
}

/** `<baz xmlns="urn:a" xmlns:b="urn:b"/>`: the element's own name, and nothing of it but the declarations in scope. */
export function namespaceBindingDocument(located: LocatedElement): string {
  return `<${located.element.nodeName}${declarations(namespacesInScope(located))}/>`;
}

/** ` xmlns="urn:a" xmlns:b="urn:b"`, to stand in a start tag. */
export function declarations(scope: ReadonlyMap<string, string>): string {
  return [...scope]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([prefix, namespace]) => ` xmlns${prefix === "" ? "" : `:${prefix}`}="${escapeValue(namespace)}"`)
    .join("");
}

const escapeValue = (value: string): string =>
  value.replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
