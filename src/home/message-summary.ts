// The messages that wait for the user (RFC 3842): what this home has stored and no device has taken, and what an
// administrator's voice mail has told of.

import {
  composeMessageSummary,
  type MessageCount,
  type MessageCounts,
} from "../events/packages/message-summary";
import type { EventSource } from "./event-source";
import { entityOf } from "./tenancy";
import { emit, type Turn } from "./turn";

export const messageSummarySource: EventSource = {
  content: (turn) => ({ text: documentOf(turn) }),
  body: (turn, _subscription, { disclosure }) => (disclosure === "document" ? documentOf(turn) : undefined),
};

function documentOf(turn: Turn): string {
  const counts = messageCountsOf(turn);
  const messagesWaiting = Object.values(counts).some((count) => count.new > 0);
  return composeMessageSummary({ messagesWaiting, account: entityOf(turn), counts });
}

/** By class; texts are those of the log, with what was told of others. */
export function messageCountsOf({ state, ports }: Turn): MessageCounts {
  const { messages, takenMessages } = state.log;
  const stored = {
    new: messages - takenMessages,
    old: ports.settings.messages.keepHistory ? takenMessages : 0,
  };
  const told = state.messageCounts.text;
  const text: MessageCount =
    told === undefined ? stored : { ...told, new: told.new + stored.new, old: told.old + stored.old };
  return { ...state.messageCounts, text };
}

/** What waits elsewhere, in place of what was told before. */
export function putMessageCounts(turn: Turn, messageCounts: MessageCounts): void {
  turn.state.messageCounts = messageCounts;
  turn.changed.add("message-summary");
  emit(turn, { kind: "putMessageCounts", messageCounts });
}
