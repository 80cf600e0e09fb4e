// Names that stay the same from one reading of a ladder to the next.

import { parseNameAddr } from "../sip/headers/name-addr";
import { branchOf } from "../sip/headers/via";
import { headerValue, type SipMessage } from "../sip/message";
import { parameter } from "../sip/parameters";

/**
 * What is the same of a message at the home that sent it and at the one that received it, and of no other message of
 * the call: the hop's branch (RFC 3261 §17.1.3), and of a response its status and the tag of who made it.
 */
export function messageIdentity(message: SipMessage): string {
  const branch = branchOf(headerValue(message, "via") ?? "") ?? "";
  const cseq = headerValue(message, "cseq") ?? "";
  if (message.kind === "request") return `${message.method} ${branch} ${cseq}`;
  return `${message.status} ${branch} ${cseq} ${toTag(message)}`;
}

/** Both tags, the same whoever of the two sends (RFC 3261 §12). */
export const dialogTags = (message: SipMessage): string =>
  [tagIn(message, "from"), tagIn(message, "to")].sort().join(" ");

export const toTag = (message: SipMessage): string => tagIn(message, "to");

function tagIn(message: SipMessage, name: "from" | "to"): string {
  const read = parseNameAddr(headerValue(message, name) ?? "");
  return read.ok ? (parameter(read.value.parameters, "tag") ?? "") : "";
}

/** A short name for a text: two FNV-1a hashes of 32 bits. Not secret, and not for anything hostile to hang on. */
export function shortName(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}
