// What the rules of a user grant a watcher (RFC 4745 §10): the rules whose conditions all hold, and the most of what
// they say. To match is to speak: a matching rule without a sub-handling says block (RFC 5025 §3.2.1).
// An identity is one that was authenticated, or asserted by who may assert it; an anonymous watcher has none, and
// Privacy: id does not make one anonymous (RFC 5025 §3.1.1).
// OMA's other-identity is the one condition that is not additive: a rule that names somebody takes him out of the
// others. An external list is not looked up (its rule is never true), so who is in one counts as named by none.

import type { EpochMs } from "../base/brand";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { domainOf, type Identity, identityOfUser, readIdentity } from "./identity";
import { combinePermissions, HANDLINGS, highest, type Permissions, type SubHandling } from "./permissions";
import type { Condition, IdentityMatch, Rule, Ruleset } from "./ruleset";

export type Watcher =
  /** Authenticated by one of our homes, as this address-of-record. */
  | { readonly kind: "user"; readonly aor: AddressOfRecord }
  /** Named by a peer outside our realms; no identity unless the peer is one whose word counts. */
  | { readonly kind: "foreign"; readonly uri?: string | undefined }
  | { readonly kind: "anonymous" };

export interface Circumstances {
  readonly now: EpochMs;
  /** The user's, when it is known (RFC 5025 §3.1.2). */
  readonly sphere?: string | undefined;
}

export interface Judgement {
  /** Undefined when no rule matches. */
  readonly handling: SubHandling | undefined;
  readonly permissions: Permissions;
}

export function judgeWatcher(ruleset: Ruleset, watcher: Watcher, circumstances: Circumstances): Judgement {
  const asker = askerOf(ruleset, watcher);
  const matching = ruleset.rules.filter(({ conditions }) =>
    conditions.every((condition) => isTrue(condition, asker, circumstances)),
  );
  return {
    handling: matching.length === 0 ? undefined : highest(HANDLINGS, matching.map(handlingOf)),
    permissions: combinePermissions(matching.map(({ permissions }) => permissions)),
  };
}

const handlingOf = ({ handling }: Rule): SubHandling => handling;

interface Asker {
  readonly identity: Identity | undefined;
  readonly anonymous: boolean;
  /** An identity condition of some rule matches, whatever its other conditions say. */
  readonly named: boolean;
}

function askerOf({ rules }: Ruleset, watcher: Watcher): Asker {
  const identity = identityOf(watcher);
  const named =
    identity !== undefined &&
    rules.some(({ conditions }) =>
      conditions.some(
        (condition) => condition.kind === "identity" && matchesAny(condition.matches, identity),
      ),
    );
  return { identity, anonymous: watcher.kind === "anonymous", named };
}

function identityOf(watcher: Watcher): Identity | undefined {
  if (watcher.kind === "user") return identityOfUser(watcher.aor);
  return watcher.kind === "foreign" && watcher.uri !== undefined ? readIdentity(watcher.uri) : undefined;
}

function isTrue(condition: Condition, asker: Asker, { now, sphere }: Circumstances): boolean {
  switch (condition.kind) {
    case "identity":
      // RFC 5025 §3.1.1.2: who is not authenticated matches an empty element, and nothing else; RFC 4745 §7.1.1: an OR
      // of nothing is false of anybody else.
      if (asker.identity === undefined) return condition.matches.length === 0;
      return matchesAny(condition.matches, asker.identity);
    case "sphere":
      return sphere !== undefined && condition.values.includes(sphere.toLowerCase());
    case "validity":
      return condition.periods.some(({ from, until }) => from <= now && now < until);
    case "other-identity":
      return asker.identity !== undefined && !asker.named;
    case "anonymous-request":
      return asker.anonymous;
    case "unknown":
      return false;
  }
}

const matchesAny = (matches: readonly IdentityMatch[], identity: Identity): boolean =>
  matches.some((match) => matchesIdentity(match, identity));

/** RFC 4745 §7.1.2, §7.1.3. */
export function matchesIdentity(match: IdentityMatch, identity: Identity): boolean {
  switch (match.kind) {
    case "one":
      return match.id === identity;
    case "many": {
      const domain = domainOf(identity);
      const within = match.domain === undefined || match.domain === domain;
      const excepted =
        match.exceptIds.includes(identity) || (domain !== undefined && match.exceptDomains.includes(domain));
      return within && !excepted;
    }
    case "unknown":
      return false;
  }
}

/** The next moment at which a validity condition of the ruleset changes, or undefined when none will. */
export function nextValidityChange({ rules }: Ruleset, now: EpochMs): EpochMs | undefined {
  const moments = rules
    .flatMap(({ conditions }) => conditions)
    .flatMap((condition) => (condition.kind === "validity" ? condition.periods : []))
    .flatMap(({ from, until }) => (from < until ? [from, until] : []));
  return moments.filter((at) => at > now).sort((a, b) => a - b)[0];
}
