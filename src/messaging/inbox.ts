// A device's place in the message log: one log for the account, one cursor for each device.
//
// The log numbers its messages from 1, rising, never anew. What a device has passed is everything up to its
// cursor and a few numbers ahead of it: messages overtake each other when one device answers late. A row that
// is owed to nobody (history) is marked as such in the log and takes no part here.

/** Plain data, kept in the device's row. */
export interface InboxCursor {
  /** Every message up to and including this number is passed. */
  readonly cursor: number;
  /** Passed beyond the cursor: rising, none of them `cursor + 1`. */
  readonly ahead: readonly number[];
  /** How often the log has sent the message that it owes first. */
  readonly tries: number;
}

/** What a log says of itself when a new device comes. */
export interface LogSummary {
  /** 0 when the log never held a message. */
  readonly lastSeq: number;
  /** The first message that no device took. */
  readonly firstUntaken: number | undefined;
}

/**
 * The most numbers kept ahead of a cursor. Over it the newest is forgotten: that message is sent once more,
 * which the promise "at least once" allows; to move the cursor would lose the one it waits for.
 */
export const mostAhead = 64;

/** The cursor of a device new to us: it is owed what nobody took, and what came after that. */
export function startCursor({ lastSeq, firstUntaken }: LogSummary): InboxCursor {
  return { cursor: firstUntaken === undefined ? lastSeq : firstUntaken - 1, ahead: [], tries: 0 };
}

export function isPassed(state: InboxCursor, seq: number): boolean {
  return seq <= state.cursor || state.ahead.includes(seq);
}

/** The device owes us nothing for this message any more: it took it, refused it for good, or was its sender. */
export function passMessage(state: InboxCursor, seq: number): InboxCursor {
  if (isPassed(state, seq)) return state;
  if (seq === state.cursor + 1) return merge(seq, state.ahead);
  const ahead = [...state.ahead, seq].sort((a, b) => a - b).slice(0, mostAhead);
  return { ...state, ahead };
}

/**
 * As `passMessage`, for the row just appended; `lastOwed` is the last owed row before it. A device that was not
 * behind is then at the end of the log, also over rows of the history that it never had to pass.
 */
export function passAppended(state: InboxCursor, seq: number, lastOwed: number): InboxCursor {
  return passMessage(mayBeBehind(state, lastOwed) ? state : advanceTo(state, seq - 1), seq);
}

/**
 * The log has nothing for the device up to and including `seq`: every message there is passed or deleted.
 * Without it a number whose row was deleted would hold the cursor for ever.
 */
export function advanceTo(state: InboxCursor, seq: number): InboxCursor {
  if (seq <= state.cursor) return state;
  return merge(
    seq,
    state.ahead.filter((passed) => passed > seq),
  );
}

/** The message owed first is about to be sent by the log. To be kept before it goes. */
export function countTry(state: InboxCursor): InboxCursor {
  return { ...state, tries: state.tries + 1 };
}

/**
 * Whether the log may owe the device something, told without reading it; `lastOwed` is the last owed row's
 * number, 0 when there is none. Never false where something is owed.
 */
export function mayBeBehind({ cursor, ahead }: InboxCursor, lastOwed: number): boolean {
  return cursor + ahead.filter((passed) => passed <= lastOwed).length < lastOwed;
}

/**
 * The number up to which every device has passed, 0 without devices. Rows up to it may go once history is off,
 * save those that no device took: a device to come is owed them until they age out.
 */
export function lowestCursor(devices: readonly InboxCursor[]): number {
  return devices.length === 0 ? 0 : Math.min(...devices.map(({ cursor }) => cursor));
}

/** A cursor at `seq`, moved on over what is passed right behind it. */
function merge(seq: number, ahead: readonly number[]): InboxCursor {
  let cursor = seq;
  let merged = 0;
  while (ahead[merged] === cursor + 1) {
    cursor++;
    merged++;
  }
  return { cursor, ahead: ahead.slice(merged), tries: 0 };
}
