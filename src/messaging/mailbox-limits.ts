// The bounds of a mailbox: one message's size, how many are kept, how long (RFC 3428 §7 leaves all to policy).
//
// A mailbox fills mostly with messages that are owed to devices which will never come back (a browser without
// a fixed instance-id is a new device at each load), not with unread ones. So what some device took makes room
// first, oldest first; only a mailbox full of messages that nobody took refuses more.

import { after, type EpochMs } from "../base/brand";
import type { MessageSettings } from "../contracts/settings";
import { isLonger } from "../sip/frame";
import { body, type SipRequest } from "../sip/message";
import type { Refusal } from "../sip/refusal";

/** What the log holds. */
export interface MailboxUse {
  readonly messages: number;
  readonly octets: number;
  /** Of these, what at least one device took. */
  readonly takenMessages: number;
  readonly takenOctets: number;
}

/** What of it one sender has there that nobody took. */
export interface SenderShare {
  readonly messages: number;
  readonly octets: number;
}

export type Room =
  | { readonly kind: "room" }
  /** Delete messages that some device took, oldest first, until both are reached. */
  | { readonly kind: "evictTaken"; readonly messages: number; readonly octets: number }
  | { readonly kind: "full" };

/** Whether one more message of that many octets can be stored. */
export function roomFor(
  octets: number,
  use: MailboxUse,
  settings: Pick<MessageSettings, "storedMessages" | "storedOctets">,
): Room {
  const messages = Math.max(0, use.messages + 1 - settings.storedMessages);
  const surplus = Math.max(0, use.octets + octets - settings.storedOctets);
  if (messages === 0 && surplus === 0) return { kind: "room" };
  if (messages > use.takenMessages || surplus > use.takenOctets) return { kind: "full" };
  return { kind: "evictTaken", messages, octets: surplus };
}

/** Whether one sender has half of the mailbox with what nobody took: the rest is for everybody else. */
export function hasFullShare(
  octets: number,
  share: SenderShare,
  { storedMessages, storedOctets }: Pick<MessageSettings, "storedMessages" | "storedOctets">,
): boolean {
  return share.messages + 1 > Math.ceil(storedMessages / 2) || share.octets + octets > storedOctets / 2;
}

/**
 * The answer for a full mailbox while no device is live; with live ones the message is `transient`. 480 and not
 * 413: the message is not at fault, and a later try may find a device.
 */
export const mailboxFull: Refusal = { status: 480, reason: "Mailbox Full" };

/** 413 for a body over the bound; undefined when it fits. RFC 3428 §8's 1300 octets are for UDP. */
export function refuseBySize(request: SipRequest, mostOctets: number): Refusal | undefined {
  return isLonger(body(request), mostOctets, request.octets) ? { status: 413 } : undefined;
}

/** Until when a stored message is kept: to its own expiry, but no longer than the mailbox allows. */
export function keptUntil(
  receivedAt: EpochMs,
  expiresAt: EpochMs | undefined,
  settings: Pick<MessageSettings, "storedFor">,
): EpochMs {
  const latest = after(receivedAt, settings.storedFor);
  return expiresAt !== undefined && expiresAt < latest ? expiresAt : latest;
}
