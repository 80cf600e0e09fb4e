// The messages that wait for the user (RFC 3842): what this home has stored and no device has taken, and what an
// administrator's voice mail has told of.
//
// The log's numbers are its rows', and those that go or are taken are counted as they are written, behind the step. So a
// step that makes them fewer tells nothing: a moment after it the numbers are looked at again.

import { after, epochMs, millis } from "../../base/brand";
import type { MessageCount, MessageCounts } from "../../contracts/message-counts";
import { composeMessageSummary } from "../../events/packages/message-summary";
import type { HomeEffect } from "../effect";
import { entityOf } from "../tenancy";
import { emit, type Turn } from "../turn";
import type { EventSource } from "./event-source";

const event = "message-summary";
const aMoment = millis(1);

export const messageSummarySource: EventSource = {
  content: (turn) => ({ text: documentOf(turn) }),
  body: (turn, _subscription, { disclosure }) => (disclosure === "document" ? documentOf(turn) : undefined),
};

function documentOf(turn: Turn): string {
  const counts = messageCountsOf(turn);
  const messagesWaiting = Object.values(counts).some((count) => count.new > 0);
  return composeMessageSummary({ messagesWaiting, account: entityOf(turn), counts });
}

/**
 * By class; texts are those of the log, with what was told of others. One that a device has taken is not in the mailbox
 * any more: where history is kept, that is a record of what was sent and received, and nothing in it waits.
 */
function messageCountsOf({ state }: Turn): MessageCounts {
  const stored = state.log.messages - state.log.takenMessages;
  const told = state.messageCounts.text;
  const text: MessageCount =
    told === undefined ? { new: stored, old: 0 } : { ...told, new: told.new + stored };
  return { ...state.messageCounts, text };
}

/** What waits elsewhere, in place of what was told before. */
export function putMessageCounts(turn: Turn, messageCounts: MessageCounts): void {
  turn.state.messageCounts = messageCounts;
  turn.changed.add(event);
  emit(turn, { kind: "putMessageCounts", messageCounts });
}

/** What the step has done to the log may be news. */
export function noteCounts(turn: Turn): void {
  if (turn.effects.some(({ kind }) => kind === "appendMessage")) turn.changed.add(event);
  if (isRecounted(turn)) turn.changed.delete(event);
}

/** The rows of this step are about to be counted: whatever comes after it knows the numbers. */
export function lookAtCountsAgain(turn: Turn): void {
  const { fanOuts } = turn.state;
  if (!isRecounted(turn) || !turn.state.subscriptions.isWatched(event)) return;
  const known = fanOuts.get(event) ?? { begunAt: epochMs(0), queue: new Set<string>() };
  fanOuts.set(event, { ...known, dueAt: after(turn.now, aMoment) });
}

/** What makes the store count, which it does when all rows of the step are written. */
const recounting: ReadonlySet<HomeEffect["kind"]> = new Set<HomeEffect["kind"]>([
  "markTaken",
  "deleteMessages",
  "expireMessages",
  "clearMessages",
  "evictMessages",
]);

const isRecounted = ({ effects }: Turn): boolean => effects.some(({ kind }) => recounting.has(kind));
