// The resource-lists application usage (RFC 4826 §3): schema §3.2, constraints §3.4.5.
// References are not followed: whoever uses a list resolves them (§3.1).

import { XML_NAMESPACE } from "../../xml/name";
import { attribute, elementsOf, isElement } from "../../xml/read";
import type { XmlElement } from "../../xml/tree";
import type { StoredUsage } from "../application-usage";
import type { Conflict, Duplicate } from "../conflict";
import { fieldOf } from "../field";
import { RESOURCE_LISTS } from "../namespaces";
import { isUri } from "../simple-types";
import { checkStructure, type ElementRule, type NamedRule, type Particle } from "../structure";

const named = (name: string, rule: () => ElementRule): NamedRule => ({
  namespace: RESOURCE_LISTS,
  name,
  rule,
});

const displayName: Particle = {
  elements: [
    named("display-name", () => ({
      foreignAttributes: [`${XML_NAMESPACE} lang`],
      content: { kind: "text" },
    })),
  ],
  min: 0,
  max: 1,
};
const extensions: Particle = { elements: [], other: RESOURCE_LISTS, min: 0, max: "unbounded" };

const member = (uriAttribute: string): ElementRule => ({
  attributes: { [uriAttribute]: { required: true, accepts: isUri } },
  foreignAttributes: "any",
  content: { kind: "sequence", particles: [displayName, extensions] },
});
// The schema lets `anchor` be absent, but §3.1 calls it mandatory: without it the element says nothing.
const members: readonly NamedRule[] = [
  named("list", () => listRule),
  named("external", () => member("anchor")),
  named("entry", () => member("uri")),
  named("entry-ref", () => member("ref")),
];

/** listType. */
export const listRule: ElementRule = {
  attributes: { name: { required: false } },
  foreignAttributes: "any",
  content: {
    kind: "sequence",
    particles: [displayName, { elements: members, min: 0, max: "unbounded" }, extensions],
  },
};

const rootRule: ElementRule = {
  content: {
    kind: "sequence",
    particles: [{ elements: [named("list", () => listRule)], min: 0, max: "unbounded" }],
  },
};

/** What must be unique among siblings of one name. */
const KEYS: readonly (readonly [name: string, attribute: string])[] = [
  ["list", "name"],
  ["entry", "uri"],
  ["entry-ref", "ref"],
  ["external", "anchor"],
];
const mostReported = 16;

/**
 * §3.4.5 for everything in `parent`, which is a list or holds some. `defaultNamespace` is the one of the document's
 * usage, for the fields of the report.
 */
export function checkListConstraints(parent: XmlElement, defaultNamespace: string): Conflict | undefined {
  const exists: Duplicate[] = [];
  findDuplicates(parent, defaultNamespace, exists);
  if (exists.length > 0) return { kind: "uniqueness-failure", exists };
  const phrase = findBadReference(parent);
  return phrase === undefined ? undefined : { kind: "constraint-failure", phrase };
}

/** Compared as strings, with case (§3.4.5). No more than `mostReported`: to place each costs a look at its siblings. */
function findDuplicates(parent: XmlElement, defaultNamespace: string, found: Duplicate[]): void {
  const seen = new Set<string>();
  for (const child of elementsOf(parent)) {
    for (const [name, key] of KEYS) {
      const value = isElement(child, RESOURCE_LISTS, name) ? attribute(child, key) : undefined;
      if (value === undefined) continue;
      if (seen.has(`${name} ${value}`) && found.length < mostReported) {
        found.push({ field: fieldOf(child, key, defaultNamespace), alternatives: [] });
      }
      seen.add(`${name} ${value}`);
    }
    if (isElement(child, RESOURCE_LISTS, "list")) findDuplicates(child, defaultNamespace, found);
  }
}

function findBadReference(parent: XmlElement): string | undefined {
  for (const child of elementsOf(parent)) {
    if (isElement(child, RESOURCE_LISTS, "entry-ref") && !isRelativePath(attribute(child, "ref") ?? "")) {
      return "ref is not a relative path reference";
    }
    if (isElement(child, RESOURCE_LISTS, "external") && !isHttpUri(attribute(child, "anchor") ?? "")) {
      return "anchor is not an absolute HTTP URI";
    }
    const below = isElement(child, RESOURCE_LISTS, "list") ? findBadReference(child) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
}

/** RFC 3986 §4.2 path-noscheme: no slash at the front, no colon in the first segment. */
const isRelativePath = (value: string): boolean => /^[^/:?#]+(?:\/|$)/.test(value.trim());

const isHttpUri = (value: string): boolean => /^https?:\/\/[^/?#\s]/i.test(value.trim());

export const resourceLists: StoredUsage = {
  kind: "stored",
  auid: "resource-lists",
  contentType: "application/resource-lists+xml",
  defaultNamespace: RESOURCE_LISTS,
  namespaces: [RESOURCE_LISTS],
  validate(root) {
    const wrong = isElement(root, RESOURCE_LISTS, "resource-lists")
      ? checkStructure(root, rootRule)
      : "the root element is not resource-lists";
    if (wrong !== undefined) return { kind: "schema-validation-error", phrase: wrong };
    return checkListConstraints(root, RESOURCE_LISTS);
  },
};
