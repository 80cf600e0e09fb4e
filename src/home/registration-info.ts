// The user's registration, told to the user (RFC 3680): each page that can be reached, and for a while those that are gone.

import { type Seconds, seconds } from "../base/brand";
import { composeRegInfo, type RegContact, registrationState } from "../events/packages/reg";
import { publicGruu } from "../flow/gruu";
import type { Binding } from "../registrar/binding";
import { deviceKey, liveBindings } from "./device";
import type { EventSource } from "./event-source";
import { stillTold } from "./recently-ended";
import { accountOf, entityOf } from "./tenancy";
import type { Turn } from "./turn";

export const registrationSource: EventSource = {
  content: (turn) => ({ text: documentOf(turn, 0, contactsOf(turn, false)) }),
  body(turn, _subscription, { disclosure, cseq }) {
    if (disclosure !== "document") return undefined;
    const contacts = contactsOf(turn, true);
    const known = new Set(contacts.map(({ uri }) => uri));
    const ended = stillTold(turn.state.endedContacts, turn.now).filter(({ uri }) => !known.has(uri));
    return documentOf(turn, cseq, [...contacts, ...ended]);
  },
};

function documentOf(turn: Turn, version: number, contacts: readonly RegContact[]): string {
  const id = turn.ports.keyring.deriveToken("registration", turn.state.aor);
  return composeRegInfo({ aor: entityOf(turn), id, version, state: registrationState(contacts), contacts });
}

/** `timed`: with what differs each second. */
function contactsOf(turn: Turn, timed: boolean): readonly RegContact[] {
  const live = liveBindings(turn);
  const here = live.map(({ binding }) => contactOf(turn, binding, timed));
  // Within its grace a device counts as registered, though its socket, and the binding with it, is gone.
  const coming = [...turn.state.devices.values()].filter(
    ({ id, state }) => state !== "away" && !live.some(({ binding }) => binding.device === id),
  );
  return [
    ...here,
    ...coming.map(
      ({ id, contact }): RegContact => ({
        id: contactId(turn, id, contact),
        uri: contact,
        state: "active",
        event: "registered",
      }),
    ),
  ];
}

function contactOf(turn: Turn, binding: Binding, timed: boolean): RegContact {
  const { uri, device, q, callId, sequence, registeredAt, expiresAt } = binding;
  const spelling = accountOf(turn)?.spelling ?? turn.state.aor;
  const since = (from: number, to: number): Seconds => seconds(Math.max(0, Math.floor((to - from) / 1000)));
  return {
    id: contactId(turn, device, uri),
    uri,
    state: "active",
    event: "registered",
    q,
    callid: callId,
    ...(binding.gruu ? { pubGruu: publicGruu(spelling, device) } : {}),
    ...(timed
      ? {
          cseq: sequence,
          durationRegistered: since(registeredAt, turn.now),
          expires: since(turn.now, expiresAt),
        }
      : {}),
  };
}

/** RFC 3680 §5.1: as long as the URI is the same, so is this. */
export const contactId = (turn: Turn, device: string, uri: string): string =>
  turn.ports.keyring.deriveToken("contact", `${deviceKey(turn, { id: device })} ${uri}`);
