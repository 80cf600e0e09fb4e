// What a schema asks of an element, as data, and the check of it (RFC 4825 §8.2.5): which attributes and children,
// in which order, what text. A rule is written beside the schema it was read from. As much of XML Schema as the
// schemas of the application usages here need: sequences of choices, `##other` wildcards (lax: what is inside is
// not looked at), simple content. Attributes of XML Schema itself (xsi:…) may stand anywhere (XML Schema Part 1
// §3.4.4).

import { XMLNS_NAMESPACE } from "../xml/name";
import { elementsOf, text } from "../xml/read";
import type { XmlElement, XmlNode } from "../xml/tree";
import { mayStandInWildcard } from "./namespaces";

const SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";
/** Node.TEXT_NODE and Node.CDATA_SECTION_NODE (DOM §4.4). */
const CHARACTER_DATA: readonly number[] = [3, 4];

export interface ElementRule {
  /** Attributes of no namespace, by name. */
  readonly attributes?: Readonly<Record<string, AttributeRule>>;
  /** Attributes of other namespaces that may stand here, by `namespace name`; or all of them (`##other`). */
  readonly foreignAttributes?: "any" | readonly string[];
  /** Undefined for no content at all. */
  readonly content?: Content;
}

export interface AttributeRule {
  readonly required: boolean;
  readonly accepts?: (value: string) => boolean;
}

export type Content =
  | { readonly kind: "text"; readonly accepts?: (value: string) => boolean }
  | {
      readonly kind: "sequence";
      readonly particles: readonly Particle[];
      /** The whole sequence any number of times, `atLeast` or more. */
      readonly repeated?: { readonly atLeast: 0 | 1 };
    }
  | { readonly kind: "either"; readonly contents: readonly Content[] };

/** One place in a sequence: one of `elements`, or with `other` an element of a namespace that is not that one. */
export interface Particle {
  readonly elements: readonly NamedRule[];
  readonly other?: string;
  readonly min: 0 | 1;
  readonly max: 1 | "unbounded";
}

export interface NamedRule {
  readonly namespace: string;
  readonly name: string;
  /** A function, since rules may hold themselves: a list in a list. */
  readonly rule: () => ElementRule;
}

/** What is wrong with `element`, for people; undefined when it is as `rule` says. */
export function checkStructure(element: XmlElement, rule: ElementRule): string | undefined {
  return checkAttributes(element, rule) ?? checkContent(element, rule.content);
}

function checkAttributes(element: XmlElement, { attributes = {}, foreignAttributes = [] }: ElementRule) {
  for (const { namespaceURI, localName, name, value } of element.attributes) {
    if (namespaceURI === XMLNS_NAMESPACE || namespaceURI === SCHEMA_INSTANCE) continue;
    if (namespaceURI !== null) {
      if (foreignAttributes === "any" || foreignAttributes.includes(`${namespaceURI} ${localName}`)) continue;
      return fault(element, `the attribute ${name} is not allowed`);
    }
    const known = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (known === undefined) return fault(element, `the attribute ${name} is not allowed`);
    if (known.accepts?.(value) === false) return fault(element, `the value of ${name} is not allowed`);
  }
  for (const [name, { required }] of Object.entries(attributes)) {
    if (required && !element.hasAttributeNS(null, name))
      return fault(element, `the attribute ${name} is missing`);
  }
  return undefined;
}

function checkContent(element: XmlElement, content: Content | undefined): string | undefined {
  const children = elementsOf(element);
  if (content?.kind === "text") {
    if (children.length > 0) return fault(element, "no elements are allowed here");
    return content.accepts?.(text(element)) === false ? fault(element, "its text is not allowed") : undefined;
  }
  if (hasText(element)) return fault(element, "no text is allowed here");
  if (content === undefined) {
    return children.length > 0 ? fault(element, "nothing is allowed here") : undefined;
  }
  if (content.kind === "sequence") return checkSequence(element, children, content);
  const faults = content.contents.map((each) => checkContent(element, each));
  return faults.includes(undefined) ? undefined : faults[0];
}

function checkSequence(
  element: XmlElement,
  children: readonly XmlElement[],
  { particles, repeated }: Content & { readonly kind: "sequence" },
): string | undefined {
  let at = 0;
  for (let round = 0; ; round += 1) {
    const wanted = round === 0 && repeated?.atLeast !== 0;
    if (at === children.length && !wanted) return undefined;
    const from = at;
    for (const particle of particles) {
      const taken = takeParticle(children, at, particle);
      if (typeof taken === "string") return taken;
      if (taken < particle.min) return fault(element, `${describe(particle)} is missing`);
      at += taken;
    }
    const next = children[at];
    if (next === undefined) return undefined;
    if (repeated === undefined || at === from) return fault(element, `${next.nodeName} is not allowed here`);
  }
}

/** How many of the children from `at` on stand in this place, or what is wrong in one of them. */
function takeParticle(
  children: readonly XmlElement[],
  at: number,
  { elements, other, max }: Particle,
): number | string {
  let taken = 0;
  for (let child = children[at]; child !== undefined; child = children[at + taken]) {
    const known = elements.find(
      ({ namespace, name }) => child.localName === name && (child.namespaceURI ?? "") === namespace,
    );
    const wild = other !== undefined && child.namespaceURI !== null && child.namespaceURI !== other;
    if (known === undefined && !wild) break;
    const wrong = known === undefined ? checkWildcard(child) : checkStructure(child, known.rule());
    if (wrong !== undefined) return wrong;
    taken += 1;
    if (max === 1) break;
  }
  return taken;
}

const checkWildcard = (child: XmlElement): string | undefined =>
  mayStandInWildcard(child.namespaceURI ?? "", child.localName ?? "")
    ? undefined
    : fault(child, "the schema of its namespace does not declare it");

const describe = ({ elements }: Particle): string => elements.map(({ name }) => name).join(" or ");

function hasText(element: XmlElement): boolean {
  for (let child: XmlNode | null = element.firstChild; child !== null; child = child.nextSibling) {
    if (CHARACTER_DATA.includes(child.nodeType) && /[^ \t\r\n]/.test(child.nodeValue ?? "")) return true;
  }
  return false;
}

const fault = (element: XmlElement, what: string): string =>
  `${element.nodeName.slice(0, 80)}: ${what.slice(0, 160)}`;
