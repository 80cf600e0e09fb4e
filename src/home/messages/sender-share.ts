// How much of the mailbox each sender has with what nobody took, kept in step with the log.

import type { SenderShare } from "../../messaging/mailbox-limits";

const none: SenderShare = { messages: 0, octets: 0 };

/** Adds to a sender's, or takes away from it. */
export function addShare(
  storedBy: Map<string, SenderShare>,
  sender: string,
  messages: number,
  octets: number,
): void {
  const known = storedBy.get(sender) ?? none;
  const share = { messages: known.messages + messages, octets: known.octets + octets };
  if (share.messages > 0) storedBy.set(sender, share);
  else storedBy.delete(sender);
}
