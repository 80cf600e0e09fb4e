// The people of the user's list: their presence (RFC 3856) and their busy lamps (RFC 4235), each by a subscription.

import { members } from "../../kept";
import type { Person } from "../contract";
import { pidfType, readPresence } from "../presence-document";
import type { Reach } from "../reach";
import type { Store } from "../store";
import { dialogInfoType, readLamp } from "./dialog-info";
import { createSubscriptions } from "./subscriptions";

export interface People {
  add(address: string): void;
  remove(address: string): void;
  renew(): void;
  end(): void;
}

export function createPeople(reach: Reach, people: Store<readonly Person[]>): People {
  const change = (address: string, news: Partial<Person>): void =>
    people.update((all) => {
      const known = all.find((person) => person.address === address);
      if (known === undefined || isSame(known, news)) return all;
      return all.map((person) => (person === known ? { ...person, ...news } : person));
    });

  const presences = createSubscriptions(
    reach,
    { event: "presence", accept: pidfType },
    {
      notified(address, state, body) {
        // A subscription may start with nothing to say (RFC 6665 §4.2.1.2).
        const told = body === "" ? {} : { presence: readPresence(body) };
        // What ends now is told by `ended`.
        const watching = state === "active" || state === "pending" ? { watching: state } : {};
        change(address, { ...told, ...watching } as Partial<Person>);
      },
      ended: (address) => change(address, { presence: undefined, watching: "refused" }),
    },
  );
  const lamps = createSubscriptions(
    reach,
    { event: "dialog", accept: dialogInfoType },
    {
      notified: (address, _, body) => body !== "" && change(address, { lamp: readLamp(body) }),
      ended: (address) => change(address, { lamp: undefined }),
    },
  );

  return {
    add(address) {
      if (people.get().some((person) => person.address === address)) return;
      people.update((all) => [...all, { address, presence: undefined, lamp: undefined, watching: "asking" }]);
      presences.open(address);
      lamps.open(address);
    },
    remove(address) {
      presences.close(address);
      lamps.close(address);
      people.update((all) => all.filter((person) => person.address !== address));
    },
    renew() {
      presences.renew();
      lamps.renew();
    },
    end() {
      presences.end();
      lamps.end();
    },
  };
}

/** A document that says again what is known is no news. */
const isSame = (person: Person, news: Partial<Person>): boolean =>
  Object.entries(news).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify(members(person)?.[name]),
  );
