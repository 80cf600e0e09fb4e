// The Contact of a page as it leaves its home (flow/page-parameter.ts): nothing but the URI in it changes.

import {
  claimsPage,
  needsPageParameter,
  withoutPageParameter,
  withPageParameter,
} from "../flow/page-parameter";
import type { RouteTarget } from "../flow/route-token";
import type { Seal } from "../flow/seal";
import { type Contact, parseContacts } from "../sip/headers/contact";
import { replaceUri } from "../sip/headers/name-addr";
import { fieldValue, type HeaderField, headerFields, headerValues, type SipMessage } from "../sip/message";
import { type Edit, setFieldValue } from "../sip/splice";
import { parseUri } from "../sip/uri/uri";
import { hidesPage } from "./privacy";

/** The edits that make the Contact of `target`'s page one that leads to it; a client's own claim of that never passes. */
export function sealContact(message: SipMessage, seal: Seal, target: RouteTarget): readonly Edit[] {
  return headerFields(message, "contact").flatMap((field) => editOf(message, field, seal, target));
}

function editOf(message: SipMessage, field: HeaderField, seal: Seal, target: RouteTarget): readonly Edit[] {
  const contacts = parseContacts([fieldValue(message, field)]);
  if (!contacts.ok || contacts.value === "*") return [];
  const isHidden = hidesPage(message);
  const before = contacts.value.map(({ text }) => text);
  const after = contacts.value.map((contact) => sealed(contact, seal, target, isHidden));
  const isSame = after.every((text, at) => text === before[at]);
  return isSame ? [] : [setFieldValue(field, after.join(", "))];
}

function sealed({ text, nameAddr }: Contact, seal: Seal, target: RouteTarget, isHidden: boolean): string {
  const { uri } = nameAddr;
  const parsed = parseUri(uri);
  if (!parsed.ok || parsed.value.kind !== "sip") return text;
  if (needsPageParameter(parsed.value))
    return replaceUri(text, nameAddr, withPageParameter(seal, uri, target, isHidden));
  return claimsPage(parsed.value) ? replaceUri(text, nameAddr, withoutPageParameter(uri)) : text;
}

/** A Contact value as its page wrote it: what we put in is ours, and another each time. */
export function plainContacts(message: SipMessage): readonly string[] {
  const contacts = parseContacts(headerValues(message, "contact"));
  if (!contacts.ok || contacts.value === "*") return headerValues(message, "contact");
  return contacts.value.map(({ text, nameAddr }) => {
    const plain = withoutPageParameter(nameAddr.uri);
    return plain === nameAddr.uri ? text : replaceUri(text, nameAddr, plain);
  });
}
