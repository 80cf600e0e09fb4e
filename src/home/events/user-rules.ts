// The presence rules a user has put by XCAP (RFC 5025 §9.7: all documents of pres-rules together), read once for as long
// as they stay the same, and the circumstances they are judged in.

import type { EpochMs } from "../../base/brand";
import { readPresenceDocument } from "../../presence/document";
import { type Circumstances, nextValidityChange } from "../../presence/judge-watcher";
import { NO_PERMISSIONS } from "../../presence/permissions";
import { livePublications } from "../../presence/publication";
import { joinRulesets, type Ruleset, readRuleset } from "../../presence/ruleset";
import { sphereOf } from "../../presence/sphere";
import type { HomeState, XcapDocument } from "../state";
import type { Turn } from "../turn";
import { hardStateOf } from "./hard-state";

/** The application usage of RFC 5025 §9. */
export const PRES_RULES_USAGE = "pres-rules";

/** Undefined when the user has put none: then the realm's word holds. */
export function rulesOf({ state }: { readonly state: HomeState }): Ruleset | undefined {
  const documents = [...state.xcap.values()].filter(({ auid }) => auid === PRES_RULES_USAGE);
  if (documents.length === 0) return undefined;
  // Sorted: they come in one order from memory and in another from rows.
  const tags = documents
    .map(({ etag }) => etag)
    .sort()
    .join(" ");
  if (state.ruleset?.tags !== tags) state.ruleset = { tags, ruleset: readTogether(documents) };
  return state.ruleset.ruleset;
}

/**
 * What is put is read before it is stored (xcap-documents.ts). Should a row hold rules that are read no more, nobody
 * is let in whom no other rule lets in: what the user wanted to forbid is not known.
 */
const unreadable: Ruleset = {
  rules: [{ id: "unreadable", conditions: [], handling: "block", permissions: NO_PERMISSIONS }],
};

function readTogether(documents: readonly XcapDocument[]): Ruleset {
  const rulesets = documents.map(({ text }) => {
    const read = readRuleset(text);
    return read.ok ? read.value : unreadable;
  });
  const joined = joinRulesets(rulesets);
  return joined.ok ? joined.value : unreadable;
}

export function circumstancesOf(turn: Turn): Circumstances {
  const rules = rulesOf(turn);
  return rules !== undefined && asksForSphere(rules)
    ? { now: turn.now, sphere: currentSphere(turn) }
    : { now: turn.now };
}

/**
 * What is the same as long as the rules say the same: themselves, the next moment at which a period begins or ends, and
 * the sphere. Undefined when there are none.
 */
export function rulingOf(turn: Turn): string | undefined {
  const rules = rulesOf(turn);
  if (rules === undefined) return undefined;
  const { sphere } = circumstancesOf(turn);
  return JSON.stringify([turn.state.ruleset?.tags, nextValidityChange(rules, turn.now), sphere]);
}

/** When rules change by themselves, for the alarm of an object that is watched. */
export function nextRuling(state: HomeState, now: EpochMs): EpochMs | undefined {
  const rules = rulesOf({ state });
  return rules === undefined ? undefined : nextValidityChange(rules, now);
}

const asksForSphere = ({ rules }: Ruleset): boolean =>
  rules.some(({ conditions }) => conditions.some(({ kind }) => kind === "sphere"));

/** Read once for all who watch. */
function currentSphere({ state, now }: Turn): string | undefined {
  const published = livePublications([...state.publications.values()], now);
  const hardState = hardStateOf(state);
  const tags = [now, ...published.map(({ entityTag }) => entityTag), hardState?.etag ?? ""].join(" ");
  if (state.sphere?.tags !== tags) {
    const texts = [
      ...published.map(({ body }) => body),
      ...(hardState === undefined ? [] : [hardState.text]),
    ];
    state.sphere = { tags, sphere: sphereIn(texts, now) };
  }
  return state.sphere.sphere;
}

function sphereIn(texts: readonly string[], now: EpochMs): string | undefined {
  const documents = texts.flatMap((text) => {
    const read = readPresenceDocument(text);
    return read.ok ? [read.value] : [];
  });
  return sphereOf(documents, now);
}
