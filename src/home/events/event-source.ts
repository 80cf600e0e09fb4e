// What an event package needs of its home: the state that it tells, and how it is written for one watcher.

import type { Notification } from "../../events/notification";
import type { Subscription } from "../../events/subscription";
import type { EventDocument } from "../state";
import type { Turn } from "../turn";

/** What is kept of the state of one event. */
export type EventContent = Omit<EventDocument, "event" | "version" | "told">;

export interface EventSource {
  /** The state as it is now. */
  content(turn: Turn): EventContent;
  /** The body of a NOTIFY; undefined for none. */
  body(turn: Turn, subscription: Subscription, notification: Notification): string | undefined;
  /** What watchers were told is about to be told anew: what of it has ended meanwhile is remembered as ended. */
  superseded?(turn: Turn, before: EventDocument, now: EventContent): void;
  /** Whether the newest state is news to that watcher; absent where all news is everybody's. */
  concerns?(turn: Turn, subscription: Subscription): boolean;
}
