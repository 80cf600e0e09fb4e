// Presence authorization documents: the rules of RFC 4745 with the conditions of its §7 and OMA's (XDM Core, common
// policy), and the permissions of RFC 5025, as plain data that can be kept in a row.
// Read to be safe, not to be kind: what a condition says that is not understood makes the rule match nobody (§7),
// and what a permission says grants nothing, so that a failure to understand shows less and never more (RFC
// 5025 §10). Of the schema (§13) only that is demanded which tells one rule from another: the root, and a
// different id for each rule.

import type { EpochMs } from "../base/brand";
import { err, ok, type Result } from "../base/result";
import { parseDateTime } from "../xml/date-time";
import { parseXml } from "../xml/parse";
import { attribute, childElements, elementsOf, isElement, text } from "../xml/read";
import type { XmlElement } from "../xml/tree";
import type { XmlError, XmlLimits } from "../xml/xml-error";
import { asciiDomain, type Identity, readIdentity } from "./identity";
import { COMMON_POLICY, OMA_COMMON_POLICY } from "./namespace";
import type { Permissions, Selector, SubHandling } from "./permissions";
import { readPermissions, readSubHandling } from "./read-permissions";

export interface Ruleset {
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly id: string;
  /** All must be true; none is true of everybody (RFC 4745 §7.1.1). */
  readonly conditions: readonly Condition[];
  readonly handling: SubHandling;
  readonly permissions: Permissions;
}

export type Condition =
  /** RFC 4745 §7.1: one of these matches. Without any the element was empty (RFC 5025 §3.1.1.2). */
  | { readonly kind: "identity"; readonly matches: readonly IdentityMatch[] }
  /** RFC 4745 §7.3: one of these, in lower case. */
  | { readonly kind: "sphere"; readonly values: readonly string[] }
  /** RFC 4745 §7.4: within one of these. */
  | { readonly kind: "validity"; readonly periods: readonly Period[] }
  /** OMA: an authenticated watcher that no identity condition of any rule matches. */
  | { readonly kind: "other-identity" }
  /** OMA: a watcher without an identity. */
  | { readonly kind: "anonymous-request" }
  /** Never true. */
  | { readonly kind: "unknown" };

export type IdentityMatch =
  | { readonly kind: "one"; readonly id: Identity }
  | {
      readonly kind: "many";
      /** Any when undefined. */
      readonly domain?: string | undefined;
      readonly exceptIds: readonly Identity[];
      readonly exceptDomains: readonly string[];
    }
  /** Never true. */
  | { readonly kind: "unknown" };

export interface Period {
  readonly from: EpochMs;
  /** The first moment outside. */
  readonly until: EpochMs;
}

export type RulesetError =
  | { readonly kind: "xml"; readonly error: XmlError }
  | { readonly kind: "not-a-ruleset"; readonly detail: string }
  | { readonly kind: "no-rule-id" }
  | { readonly kind: "repeated-rule-id"; readonly detail: string }
  | { readonly kind: "too-many-uris" };

/**
 * URIs of services and devices in all rules together. Whether two URIs are equivalent is no question of text, so each
 * has to be compared with each in the presence document: without a bound a user could make that millions.
 */
const MOST_URIS = 100;

/** Reads an `application/auth-policy+xml` document, already decoded. Never throws; linear in the text. */
export function readRuleset(source: string, limits?: XmlLimits): Result<Ruleset, RulesetError> {
  const root = parseRuleset(source, limits);
  if (!root.ok) return root;
  return joinRulesets([{ rules: rulesOf(root.value).map(readRule) }]);
}

/** RFC 5025 §9.7: what several documents say together, as long as they are no more than one may say. */
export function joinRulesets(rulesets: readonly Ruleset[]): Result<Ruleset, RulesetError> {
  const rules = rulesets.flatMap((ruleset) => ruleset.rules);
  return rules.flatMap(urisOf).length > MOST_URIS ? err({ kind: "too-many-uris" }) : ok({ rules });
}

const urisOf = ({ permissions: { services, devices } }: Rule): readonly Selector[] =>
  [...services, ...devices].filter(({ by }) => by === "service-uri" || by === "deviceID");

/** The root of a ruleset whose rules have their ids. */
export function parseRuleset(source: string, limits?: XmlLimits): Result<XmlElement, RulesetError> {
  const parsed = parseXml(source, limits);
  if (!parsed.ok) return err({ kind: "xml", error: parsed.error });
  const root = parsed.value;
  if (!isElement(root, COMMON_POLICY, "ruleset")) {
    return err({ kind: "not-a-ruleset", detail: `${root.namespaceURI} ${root.localName}`.slice(0, 120) });
  }
  const known = new Set<string>();
  for (const rule of rulesOf(root)) {
    const id = ruleId(rule);
    if (id === "") return err({ kind: "no-rule-id" });
    if (known.has(id)) return err({ kind: "repeated-rule-id", detail: id.slice(0, 120) });
    known.add(id);
  }
  return ok(root);
}

export const rulesOf = (root: XmlElement): readonly XmlElement[] =>
  childElements(root, COMMON_POLICY, "rule");

export const ruleId = (rule: XmlElement): string => attribute(rule, "id")?.trim() ?? "";

/** The schema has each part at most once; more of them are taken together. */
export function readRule(rule: XmlElement): Rule {
  return {
    id: ruleId(rule),
    conditions: conditionsOf(rule).map(readCondition),
    handling: readSubHandling(childElements(rule, COMMON_POLICY, "actions")),
    permissions: readPermissions(childElements(rule, COMMON_POLICY, "transformations")),
  };
}

export const conditionsOf = (rule: XmlElement): readonly XmlElement[] =>
  childElements(rule, COMMON_POLICY, "conditions").flatMap(elementsOf);

/** RFC 4745 §7: a condition that is not known is false. */
function readCondition(element: XmlElement): Condition {
  if (isElement(element, OMA_COMMON_POLICY, "other-identity")) return { kind: "other-identity" };
  if (isElement(element, OMA_COMMON_POLICY, "anonymous-request")) return { kind: "anonymous-request" };
  if (isElement(element, COMMON_POLICY, "identity")) {
    return { kind: "identity", matches: elementsOf(element).map(readIdentityMatch) };
  }
  if (isElement(element, COMMON_POLICY, "sphere")) {
    const values = attribute(element, "value")?.toLowerCase().split(/\s+/) ?? [];
    return { kind: "sphere", values: values.filter((value) => value !== "") };
  }
  if (isElement(element, COMMON_POLICY, "validity")) {
    return { kind: "validity", periods: readPeriods(elementsOf(element)) };
  }
  return { kind: "unknown" };
}

export function readIdentityMatch(element: XmlElement): IdentityMatch {
  if (isElement(element, COMMON_POLICY, "one")) {
    const id = readIdentity(attribute(element, "id") ?? "");
    return id === undefined ? { kind: "unknown" } : { kind: "one", id };
  }
  return isElement(element, COMMON_POLICY, "many") ? readMany(element) : { kind: "unknown" };
}

/** An exception that cannot be read might be any watcher's, so the whole element is then never true. */
function readMany(element: XmlElement): IdentityMatch {
  const exceptions = elementsOf(element);
  const written = attribute(element, "domain");
  const domain = written === undefined ? undefined : asciiDomain(written);
  const ids = exceptions.map((except) => attribute(except, "id")).filter(isSaid);
  const domains = exceptions.map((except) => attribute(except, "domain")).filter(isSaid);
  const exceptIds = ids.map(readIdentity).filter(isSaid);
  const exceptDomains = domains.map(asciiDomain).filter(isSaid);
  const understood =
    (written === undefined) === (domain === undefined) &&
    exceptions.every(isException) &&
    exceptIds.length === ids.length &&
    exceptDomains.length === domains.length;
  return understood ? { kind: "many", domain, exceptIds, exceptDomains } : { kind: "unknown" };
}

const isException = (except: XmlElement): boolean =>
  isElement(except, COMMON_POLICY, "except") &&
  (attribute(except, "id") !== undefined || attribute(except, "domain") !== undefined);

const isSaid = <Value>(value: Value | undefined): value is Value => value !== undefined;

/** RFC 4745 §7.4: each `from` with the `until` right after it. What is no pair of moments is no period. */
function readPeriods(children: readonly XmlElement[]): readonly Period[] {
  return children.flatMap((child, at): readonly Period[] => {
    const next = children[at + 1];
    if (next === undefined || !isElement(child, COMMON_POLICY, "from")) return [];
    const from = parseDateTime(text(child));
    const until = isElement(next, COMMON_POLICY, "until") ? parseDateTime(text(next)) : undefined;
    return from === undefined || until === undefined ? [] : [{ from, until }];
  });
}
