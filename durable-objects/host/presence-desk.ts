// A user's own calls on his home about his presence (contracts/own-presence.ts): steps of the home.

import { type Seconds, seconds } from "../../src/base/brand";
import type {
  DecideOutcome,
  Decision,
  PresenceStatement,
  PresenceView,
  PutPresenceOutcome,
  WatcherList,
} from "../../src/contracts/own-presence";
import { retractPresence, statedPublication, statePresence } from "../../src/home/events/stated-presence";
import { decide, decisions } from "../../src/home/events/watcher-decisions";
import { presentWatchers } from "../../src/home/events/watcher-info";
import { reachableAccount } from "../../src/home/tenancy";
import { log, type Turn } from "../../src/home/turn";
import type { Publication } from "../../src/presence/publication";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { formatDateTime } from "../../src/xml/date-time";
import type { HomeHost } from "./home-host";

export class PresenceDesk {
  readonly #host: HomeHost;

  constructor(host: HomeHost) {
    this.#host = host;
  }

  read(): PresenceView | undefined {
    return this.#host.administer((turn) => {
      const known = statedPublication(turn);
      return known === undefined ? undefined : viewOf(known);
    });
  }

  put(stated: PresenceStatement, expires: number | undefined): PutPresenceOutcome {
    return this.#host.administer((turn) => {
      if (reachableAccount(turn) === undefined) return { kind: "no-account" };
      const time: Seconds | undefined = expires === undefined ? undefined : seconds(expires);
      const outcome = statePresence(turn, stated, time);
      return outcome.ok
        ? { kind: "stated", presence: viewOf(outcome.value) }
        : { kind: "refused", ...outcome.error };
    });
  }

  delete(): boolean {
    return this.#host.administer(retractPresence);
  }

  watchers(): WatcherList {
    return this.#host.administer((turn) => ({
      watchers: presentWatchers(turn).map(({ id, uri, status, event }) => ({
        id,
        watcher: uri.replace(/^sip:/, ""),
        status,
        event,
      })),
      decisions: decisions(turn).map(({ aor, handling }) => ({ aor, decision: handling })),
    }));
  }

  decide(watcher: AddressOfRecord, decision: Decision | undefined): DecideOutcome {
    return this.#host.administer((turn) => decideFor(turn, watcher, decision));
  }
}

function decideFor(turn: Turn, watcher: AddressOfRecord, decision: Decision | undefined): DecideOutcome {
  if (reachableAccount(turn) === undefined) return { kind: "no-account" };
  const outcome = decide(turn, watcher, decision);
  if (outcome.ok) return { kind: "decided", verdict: outcome.value };
  log(turn, "decision refused", { watcher, why: outcome.error.kind });
  return { kind: "refused" };
}

/** A publication of this kind says what was stated. */
function viewOf({ stated, publishedAt, expiresAt }: Publication): PresenceView {
  return {
    ...(stated ?? { basic: "closed" }),
    statedAt: formatDateTime(publishedAt),
    expiresAt: formatDateTime(expiresAt),
  };
}
