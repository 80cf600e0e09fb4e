// A user's word on one watcher, written into the user's presence rules (RFC 4745, RFC 5025) beside whatever other
// programs keep there: a rule for each decision, with an id of ours, names all those it was made for.
// Rules only grant (RFC 4745 §10.2), so a word that grants less holds only if no other rule grants this watcher
// more. Where one names him he is taken out of it, where one includes him with many he is excepted; for everybody
// else each rule says what it said. A rule that has no identity condition cannot be told to leave one out: to
// know what holds in the end, judge the watcher by what was written.
// A rule whose last name is gone is removed: an empty identity element would match the anonymous.

import { ok, type Result } from "../base/result";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { appendElement, removeElement } from "../xml/build";
import { childElements, elementsOf, isElement } from "../xml/read";
import { serializeXml } from "../xml/serialize";
import type { XmlElement } from "../xml/tree";
import type { XmlLimits } from "../xml/xml-error";
import { aorOfIdentity, type Identity, identityOfUser } from "./identity";
import { matchesIdentity } from "./judge-watcher";
import { COMMON_POLICY, PRES_RULES } from "./namespace";
import { HANDLINGS, highest, type SubHandling } from "./permissions";
import {
  conditionsOf,
  parseRuleset,
  type Rule,
  type Ruleset,
  type RulesetError,
  readIdentityMatch,
  readRule,
  readRuleset,
  ruleId,
  rulesOf,
} from "./ruleset";

const NO_RULES = `<cr:ruleset xmlns:cr="${COMMON_POLICY}" xmlns:pr="${PRES_RULES}"/>`;

/**
 * The document `source` (none yet: undefined) with the user's decision on `aor`, or without any when it is undefined.
 * Refused when `source` is no ruleset, or when the result would be over `limits`.
 */
export function decideWatcher(
  source: string | undefined,
  aor: AddressOfRecord,
  decision: SubHandling | undefined,
  limits?: XmlLimits,
): Result<string, RulesetError> {
  const parsed = parseRuleset(source ?? NO_RULES, limits);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  const identity = identityOfUser(aor);
  for (const rule of rulesOf(root)) {
    if (decision !== undefined && grantsMore(rule, decision)) exclude(rule, identity);
    else if (isOurs(ruleId(rule))) takeOut(rule, identity);
  }
  if (decision !== undefined) putIn(root, decision, identity);
  const written = serializeXml(root);
  const read = readRuleset(written, limits);
  return read.ok ? ok(written) : read;
}

const OURS = new RegExp(`^durasip-(?:${HANDLINGS.join("|")})(?:-[0-9]+)?$`);
const isOurs = (id: string): boolean => OURS.test(id);

const grantsMore = (rule: XmlElement, decision: SubHandling): boolean =>
  HANDLINGS.indexOf(readRule(rule).handling) > HANDLINGS.indexOf(decision);

/** Makes the rule match `identity` no more. */
function exclude(rule: XmlElement, identity: Identity): void {
  for (const element of identitiesOf(rule)) {
    for (const many of childElements(element, COMMON_POLICY, "many")) {
      if (!matchesIdentity(readIdentityMatch(many), identity)) continue;
      appendElement(many, policy("except"), { attributes: { id: identity } });
    }
  }
  takeOut(rule, identity);
}

/** Removes what names `identity` in the rule, and the rule if it names nobody then. */
function takeOut(rule: XmlElement, identity: Identity): void {
  for (const element of identitiesOf(rule)) {
    const named = childElements(element, COMMON_POLICY, "one").filter((one) =>
      matchesIdentity(readIdentityMatch(one), identity),
    );
    for (const one of named) removeElement(one);
    if (named.length > 0 && elementsOf(element).length === 0) removeElement(rule);
  }
}

const identitiesOf = (rule: XmlElement): readonly XmlElement[] =>
  conditionsOf(rule).filter((condition) => isElement(condition, COMMON_POLICY, "identity"));

function putIn(root: XmlElement, decision: SubHandling, identity: Identity): void {
  const rules = rulesOf(root);
  const fitting = rules.find((rule) => isOurs(ruleId(rule)) && decides(rule, decision));
  const [element] = identitiesOf(fitting ?? appendRule(root, decision, rules.map(ruleId)));
  if (element !== undefined) appendElement(element, policy("one"), { attributes: { id: identity } });
}

/** Whoever is named in the rule is decided on by that alone: nobody has added another condition. */
function decides(rule: XmlElement, decision: SubHandling): boolean {
  const { conditions, handling } = readRule(rule);
  return handling === decision && conditions.length === 1 && conditions[0]?.kind === "identity";
}

function appendRule(root: XmlElement, decision: SubHandling, taken: readonly string[]): XmlElement {
  let id = `durasip-${decision}`;
  for (let attempt = 2; taken.includes(id); attempt += 1) id = `durasip-${decision}-${attempt}`;
  const rule = appendElement(root, policy("rule"), { attributes: { id } });
  appendElement(appendElement(rule, policy("conditions")), policy("identity"));
  appendElement(appendElement(rule, policy("actions")), rules("sub-handling"), { text: decision });
  const transformations = appendElement(rule, policy("transformations"));
  if (decision === "allow") appendEverything(transformations);
  return rule;
}

/** Without these, one who is allowed would be shown an empty document. */
function appendEverything(transformations: XmlElement): void {
  for (const component of ["services", "persons", "devices"]) {
    appendElement(appendElement(transformations, rules(`provide-${component}`)), rules(`all-${component}`));
  }
  appendElement(transformations, rules("provide-all-attributes"));
}

const policy = (name: string) => ({ namespace: COMMON_POLICY, name: `cr:${name}` });
const rules = (name: string) => ({ namespace: PRES_RULES, name: `pr:${name}` });

export interface WatcherDecision {
  readonly aor: AddressOfRecord;
  readonly handling: SubHandling;
}

/**
 * What the user has said of single watchers, with this program or another: those that a rule with no other condition
 * names, in the order of the document. A rule for many, or for certain times, may grant them more.
 */
export function decisionsOf(ruleset: Ruleset): readonly WatcherDecision[] {
  const found = new Map<AddressOfRecord, SubHandling>();
  for (const rule of ruleset.rules) {
    for (const aor of namedIn(rule)) {
      const before = found.get(aor);
      found.set(aor, highest(HANDLINGS, before === undefined ? [rule.handling] : [before, rule.handling]));
    }
  }
  return [...found].map(([aor, handling]) => ({ aor, handling }));
}

function namedIn({ conditions }: Rule): readonly AddressOfRecord[] {
  const [only, ...more] = conditions;
  if (only?.kind !== "identity" || more.length > 0) return [];
  return only.matches.flatMap((match) => (match.kind === "one" ? (aorOfIdentity(match.id) ?? []) : []));
}
