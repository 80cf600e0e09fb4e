// What a watcher is granted (RFC 5025 §3.2, §3.3), and how grants of several rules become one (RFC 4745 §10.2).
// Plain data. Nothing in it takes anything away: each permission is a Boolean, a set or an ordered word, and what a
// rule leaves out is the least of its type.

/** RFC 5025 §3.2.1, from the least to the most. */
export const HANDLINGS = ["block", "confirm", "polite-block", "allow"] as const;
export type SubHandling = (typeof HANDLINGS)[number];

/** RFC 5025 §3.3.2.12, from the least to the most. */
export const USER_INPUTS = ["false", "bare", "thresholds", "full"] as const;
export type UserInput = (typeof USER_INPUTS)[number];

/** The attributes with a Boolean permission of their own, `provide-` and the name (RFC 5025 §3.3.2.1 to §3.3.2.13). */
export const ATTRIBUTES = [
  ...["activities", "class", "deviceID", "mood", "place-is", "place-type", "privacy", "relationship"],
  ...["sphere", "status-icon", "time-offset", "note"],
] as const;
export type PresenceAttribute = (typeof ATTRIBUTES)[number];

/** A member of the set that says which persons, devices or services are shown (RFC 5025 §3.3.1). */
export type Selector =
  | { readonly by: "all" }
  | {
      readonly by: "class" | "occurrence-id" | "deviceID" | "service-uri" | "service-uri-scheme";
      readonly value: string;
    };

/** The qualified name of an element that this program has no permission for. */
export interface AttributeName {
  readonly namespace: string;
  readonly name: string;
}

export interface Permissions {
  readonly services: readonly Selector[];
  readonly persons: readonly Selector[];
  readonly devices: readonly Selector[];
  /** Those that are shown. */
  readonly attributes: readonly PresenceAttribute[];
  readonly userInput: UserInput;
  readonly unknownAttributes: readonly AttributeName[];
  readonly allAttributes: boolean;
}

export const NO_PERMISSIONS: Permissions = {
  services: [],
  persons: [],
  devices: [],
  attributes: [],
  userInput: "false",
  unknownAttributes: [],
  allAttributes: false,
};

/** Whether nothing of a document is hidden from who has these. */
export const isEverything = ({ services, persons, devices, allAttributes }: Permissions): boolean =>
  allAttributes &&
  [services, persons, devices].every((selectors) => selectors.some(({ by }) => by === "all"));

/** RFC 4745 §10.2: the most of each, independently of the others. Order and repetition do not count. */
export function combinePermissions(granted: readonly Permissions[]): Permissions {
  return {
    services: union(granted.flatMap(({ services }) => services)),
    persons: union(granted.flatMap(({ persons }) => persons)),
    devices: union(granted.flatMap(({ devices }) => devices)),
    attributes: ATTRIBUTES.filter((name) => granted.some(({ attributes }) => attributes.includes(name))),
    userInput: highest(
      USER_INPUTS,
      granted.map(({ userInput }) => userInput),
    ),
    unknownAttributes: union(granted.flatMap(({ unknownAttributes }) => unknownAttributes)),
    allAttributes: granted.some(({ allAttributes }) => allAttributes),
  };
}

/** The last word of `order` that is among `words`; the first of `order` when none is. */
export function highest<Word extends string>(
  order: readonly [Word, ...Word[]],
  words: readonly Word[],
): Word {
  return order.findLast((word) => words.includes(word)) ?? order[0];
}

/** Each member once, in an order that depends on nothing but the members. */
function union<Member extends Selector | AttributeName>(members: readonly Member[]): readonly Member[] {
  const known = new Map(members.map((member) => [keyOf(member), member]));
  return [...known.keys()].sort().flatMap((key) => known.get(key) ?? []);
}

function keyOf(member: Selector | AttributeName): string {
  if ("name" in member) return JSON.stringify([member.namespace, member.name]);
  return JSON.stringify(member.by === "all" ? [] : [member.by, member.value]);
}
