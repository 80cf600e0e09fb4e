// What has just ended is told of once more, as ended, since a full document has no other way to say so (RFC 4235 §3.7.1,
// RFC 3858 §3, RFC 3680 §5.1). It is remembered as long as an ended dialog is, in memory alone: whoever is told later
// sees that it is gone.

import { after, type EpochMs } from "../../base/brand";
import { defaultDialogSettings } from "../../dialog/dialog-table";
import type { Ended } from "../state";

/** Of one kind: calls of one user, his watchers, his contacts. */
const mostKept = 50;

export function rememberEnded<Entry>(
  ended: Map<string, Ended<Entry>>,
  id: string,
  entry: Entry,
  now: EpochMs,
): void {
  ended.delete(id);
  ended.set(id, { entry, until: after(now, defaultDialogSettings.endedFor) });
  const [oldest] = ended.keys();
  if (ended.size > mostKept && oldest !== undefined) ended.delete(oldest);
}

export function stillTold<Entry>(ended: ReadonlyMap<string, Ended<Entry>>, now: EpochMs): readonly Entry[] {
  return [...ended.values()].flatMap(({ entry, until }) => (until > now ? [entry] : []));
}
