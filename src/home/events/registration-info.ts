// The user's registration, told to the user (RFC 3680): each page that can be reached, and for a while those that are gone.
//
// A refresh is no news (§4.7.2 leaves that to us), nor is a device that is within its grace: whoever watches hears of
// pages that come and of pages that are gone. Why one is gone is noted where it is known, and is `expired` else.

import { type Seconds, seconds } from "../../base/brand";
import { composeRegInfo, type RegContact, registrationState } from "../../events/packages/reg";
import { publicGruu } from "../../flow/gruu";
import { type Binding, deviceWithoutInstance } from "../../registrar/binding";
import { deviceKey, type LiveBinding, liveBindings } from "../device";
import type { Device } from "../state";
import { accountOf, entityOf } from "../tenancy";
import type { Turn } from "../turn";
import type { EventSource } from "./event-source";
import { rememberEnded, stillTold } from "./recently-ended";

/** Of the ends in §5.1 those that something here decides. */
type EndOfContact = "unregistered" | "deactivated";

export const registrationSource: EventSource = {
  content(turn) {
    const contacts = contactsOf(turn, false);
    return { text: documentOf(turn, 0, contacts), contacts };
  },
  body(turn, _subscription, { disclosure, cseq }) {
    if (disclosure !== "document") return undefined;
    const contacts = contactsOf(turn, true);
    const known = new Set(contacts.map(({ id }) => id));
    const ended = stillTold(turn.state.endedContacts, turn.now).filter(({ id }) => !known.has(id));
    return documentOf(turn, cseq, [...contacts, ...ended]);
  },
  superseded({ state, now }, { contacts: told = [] }, { contacts = [] }) {
    const { endedContacts } = state;
    const active = new Set(contacts.map(({ id }) => id));
    for (const id of active) endedContacts.delete(id);
    for (const contact of told) {
      if (active.has(contact.id) || endedContacts.has(contact.id)) continue;
      rememberEnded(endedContacts, contact.id, { ...contact, state: "terminated", event: "expired" }, now);
    }
  },
};

/** A REGISTER has been carried out: those of the bindings before it that it has removed (RFC 3680 §4.7.1). */
export function noteUnregistered(turn: Turn, before: readonly LiveBinding[]): void {
  if (!turn.state.subscriptions.isWatched("reg")) return;
  const active = new Set(contactsOf(turn, false).map(({ id }) => id));
  for (const { binding } of before) {
    const contact = contactOf(turn, binding, false);
    if (!active.has(contact.id)) noteEnd(turn, contact, "unregistered");
  }
}

/** The administrator forgets a device, which may register again. */
export function noteDeactivated(turn: Turn, device: Device): void {
  if (device.state === "away" || !turn.state.subscriptions.isWatched("reg")) return;
  noteEnd(turn, pageOf(turn, device), "deactivated");
}

function noteEnd(turn: Turn, contact: RegContact, event: EndOfContact): void {
  rememberEnded(turn.state.endedContacts, contact.id, { ...contact, state: "terminated", event }, turn.now);
}

function documentOf(turn: Turn, version: number, contacts: readonly RegContact[]): string {
  const id = turn.ports.keyring.deriveToken("registration", turn.state.aor);
  return composeRegInfo({ aor: entityOf(turn), id, version, state: registrationState(contacts), contacts });
}

/** `told`: with what is told and no news, since it differs at each refresh or second. */
function contactsOf(turn: Turn, told: boolean): readonly RegContact[] {
  const live = liveBindings(turn);
  const here = live.map(({ binding }) => contactOf(turn, binding, told));
  // Within its grace a device counts as registered, though its socket, and the binding with it, is gone.
  const coming = [...turn.state.devices.values()].filter(
    ({ id, state }) => state !== "away" && !live.some(({ binding }) => binding.device === id),
  );
  return [...here, ...coming.map((device) => pageOf(turn, device))];
}

function contactOf(turn: Turn, binding: Binding, told: boolean): RegContact {
  const { uri, device, q, callId, sequence, registeredAt, expiresAt } = binding;
  const since = (from: number, to: number): Seconds => seconds(Math.max(0, Math.floor((to - from) / 1000)));
  const times = {
    // RFC 3261 §20.10: 1 is what a Contact that states none has.
    ...(q === 1 ? {} : { q }),
    callid: callId,
    cseq: sequence,
    durationRegistered: since(registeredAt, turn.now),
    expires: since(turn.now, expiresAt),
  };
  return {
    id: contactId(turn, device, uri),
    uri,
    state: "active",
    event: "registered",
    ...(binding.gruu ? { pubGruu: publicGruuOf(turn, device) } : {}),
    ...(told ? times : {}),
  };
}

/** The newest page of a device, by its row. */
function pageOf(turn: Turn, { id, contact, gruuCallId }: Device): RegContact {
  const hasGruu = gruuCallId !== undefined && id !== deviceWithoutInstance;
  return {
    id: contactId(turn, id, contact),
    uri: contact,
    state: "active",
    event: "registered",
    ...(hasGruu ? { pubGruu: publicGruuOf(turn, id) } : {}),
  };
}

const publicGruuOf = (turn: Turn, device: string): string =>
  publicGruu(accountOf(turn)?.spelling ?? turn.state.aor, device);

/** RFC 3680 §5.1: as long as the URI is the same, so is this. */
const contactId = (turn: Turn, device: string, uri: string): string =>
  turn.ports.keyring.deriveToken("contact", `${deviceKey(turn, { id: device })} ${uri}`);
