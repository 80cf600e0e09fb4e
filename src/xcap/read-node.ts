// What a node selector selects in a stored document (RFC 4825 §6.3), for who watches it and does not ask by HTTP
// (RFC 5875): the same selectors, the same document, no request.

import { locateXml } from "../xml/locate";
import type { XmlElement } from "../xml/tree";
import { applicationUsages } from "./application-usages";
import { parseNamespaceBindings } from "./namespace-bindings";
import { parseNodeSelector } from "./node-selector";
import { decodePercent } from "./percent-encoding";
import { select } from "./select";
import { DEFAULT_XCAP_LIMITS } from "./serve-xcap";

export type NodeContent =
  /** `text` is cut out of the document; the element knows the namespaces it stands in. */
  | { readonly kind: "element"; readonly text: string; readonly element: XmlElement }
  | { readonly kind: "attribute"; readonly text: string; readonly value: string };

/** Selector and query percent-encoded, as in a URI. Undefined where nothing is selected, or where nothing can be. */
export type ReadNode = (encodedSelector: string, query: string) => NodeContent | undefined;

/** Reads the document once, for as many selectors as there are. Never throws. */
export function nodesOf(auid: string, text: string): ReadNode {
  const { document, maxSteps } = DEFAULT_XCAP_LIMITS;
  const root = locateXml(text, document);
  const defaultNamespace = applicationUsages.find((usage) => usage.auid === auid)?.defaultNamespace ?? "";
  return (encodedSelector, query) => {
    const bindings = parseNamespaceBindings(query);
    const path = decodePercent(encodedSelector);
    if (!root.ok || bindings === undefined || path === undefined) return undefined;
    const selector = parseNodeSelector(path, { bindings, defaultNamespace }, maxSteps);
    if (!selector.ok) return undefined;
    const selection = select(root.value, selector.value);
    if (selection.kind === "element") {
      const { start, end, element } = selection.element;
      return { kind: "element", text: text.slice(start, end), element };
    }
    if (selection.kind !== "attribute") return undefined;
    const value = selection.element.element.getAttribute(selection.attribute.name) ?? "";
    return { kind: "attribute", text: value, value };
  };
}
