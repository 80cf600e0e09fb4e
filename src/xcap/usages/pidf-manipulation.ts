// The pidf-manipulation application usage (RFC 4827): a user's lasting presence, in one document, `index` (§9).
// Unlike what is published, it must be valid by the schema (RFC 3863 §4.4), which elements from elsewhere extend
// where it says so.

import { parseAddressOfRecord } from "../../sip/uri/address-of-record";
import { XML_NAMESPACE } from "../../xml/name";
import { attribute, childElements, isElement } from "../../xml/read";
import type { XmlElement } from "../../xml/tree";
import type { StoredUsage, ValidationFacts } from "../application-usage";
import type { Conflict } from "../conflict";
import { PIDF } from "../namespaces";
import { collapse, isDateTime, isId, isOneOf, isUri } from "../simple-types";
import { checkStructure, type ElementRule, type NamedRule, type Particle } from "../structure";

const named = (name: string, rule: () => ElementRule): NamedRule => ({ namespace: PIDF, name, rule });
const extensions: Particle = { elements: [], other: PIDF, min: 0, max: "unbounded" };

const notes: Particle = {
  elements: [
    named("note", () => ({ foreignAttributes: [`${XML_NAMESPACE} lang`], content: { kind: "text" } })),
  ],
  min: 0,
  max: "unbounded",
};
const statusRule: ElementRule = {
  content: {
    kind: "sequence",
    particles: [
      {
        elements: [named("basic", () => ({ content: { kind: "text", accepts: isOneOf("open", "closed") } }))],
        min: 0,
        max: 1,
      },
      extensions,
    ],
  },
};
const isPriority = (value: string): boolean =>
  /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/.test(collapse(value));
const contactRule: ElementRule = {
  attributes: { priority: { required: false, accepts: isPriority } },
  content: { kind: "text", accepts: isUri },
};
const tupleRule: ElementRule = {
  attributes: { id: { required: true, accepts: isId } },
  content: {
    kind: "sequence",
    particles: [
      { elements: [named("status", () => statusRule)], min: 1, max: 1 },
      extensions,
      { elements: [named("contact", () => contactRule)], min: 0, max: 1 },
      notes,
      {
        elements: [named("timestamp", () => ({ content: { kind: "text", accepts: isDateTime } }))],
        min: 0,
        max: 1,
      },
    ],
  },
};
const presenceRule: ElementRule = {
  attributes: { entity: { required: true, accepts: isUri } },
  content: {
    kind: "sequence",
    particles: [{ elements: [named("tuple", () => tupleRule)], min: 0, max: "unbounded" }, notes, extensions],
  },
};

function validate(root: XmlElement, { user }: ValidationFacts): Conflict | undefined {
  const wrong = isElement(root, PIDF, "presence")
    ? (checkStructure(root, presenceRule) ?? findRepeatedId(root))
    : "the root element is not presence";
  if (wrong !== undefined) return { kind: "schema-validation-error", phrase: wrong };
  const entity = (attribute(root, "entity") ?? "").trim().replace(/^pres:/i, "sip:");
  if (parseAddressOfRecord(entity) === user) return undefined;
  return { kind: "constraint-failure", phrase: "entity is not the owner of the document" };
}

function findRepeatedId(root: XmlElement): string | undefined {
  const ids = childElements(root, PIDF, "tuple").map((tuple) => collapse(attribute(tuple, "id") ?? ""));
  return new Set(ids).size === ids.length ? undefined : "two tuples have one id";
}

export const pidfManipulation: StoredUsage = {
  kind: "stored",
  auid: "pidf-manipulation",
  contentType: "application/pidf+xml",
  defaultNamespace: PIDF,
  namespaces: [PIDF],
  onlyDocument: "index",
  validate,
};
