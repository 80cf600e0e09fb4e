// The registration of a user (RFC 3680 §4) and its document (§5), with the GRUUs of each contact (RFC 5628 §5).
// Only the user sees it: contacts and temporary GRUUs tell where and on what the user is, and RFC 5628 §5 wants the
// latter for those only who may register here.
// Always full state, which §4.3 leaves to the server and which needs no memory of what was told to whom.

import { type Seconds, seconds } from "../../base/brand";
import { appendElement, rootElement } from "../../xml/build";
import { serializeXml } from "../../xml/serialize";
import type { XmlElement } from "../../xml/tree";
import type { EventPackage } from "../event-package";

export const reg: EventPackage = {
  name: "reg",
  // RFC 3680 §4.5
  contentTypes: ["application/reginfo+xml"],
  // RFC 3680 §4.4: an hour and a bit, so that it is not refreshed with the registration.
  defaultExpires: seconds(3761),
  minExpires: seconds(60),
  maxExpires: seconds(7200),
  audience: "owner",
};

export interface RegInfo {
  /** `sip:user@domain` */
  readonly aor: string;
  /** Names this registration in all documents of a subscription. */
  readonly id: string;
  /**
   * One higher in each document sent to a subscriber, and fits into 32 bits (§5.1): who sees it skip asks for the full
   * state, with a SUBSCRIBE (§5.2).
   */
  readonly version: number;
  readonly state: RegistrationState;
  readonly contacts: readonly RegContact[];
}

export type RegistrationState =
  /** Nothing is registered. */
  | "init"
  | "active"
  /** The last contact has just gone, and is told of. */
  | "terminated";

export type RegContact = ContactFacts & ContactState;

/** A contact's state and what brought it there (§4.7.1, §5.1). */
export type ContactState =
  | {
      readonly state: "active";
      readonly event: "registered" | "created" | "refreshed";
      readonly expires?: Seconds;
    }
  /** Its time was cut so that it registers anew. */
  | { readonly state: "active"; readonly event: "shortened"; readonly expires: Seconds }
  | {
      readonly state: "terminated";
      readonly event: "expired" | "deactivated" | "unregistered" | "rejected";
    }
  /** Put off, to register again after that long. */
  | { readonly state: "terminated"; readonly event: "probation"; readonly retryAfter: Seconds };

interface ContactFacts {
  /** The same as long as the URI is (§5.1). */
  readonly id: string;
  readonly uri: string;
  readonly displayName?: string;
  /** It differs each second, as expires does: not for telling whether anything changed. */
  readonly durationRegistered?: Seconds;
  /** 0 to 1 */
  readonly q?: number;
  /** Of the REGISTER that updated it last, as `cseq` is. */
  readonly callid?: string;
  readonly cseq?: number;
  /** Contact parameters beyond those of RFC 3261, values as written with their quotes, "" for those that have none. */
  readonly unknownParams?: readonly (readonly [name: string, value: string])[];
  readonly pubGruu?: string;
  /** The newest temporary GRUU, and the CSeq of the REGISTER that got the oldest still valid (RFC 5628 §5). */
  readonly tempGruu?: { readonly uri: string; readonly firstCseq: number };
}

const REGINFO = "urn:ietf:params:xml:ns:reginfo";
/** RFC 5628 §9 */
const GRUUINFO = "urn:ietf:params:xml:ns:gruuinfo";
const reginfo = (name: string) => ({ namespace: REGINFO, name });
const gruuinfo = (name: string) => ({ namespace: GRUUINFO, name: `gr:${name}` });

/** An `application/reginfo+xml` document (RFC 3680 §5.1). */
export function composeRegInfo({ aor, id, version, state, contacts }: RegInfo): string {
  const root = rootElement(reginfo("reginfo"), { attributes: { version, state: "full" } });
  const registration = appendElement(root, reginfo("registration"), { attributes: { aor, id, state } });
  for (const contact of contacts) appendContact(registration, contact);
  return serializeXml(root);
}

/** The state of a registration by the contacts to be told of (RFC 3680 §4.7.1). */
export function registrationState(contacts: readonly ContactState[]): RegistrationState {
  if (contacts.length === 0) return "init";
  return contacts.some(({ state }) => state === "active") ? "active" : "terminated";
}

function appendContact(registration: XmlElement, contact: RegContact): void {
  const element = appendElement(registration, reginfo("contact"), {
    attributes: {
      id: contact.id,
      state: contact.state,
      event: contact.event,
      "duration-registered": contact.durationRegistered,
      expires: "expires" in contact ? contact.expires : undefined,
      "retry-after": contact.event === "probation" ? contact.retryAfter : undefined,
      q: contact.q,
      callid: contact.callid,
      cseq: contact.cseq,
    },
  });
  const { uri, displayName, unknownParams = [], pubGruu, tempGruu } = contact;
  appendElement(element, reginfo("uri"), { text: uri });
  if (displayName !== undefined) appendElement(element, reginfo("display-name"), { text: displayName });
  for (const [name, value] of unknownParams) {
    appendElement(element, reginfo("unknown-param"), { attributes: { name }, text: value });
  }
  if (pubGruu !== undefined) {
    appendElement(element, gruuinfo("pub-gruu"), { attributes: { uri: pubGruu } });
  }
  if (tempGruu !== undefined) {
    const attributes = { uri: tempGruu.uri, "first-cseq": tempGruu.firstCseq };
    appendElement(element, gruuinfo("temp-gruu"), { attributes });
  }
}
