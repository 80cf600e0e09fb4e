// The user's roster: whom he watches, who watches him, and what he says of himself.

import type { URI } from "sip.js";
import { kept, members, strings } from "../../kept";
import type { Person, Roster, Watcher } from "../contract";
import type { OwnApi } from "../own-api";
import { createOwnPublication } from "../own-publication";
import type { OwnPresence } from "../presence-document";
import type { Reach } from "../reach";
import { createStore } from "../store";
import { createPeople } from "./people";
import { createSubscriptions } from "./subscriptions";
import {
  type Decision,
  mergeWatchers,
  readDecisions,
  readWatcherInfo,
  type Watching,
  watcherInfoType,
} from "./watcher-info";

export interface OwnRoster extends Roster {
  /** To be called after each registration. */
  renew(): void;
  /** Ends at the gateway what the user says and watches; what is kept here stays. */
  end(): void;
}

export function createRoster(reach: Reach, api: OwnApi, uri: URI, device: string): OwnRoster {
  const { aor } = reach;
  const keptPeople = kept(`people.${aor}`, strings, "browser");
  const keptOwn = kept(`status.${aor}`, readOwn);
  const peopleStore = createStore<readonly Person[]>([]);
  const watchers = createStore<readonly Watcher[]>([]);
  const own = createStore<OwnPresence>(keptOwn.get() ?? { activity: undefined, note: "" });
  const people = createPeople(reach, peopleStore);
  const publication = createOwnPublication(reach.userAgent, uri, device);
  let watching: readonly Watching[] = [];
  let decided: ReadonlyMap<string, Decision> = new Map();

  const tellWatchers = (): void => watchers.set(mergeWatchers(watching, decided));
  const readWord = async (): Promise<void> => {
    decided = readDecisions(await api.get("/v1/me/watchers"));
    tellWatchers();
  };
  const watcherInfo = createSubscriptions(
    reach,
    { event: "presence.winfo", accept: watcherInfoType },
    {
      notified(_, __, body) {
        watching = (body === "" ? undefined : readWatcherInfo(body)) ?? watching;
        tellWatchers();
      },
      ended: () => {},
    },
  );

  watcherInfo.open(aor);
  if (own.get().activity !== undefined || own.get().note !== "") publication.state(own.get());
  for (const address of keptPeople.get() ?? []) people.add(address);
  const keep = (): void => keptPeople.set(peopleStore.get().map(({ address }) => address));

  return {
    people: peopleStore,
    watchers,
    own,
    add(address) {
      if (address === aor) return;
      people.add(address);
      keep();
    },
    remove(address) {
      people.remove(address);
      keep();
    },
    async decide(address, decision) {
      await api.put(`/v1/me/watchers/${encodeURIComponent(address)}`, { decision });
      decided = new Map([...decided, [address, decision]]);
      tellWatchers();
    },
    publish(presence) {
      own.set(presence);
      keptOwn.set(presence);
      publication.state(presence);
    },
    renew() {
      people.renew();
      watcherInfo.renew();
      publication.renew();
      // Without it the watchers are still listed, and the gateway knows what holds.
      readWord().catch(() => {});
    },
    end() {
      publication.end();
      people.end();
      watcherInfo.end();
    },
  };
}

function readOwn(value: unknown): OwnPresence | undefined {
  const { activity, note } = members(value) ?? {};
  if (typeof note !== "string") return undefined;
  return { activity: activity === "away" || activity === "busy" ? activity : undefined, note };
}
