// What a header field must be for a message to pass (RFC 3261 §16.3 step 1): those that this element acts on,
// and those that a stock client parses before anything else and throws the whole message away for.
//
// Any other field goes on as it is, well-formed or not (§16.3 step 1).

import { invariant } from "../base/invariant";
import type { Result } from "../base/result";
import { headerNumber } from "./header-name";
import { isCallId } from "./headers/call-id";
import { parseContacts } from "./headers/contact";
import { parseContentType } from "./headers/content-type";
import { parseCSeq } from "./headers/cseq";
import { parseEvent } from "./headers/event";
import { parseContentLength, parseMaxForwards } from "./headers/integer";
import { parseNameAddr } from "./headers/name-addr";
import { parseReferTo } from "./headers/refer-to";
import { parseReplacesSyntax } from "./headers/replaces";
import { parseRoutes } from "./headers/route";
import { parseSessionExpires } from "./headers/session-expires";
import { parseSubscriptionState } from "./headers/subscription-state";
import { parseVias } from "./headers/via";
import { parameter } from "./parameters";
import { isToken } from "./scan";

export interface HeaderRule {
  /** For the reason phrase. */
  readonly spelling: string;
  /** A bit of its own, to tell which fields a message has. */
  readonly bit: number;
  /** Whether it may stand in one message only once (RFC 3261 §7.3.1). */
  readonly single: boolean;
  /** Whether the value is well formed. */
  readonly accepts: (value: string) => boolean;
}

const table: [spelling: string, repeats: "single" | "repeats", HeaderRule["accepts"]][] = [
  ["Via", "repeats", isVia],
  ["From", "single", isFrom],
  ["To", "single", isTo],
  ["Call-ID", "single", isCallId],
  ["CSeq", "single", by(parseCSeq)],
  ["Max-Forwards", "single", (value) => parseMaxForwards(value) !== undefined],
  ["Contact", "repeats", (value) => parseContacts([value]).ok],
  ["Route", "repeats", (value) => parseRoutes([value]).ok],
  ["Record-Route", "repeats", (value) => parseRoutes([value]).ok],
  ["Content-Type", "single", by(parseContentType)],
  ["Content-Length", "single", (value) => parseContentLength(value) !== undefined],
  ["Event", "single", by(parseEvent)],
  ["Subscription-State", "single", by(parseSubscriptionState)],
  ["Refer-To", "single", by(parseReferTo)],
  // RFC 3891 §3 leaves missing tags to the target; what clients throw away is a value off the grammar.
  ["Replaces", "single", (value) => parseReplacesSyntax(value) !== undefined],
  ["Session-Expires", "single", by(parseSessionExpires)],
  // Read where a method gives it a meaning: see validate.ts.
  ["Expires", "single", () => true],
];

function by(parse: (value: string) => Result<unknown, unknown>): (value: string) => boolean {
  return (value) => parse(value).ok;
}

/** A branch of the magic cookie alone names no transaction (RFC 3261 §8.1.1.7, RFC 4475 §3.2.1). */
function isVia(value: string): boolean {
  const vias = parseVias([value]);
  return vias.ok && vias.value.every((via) => via.branch?.toLowerCase() !== "z9hg4bk");
}

/** RFC 3261 §8.1.1.3: From has a tag, always. No RFC 2543 client speaks RFC 7118. */
function isFrom(value: string): boolean {
  const parsed = parseNameAddr(value);
  return parsed.ok && isTag(parameter(parsed.value.parameters, "tag"));
}

function isTo(value: string): boolean {
  const parsed = parseNameAddr(value);
  const tag = parsed.ok ? parameter(parsed.value.parameters, "tag") : null;
  return tag === undefined || isTag(tag);
}

function isTag(tag: string | null | undefined): boolean {
  return typeof tag === "string" && isToken(tag);
}

const rules: (HeaderRule | undefined)[] = [undefined];
for (const [index, [spelling, repeats, accepts]] of table.entries()) {
  const number = headerNumber(spelling.toLowerCase());
  rules[number] = { spelling, bit: 1 << index, single: repeats === "single", accepts };
}

/** The rule for a header of that number (header-name.ts). */
export function headerRule(number: number): HeaderRule | undefined {
  return rules[number];
}

/** The rule for the header of that canonical name. */
export function ruleOf(name: string): HeaderRule {
  const rule = rules[headerNumber(name)];
  invariant(rule !== undefined, `${name} has a rule`);
  return rule;
}

/** The headers that every message has (RFC 3261 §8.1.1; Max-Forwards may be absent, §16.3 step 3). */
export const mandatoryHeaders = ["via", "from", "to", "call-id", "cseq"].map(ruleOf);
