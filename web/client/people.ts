// The people a user sees: his roster by name, then those who wrote and are not on it; and who of them is looked for.

import type { Conversation, Person } from "../line/contract";

export interface Entry {
  readonly address: string;
  readonly name: string;
  /** Undefined for somebody who is not on the roster. */
  readonly person: Person | undefined;
  readonly conversation: Conversation | undefined;
}

export function entriesOf(
  people: readonly Person[],
  conversations: ReadonlyMap<string, Conversation>,
  nameOf: (address: string) => string,
): readonly Entry[] {
  const entry = (address: string, person: Person | undefined): Entry => ({
    address,
    name: nameOf(address),
    person,
    conversation: conversations.get(address),
  });
  const onRoster = people.map((person) => entry(person.address, person)).sort(byName);
  const known = new Set(people.map(({ address }) => address));
  const strangers = [...conversations.values()]
    .filter(({ peer, lines }) => !known.has(peer) && lines.length > 0)
    .map(({ peer }) => entry(peer, undefined));
  return [...onRoster, ...strangers.sort(byName)];
}

const byName = (one: Entry, other: Entry): number => one.name.localeCompare(other.name);

export function matches({ address, person }: Entry, wanted: string): boolean {
  const text = wanted.trim().toLowerCase();
  return address.toLowerCase().includes(text) || (person?.presence?.note ?? "").toLowerCase().includes(text);
}

export const unreadIn = (conversations: ReadonlyMap<string, Conversation>): number =>
  [...conversations.values()].reduce((sum, { unread }) => sum + unread, 0);
