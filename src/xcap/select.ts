// Evaluating a node selector against a document (RFC 4825 §6.3): each step must leave exactly one element.

import type { LocatedAttribute, LocatedElement } from "../xml/locate";
import { XMLNS_NAMESPACE } from "../xml/name";
import type { ExpandedName, NodeSelector, Step } from "./node-selector";

/** What a selector selects. A step that matches several elements makes it invalid, which selects nothing. */
export type Selection =
  | { readonly kind: "element"; readonly element: LocatedElement }
  | { readonly kind: "attribute"; readonly element: LocatedElement; readonly attribute: LocatedAttribute }
  | { readonly kind: "namespaces"; readonly element: LocatedElement }
  | { readonly kind: "nothing" };

/** The elements inside `context`, or the root itself inside the document. */
export const childrenOf = (
  context: LocatedElement | undefined,
  root: LocatedElement,
): readonly LocatedElement[] => (context === undefined ? [root] : context.children);

export const matchesName = ({ element }: LocatedElement, name: ExpandedName | undefined): boolean =>
  name === undefined ||
  (element.localName === name.localName && (element.namespaceURI ?? "") === name.namespace);

/** The predicates prune in order: position among those of that name, then the attribute. */
export function matchStep(children: readonly LocatedElement[], step: Step): readonly LocatedElement[] {
  const named = children.filter((child) => matchesName(child, step.name));
  const { position } = step;
  const placed = position === undefined ? named : named.slice(position - 1, position);
  const { attribute } = step;
  if (attribute === undefined) return placed;
  return placed.filter((child) => attributeValue(child, attribute.name) === attribute.value);
}

/** How far the steps lead: the last element reached, and how many steps were taken to it. */
export function follow(
  root: LocatedElement,
  steps: readonly Step[],
): { readonly reached: LocatedElement | undefined; readonly taken: number } {
  let reached: LocatedElement | undefined;
  for (const [taken, step] of steps.entries()) {
    const [only, another] = matchStep(childrenOf(reached, root), step);
    if (only === undefined || another !== undefined) return { reached, taken };
    reached = only;
  }
  return { reached, taken: steps.length };
}

export function select(root: LocatedElement, { steps, terminal }: NodeSelector): Selection {
  const { reached: element, taken } = follow(root, steps);
  if (element === undefined || taken < steps.length) return { kind: "nothing" };
  if (terminal === undefined) return { kind: "element", element };
  if (terminal.kind === "namespaces") return { kind: "namespaces", element };
  const attribute = locateAttribute(element, terminal.name);
  return attribute === undefined ? { kind: "nothing" } : { kind: "attribute", element, attribute };
}

function attributeValue(
  { element }: LocatedElement,
  { namespace, localName }: ExpandedName,
): string | undefined {
  // RFC 4825 §6.3: a namespace declaration is not an attribute.
  if (namespace === XMLNS_NAMESPACE) return undefined;
  return element.getAttributeNS(namespace === "" ? null : namespace, localName) ?? undefined;
}

function locateAttribute(located: LocatedElement, name: ExpandedName): LocatedAttribute | undefined {
  if (name.namespace === XMLNS_NAMESPACE) return undefined;
  const namespace = name.namespace === "" ? null : name.namespace;
  const written = located.element.getAttributeNodeNS(namespace, name.localName)?.name;
  return located.attributes.find((attribute) => attribute.name === written);
}
