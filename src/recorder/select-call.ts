// The records of one call among all of a home: those with its Call-ID, and what befell the sockets it went over.

import type { NumberedRecord } from "../contracts/flight-record";

/** Of one half of a ladder, records and characters; the newest, should there be more. */
const most = 2000;
const mostCharacters = 4 * 1024 * 1024;

/** An event of a socket counts from the call's first record until its last, or, while it goes on, so long after it. */
const aftermath = 70_000;

export function recordsOfCall(
  all: Iterable<NumberedRecord>,
  callId: string,
  isLive: boolean,
): readonly NumberedRecord[] {
  const own: NumberedRecord[] = [];
  const events: NumberedRecord[] = [];
  for (const record of all) {
    if (record.callId === callId) own.push(record);
    else if (record.callId === "" && record.hop?.kind === "socket") events.push(record);
  }
  const [first] = own;
  const last = own.at(-1);
  if (first === undefined || last === undefined) return [];
  const sockets = new Set(own.flatMap(({ hop }) => (hop?.kind === "socket" ? [hop.socket] : [])));
  const until = last.at + (isLive ? aftermath : 0);
  const about = events.filter(
    ({ at, hop }) => hop?.kind === "socket" && sockets.has(hop.socket) && at >= first.at && at <= until,
  );
  return newest([...own, ...about].sort((a, b) => a.number - b.number));
}

function newest(records: readonly NumberedRecord[]): readonly NumberedRecord[] {
  let characters = 0;
  let from = records.length;
  while (from > 0 && records.length - from < most) {
    const record = records[from - 1];
    characters += record?.kind === "message" ? record.text.length : 0;
    if (characters > mostCharacters) break;
    from--;
  }
  return records.slice(from);
}
