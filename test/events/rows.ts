// Rows and small facts that several tests start from.

import { type EpochMs, epochMs } from "../../src/base/brand";
import type { Subscription } from "../../src/events/subscription";

export const start = epochMs(1_700_000_000_000);
export const at = (seconds: number): EpochMs => epochMs(start + seconds * 1000);

/** A watcher's subscription that has been told everything; it runs for 600 seconds. */
export function row(changes: Partial<Subscription> = {}): Subscription {
  return {
    id: "s1",
    event: "presence",
    eventId: undefined,
    eventParameters: [],
    callId: "9c6s1h0ekk0mv7r2d0gq",
    localTag: "ours",
    remoteTag: "theirs",
    localUri: "sip:alice@example.com",
    remoteUri: "sip:bob@example.com",
    remoteTarget: "sip:k2jd90ap@6hq3pa0bjvm2.invalid;transport=ws",
    routeSet: [],
    watcher: "bob@example.com",
    contentType: "application/pidf+xml",
    createdAt: start,
    expiresAt: at(600),
    state: "active",
    end: undefined,
    politelyBlocked: false,
    counter: 3,
    remoteSequence: 8113,
    owed: "nothing",
    retryAt: undefined,
    failures: 0,
    ...changes,
  };
}
