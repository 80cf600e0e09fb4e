// The Contact of a page as it leaves its home (flow/page-parameter.ts): nothing but the URI in it changes.

import {
  claimsPage,
  needsPageParameter,
  withoutPageParameter,
  withPageParameter,
} from "../flow/page-parameter";
import type { RouteTarget } from "../flow/route-token";
import type { Seal } from "../flow/seal";
import { parseContacts } from "../sip/headers/contact";
import { fieldValue, type HeaderField, headerFields, type SipMessage } from "../sip/message";
import { type Edit, setFieldValue } from "../sip/splice";
import { parseUri } from "../sip/uri/uri";

/** The edits that make the Contact of `target`'s page one that leads to it; a client's own claim of that never passes. */
export function sealContact(message: SipMessage, seal: Seal, target: RouteTarget): readonly Edit[] {
  return headerFields(message, "contact").flatMap((field) => editOf(message, field, seal, target));
}

function editOf(message: SipMessage, field: HeaderField, seal: Seal, target: RouteTarget): readonly Edit[] {
  const value = fieldValue(message, field);
  const contacts = parseContacts([value]);
  if (!contacts.ok || contacts.value === "*") return [];
  const [contact, second] = contacts.value;
  if (contact === undefined || second !== undefined) return [];
  const { uri } = contact.nameAddr;
  const parsed = parseUri(uri);
  if (!parsed.ok || parsed.value.kind !== "sip") return [];
  if (!needsPageParameter(parsed.value) && !claimsPage(parsed.value)) return [];
  const sealed = needsPageParameter(parsed.value)
    ? withPageParameter(seal, uri, target)
    : withoutPageParameter(uri);
  // RFC 3261 §20: without brackets the parameter would be the header field's.
  const written = value.includes("<")
    ? value.replace(`<${uri}>`, () => `<${sealed}>`)
    : value.replace(uri, () => `<${sealed}>`);
  return [setFieldValue(field, written)];
}
