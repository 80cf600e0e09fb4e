// The pres-rules application usage (RFC 5025 §9): the schemas of common policy (RFC 4745 §13) and of presence
// authorization (RFC 5025 §7). Rule ids are xs:ID, so that two of one are a fault of the schema, not of uniqueness.
// Conditions, actions and transformations of other namespaces are kept.

import { attribute, elementsOf, isElement } from "../../xml/read";
import type { XmlElement } from "../../xml/tree";
import type { StoredUsage } from "../application-usage";
import { BOOLEAN_PERMISSIONS, COMMON_POLICY, PRES_RULES } from "../namespaces";
import { collapse, isBoolean, isDateTime, isId, isOneOf, isUri } from "../simple-types";
import { type Content, checkStructure, type ElementRule, type NamedRule } from "../structure";

const policy = (name: string, rule: () => ElementRule): NamedRule => ({
  namespace: COMMON_POLICY,
  name,
  rule,
});
const presence = (name: string, rule: () => ElementRule): NamedRule => ({
  namespace: PRES_RULES,
  name,
  rule,
});

const choice = (elements: readonly NamedRule[], other: string, min: 0 | 1 = 0): Content => ({
  kind: "sequence",
  particles: [{ elements, other, min, max: "unbounded" }],
});
const simple = (accepts?: (value: string) => boolean): ElementRule => ({
  content: accepts === undefined ? { kind: "text" } : { kind: "text", accepts },
});
const EMPTY: ElementRule = {};

const oneRule: ElementRule = {
  attributes: { id: { required: true, accepts: isUri } },
  content: {
    kind: "sequence",
    particles: [{ elements: [], other: COMMON_POLICY, min: 0, max: 1 }],
  },
};
const exceptRule: ElementRule = {
  attributes: { domain: { required: false }, id: { required: false, accepts: isUri } },
};
const manyRule: ElementRule = {
  attributes: { domain: { required: false } },
  content: choice([policy("except", () => exceptRule)], COMMON_POLICY),
};
const identityRule: ElementRule = {
  content: choice([policy("one", () => oneRule), policy("many", () => manyRule)], COMMON_POLICY, 1),
};
const sphereRule: ElementRule = { attributes: { value: { required: true } } };
const validityRule: ElementRule = {
  content: {
    kind: "sequence",
    repeated: { atLeast: 1 },
    particles: [
      { elements: [policy("from", () => simple(isDateTime))], min: 1, max: 1 },
      { elements: [policy("until", () => simple(isDateTime))], min: 1, max: 1 },
    ],
  },
};
const conditionsRule: ElementRule = {
  content: choice(
    [
      policy("identity", () => identityRule),
      policy("sphere", () => sphereRule),
      policy("validity", () => validityRule),
    ],
    COMMON_POLICY,
  ),
};

/** Either everything, or what is chosen by these. */
const provide = (all: string, chosenBy: readonly NamedRule[]): ElementRule => ({
  content: {
    kind: "either",
    contents: [
      {
        kind: "sequence",
        particles: [{ elements: [presence(all, () => EMPTY)], min: 1, max: 1 }],
      },
      choice(chosenBy, PRES_RULES),
    ],
  },
});
const occurrence = [presence("occurrence-id", () => simple()), presence("class", () => simple())];
const serviceUri = presence("service-uri", () => simple(isUri));
const serviceUriScheme = presence("service-uri-scheme", () => simple());
const deviceId = presence("deviceID", () => simple(isUri));

const unknownAttributeRule: ElementRule = {
  attributes: { name: { required: true }, ns: { required: true } },
  content: { kind: "text", accepts: isBoolean },
};

/** What RFC 5025 §7 declares for actions and transformations. */
const PERMISSIONS: readonly NamedRule[] = [
  presence("sub-handling", () => simple(isOneOf("block", "confirm", "polite-block", "allow"))),
  presence("provide-services", () => provide("all-services", [serviceUri, serviceUriScheme, ...occurrence])),
  presence("provide-devices", () => provide("all-devices", [deviceId, ...occurrence])),
  presence("provide-persons", () => provide("all-persons", occurrence)),
  ...BOOLEAN_PERMISSIONS.map((name) => presence(name, () => simple(isBoolean))),
  presence("provide-user-input", () => simple((value) => /^(?:false|bare|thresholds|full)$/.test(value))),
  presence("provide-unknown-attribute", () => unknownAttributeRule),
  presence("provide-all-attributes", () => EMPTY),
];

/** extensibleType: elements of any namespace but common policy's. */
const permissionsRule: ElementRule = { content: choice(PERMISSIONS, COMMON_POLICY) };

const ruleRule: ElementRule = {
  attributes: { id: { required: true, accepts: isId } },
  content: {
    kind: "sequence",
    particles: [
      { elements: [policy("conditions", () => conditionsRule)], min: 0, max: 1 },
      { elements: [policy("actions", () => permissionsRule)], min: 0, max: 1 },
      { elements: [policy("transformations", () => permissionsRule)], min: 0, max: 1 },
    ],
  },
};
const rulesetRule: ElementRule = {
  content: {
    kind: "sequence",
    particles: [{ elements: [policy("rule", () => ruleRule)], min: 0, max: "unbounded" }],
  },
};

function findFault(root: XmlElement): string | undefined {
  if (!isElement(root, COMMON_POLICY, "ruleset")) return "the root element is not ruleset of common policy";
  return checkStructure(root, rulesetRule) ?? findRepeatedId(root);
}

function findRepeatedId(root: XmlElement): string | undefined {
  const ids = elementsOf(root).map((rule) => collapse(attribute(rule, "id") ?? ""));
  return new Set(ids).size === ids.length ? undefined : "two rules have one id";
}

export const presRules: StoredUsage = {
  kind: "stored",
  auid: "pres-rules",
  contentType: "application/auth-policy+xml",
  defaultNamespace: PRES_RULES,
  namespaces: [COMMON_POLICY, PRES_RULES],
  validate(root) {
    const phrase = findFault(root);
    return phrase === undefined ? undefined : { kind: "schema-validation-error", phrase };
  },
};
