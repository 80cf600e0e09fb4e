// The objects behind the Worker's HTTP, over the homes of a virtual network: the desks that answer the calls are the real
// ones, and their host lends them a virtual home.

import { AccountDesk } from "../../durable-objects/host/account-desk";
import type { HomeHost } from "../../durable-objects/host/home-host";
import { PresenceDesk } from "../../durable-objects/host/presence-desk";
import type { TicketOutcome } from "../../durable-objects/host/tickets";
import { epochMs } from "../../src/base/brand";
import type { AccountPage } from "../../src/contracts/administration";
import type { RealmFigures } from "../../src/contracts/figures";
import type { HomeRecords } from "../../src/contracts/flight-record";
import type { HttpLogin, SessionOpening } from "../../src/contracts/user-authentication";
import type { XcapCall } from "../../src/contracts/xcap-access";
import { authenticateHttp, openSession } from "../../src/home/http-authentication";
import { answerXcap } from "../../src/home/xcap/xcap-over-http";
import type { HomeObject, Objects } from "../../src/http/objects";
import { observe, type Sighting } from "../../src/recorder/sighting";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { headerOf } from "../home/support/sip-text";
import type { VirtualNetwork } from "../home/support/virtual-network";

export function virtualObjects(network: VirtualNetwork): Objects {
  const home = (aor: string): HomeObject => homeObject(network, aor);
  const nobody: AccountPage = { accounts: [], next: undefined };
  const realmCalls: Calls = {
    listAccounts: () => nobody,
    guess: () => 0,
    readFigures: () => figuresAt(network.now),
    readRecentCalls: () => ({ calls: [], next: undefined }),
  };
  const realm = objectOf((name) => realmCalls[name]);
  return { home, realm: () => realm } as unknown as Objects;
}

const figuresAt = (now: number): RealmFigures => ({
  at: epochMs(now),
  now: { accounts: 3, online: 2, devices: 2, calls: 0, inCall: 0, disabled: 0 },
  minutes: [{ at: epochMs(now - 60_000), counts: { frames: 1e9, rows: 5 } }],
  totals: { frames: 1e9 },
  since: epochMs(now - 60_000),
});

/** What went by of one call, as if the home had recorded it. */
function recordsOf({ wire, now }: VirtualNetwork, aor: string, callId: string): HomeRecords {
  const hop = { kind: "socket", socket: "s1" } as const;
  const sightings = wire
    .slice(-400)
    .filter(({ frame }) => headerOf(frame, "Call-ID") === callId)
    .map(({ frame, isFromClient }): Sighting => {
      const direction = isFromClient ? "in" : "out";
      return { kind: "message", direction, hop, frame };
    });
  const records = observe(sightings, epochMs(now), { bodies: true }).map(({ record }, at) => ({
    ...record,
    number: at + 1,
  }));
  return { aor: aor as AddressOfRecord, records, isLive: false };
}

/** What the platform says of a call to an object that does not answer it. */
const unanswered = { overloaded: true };

/** Calls by their name, as `AddressOfRecord` passes them on. */
function homeObject(network: VirtualNetwork, aor: string): HomeObject {
  const host = hostOf(network, aor);
  const accounts = new AccountDesk(host) as unknown as Calls;
  const presence = new PresenceDesk(host);
  const own: Calls = {
    authenticateHttp: (login) =>
      network.administer(aor, (turn) => authenticateHttp(turn, login as HttpLogin)),
    openSession: (opening) => network.administer(aor, (turn) => openSession(turn, opening as SessionOpening)),
    askXcap: (login, call) =>
      network.administer(aor, (turn) => answerXcap(turn, login as HttpLogin, call as XcapCall)),
    readRecords: (callId) => recordsOf(network, aor, String(callId)),
    readPresence: () => presence.read(),
    putPresence: (...of) => presence.put(...(of as Parameters<PresenceDesk["put"]>)),
    deletePresence: () => presence.delete(),
    listWatchers: () => presence.watchers(),
    decideWatcher: (...of) => presence.decide(...(of as Parameters<PresenceDesk["decide"]>)),
  };
  return objectOf((name) => own[name] ?? accounts[name]?.bind(accounts), network) as HomeObject;
}

/** An object that answers the calls which `find` knows; what follows from one has happened when it is answered. */
const objectOf = (find: (name: string) => Calls[string] | undefined, network?: VirtualNetwork): unknown =>
  new Proxy(
    {},
    {
      get:
        (_target, name) =>
        async (...of: readonly unknown[]) => {
          const call = find(String(name));
          if (call === undefined) throw unanswered;
          const outcome = await call(...of);
          network?.settle();
          return outcome;
        },
    },
  );

type Calls = Readonly<Record<string, (...of: readonly unknown[]) => unknown>>;

/** As much of a host as the desks use. */
function hostOf(network: VirtualNetwork, aor: string): HomeHost {
  const home = network.home(aor);
  let tickets = 0;
  return {
    get state() {
      return home.state;
    },
    get store() {
      return home.store;
    },
    administer: (run: Parameters<typeof home.administer>[0]) => network.administer(aor, run),
    oneAfterTheOther: <Outcome>(work: () => Promise<Outcome>) => work(),
    listing: { tell: () => Promise.resolve(), remove: () => Promise.resolve() },
    home: (name: string) => homeObject(network, name),
    newToken: () => `ticket-${aor}-${++tickets}-${network.settled.length}`,
    ticket: async (name: string): Promise<TicketOutcome> => {
      await Promise.resolve();
      for (let waited = 0; waited < 60; waited++) {
        const settled = network.settled.find(({ ticket }) => ticket === name);
        if (settled !== undefined) return { status: settled.status, reason: "" };
        network.advance(1000);
      }
      throw new Error(`${name} was never settled`);
    },
  } as unknown as HomeHost;
}
