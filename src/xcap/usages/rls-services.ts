// The rls-services application usage (RFC 4826 §4): schema §4.2, constraints §4.4.5. The global index of §4.4.8 is
// not served: it is for resource list servers, and ours reads its own user's document.

import { parseAddressOfRecord } from "../../sip/uri/address-of-record";
import { parseXml } from "../../xml/parse";
import { attribute, childElement, childElements, elementsOf, isElement, text } from "../../xml/read";
import type { XmlElement } from "../../xml/tree";
import type { StoredUsage, ValidationFacts } from "../application-usage";
import type { Conflict, Duplicate } from "../conflict";
import { parseXcapPath } from "../document-selector";
import { fieldOf } from "../field";
import { RLS_SERVICES } from "../namespaces";
import { isUri } from "../simple-types";
import { checkStructure, type ElementRule, type NamedRule } from "../structure";
import { checkListConstraints, listRule } from "./resource-lists";

const named = (name: string, rule: () => ElementRule): NamedRule => ({ namespace: RLS_SERVICES, name, rule });

const packagesRule: ElementRule = {
  content: {
    kind: "sequence",
    repeated: { atLeast: 0 },
    particles: [
      { elements: [named("package", () => ({ content: { kind: "text" } }))], min: 1, max: 1 },
      { elements: [], other: RLS_SERVICES, min: 0, max: "unbounded" },
    ],
  },
};

const serviceRule: ElementRule = {
  attributes: { uri: { required: true, accepts: isUri } },
  foreignAttributes: "any",
  content: {
    kind: "sequence",
    particles: [
      {
        // The list is of the type of resource-lists, but its own name is of this namespace (§4.2).
        elements: [
          named("resource-list", () => ({ content: { kind: "text", accepts: isUri } })),
          named("list", () => listRule),
        ],
        min: 1,
        max: 1,
      },
      { elements: [named("packages", () => packagesRule)], min: 0, max: 1 },
      { elements: [], other: RLS_SERVICES, min: 0, max: "unbounded" },
    ],
  },
};

const rootRule: ElementRule = {
  content: {
    kind: "sequence",
    particles: [{ elements: [named("service", () => serviceRule)], min: 0, max: "unbounded" }],
  },
};

function validate(root: XmlElement, facts: ValidationFacts): Conflict | undefined {
  const wrong = isElement(root, RLS_SERVICES, "rls-services")
    ? checkStructure(root, rootRule)
    : "the root element is not rls-services";
  if (wrong !== undefined) return { kind: "schema-validation-error", phrase: wrong };
  const exists = findTakenUris(root, facts);
  if (exists.length > 0) return { kind: "uniqueness-failure", exists };
  for (const service of elementsOf(root)) {
    const list = childElement(service, RLS_SERVICES, "list");
    const broken = list && checkListConstraints(list, RLS_SERVICES);
    if (broken !== undefined) return broken;
    const reference = childElement(service, RLS_SERVICES, "resource-list");
    if (reference !== undefined && !isOwnList(text(reference), facts)) {
      const phrase = "resource-list does not point into the user's own resource-lists";
      return { kind: "constraint-failure", phrase };
    }
  }
  return undefined;
}

/** In this document, in the owner's others, and in the domain (§4.4.5). */
function findTakenUris(root: XmlElement, { otherDocuments, isUriTaken }: ValidationFacts): Duplicate[] {
  const elsewhere = new Set(otherDocuments().flatMap(serviceUris));
  const here = new Set<string>();
  const all = new Set(urisOf(root));
  const isTaken = (uri: string): boolean => elsewhere.has(uri) || isUriTaken(uri);
  const found: Duplicate[] = [];
  for (const service of elementsOf(root)) {
    const uri = attribute(service, "uri") ?? "";
    if (found.length < mostReported && (here.has(uri) || isTaken(uri))) {
      const alternatives = suggest(uri, (other) => all.has(other) || isTaken(other));
      found.push({ field: fieldOf(service, "uri", RLS_SERVICES), alternatives });
    }
    here.add(uri);
  }
  return found;
}

const mostReported = 16;
const mostTried = 9;

/** `sip:friends-2@example.com` for `sip:friends@example.com`: the first that is free. */
function suggest(uri: string, isTaken: (uri: string) => boolean): readonly string[] {
  const at = uri.lastIndexOf("@");
  if (at === -1) return [];
  for (let number = 2; number <= mostTried; number += 1) {
    const other = `${uri.slice(0, at)}-${number}${uri.slice(at)}`;
    if (!isTaken(other)) return [other];
  }
  return [];
}

function serviceUris(document: string): readonly string[] {
  const root = parseXml(document);
  return root.ok ? urisOf(root.value) : [];
}

const urisOf = (root: XmlElement): readonly string[] =>
  childElements(root, RLS_SERVICES, "service").map((service) => attribute(service, "uri") ?? "");

/**
 * §4.4.5: absolute, below this XCAP root, in resource-lists, and in the tree of the same user. White space in it is
 * what a long URI was folded with, and is not of it (RFC 3986 Appendix C; the examples of RFC 4826 are folded so).
 */
function isOwnList(value: string, { user, xcapRoot }: ValidationFacts): boolean {
  const uri = value.replace(/\s+/g, "");
  if (!uri.toLowerCase().startsWith(`${xcapRoot.toLowerCase()}/`)) return false;
  const path = parseXcapPath(uri.slice(xcapRoot.length).replace(/[?#].*$/, ""));
  if (!path.ok || path.value.nodeSelector === undefined) return false;
  const { auid, tree, xui } = path.value.document;
  return auid === "resource-lists" && tree === "users" && parseAddressOfRecord(xui ?? "") === user;
}

export const rlsServices: StoredUsage = {
  kind: "stored",
  auid: "rls-services",
  contentType: "application/rls-services+xml",
  defaultNamespace: RLS_SERVICES,
  namespaces: [RLS_SERVICES],
  validate,
};
