// Contact (RFC 3261 §20.10): "*", or addresses with their q and expires.

import { err, ok, type Result } from "../../base/result";
import { parameter } from "../parameters";
import type { HeaderFailure } from "./header-failure";
import { parseDeltaSeconds } from "./integer";
import { splitList } from "./list";
import { type NameAddr, parseNameAddr } from "./name-addr";
import { parseQvalue } from "./qvalue";

export interface Contact {
  readonly nameAddr: NameAddr;
  /** This contact's own text as written. */
  readonly text: string;
  /** The preference, 0 to 1. */
  readonly q: number | undefined;
  /** Seconds. */
  readonly expires: number | undefined;
}

/** The contacts of all the values of a message, in order. `*` stands alone or not at all. */
export function parseContacts(values: readonly string[]): Result<"*" | readonly Contact[], HeaderFailure> {
  const items = values.flatMap(splitList);
  if (items.length === 1 && items[0] === "*") return ok("*");
  const contacts: Contact[] = [];
  for (const item of items) {
    const contact = parseContact(item);
    if (!contact.ok) return contact;
    contacts.push(contact.value);
  }
  return ok(contacts);
}

function parseContact(text: string): Result<Contact, HeaderFailure> {
  const parsed = parseNameAddr(text);
  if (!parsed.ok) return parsed;
  const nameAddr = parsed.value;
  const written = parameter(nameAddr.parameters, "q");
  const q = written === undefined ? undefined : parseQvalue(written ?? "");
  const seconds = parameter(nameAddr.parameters, "expires");
  const expires = seconds === undefined ? undefined : parseDeltaSeconds(seconds ?? "");
  if ((written !== undefined && q === undefined) || (seconds !== undefined && expires === undefined)) {
    return err("range");
  }
  return ok({ nameAddr, text, q, expires });
}
