// How many calls were missed since the log was last looked at on this device; reads the log for that.

import { useEffect, useState } from "react";
import { useLine } from "../line-context";
import { useObservable } from "../use-observable";

export function useMissedCalls(isLooking: boolean): number {
  const line = useLine();
  const log = useObservable(line.calls.log);
  const key = `durasip.calls-seen.${line.aor}`;
  const [seen, setSeen] = useState(() => Number(localStorage.getItem(key) ?? 0));
  const isRegistered = useObservable(line.state).kind === "registered";
  const isUnread = log === undefined;
  useEffect(() => {
    // Should it fail, it is tried again with the next connection.
    if (isRegistered && isUnread) line.calls.readLog().catch(() => undefined);
  }, [line, isRegistered, isUnread]);
  const newest = Math.max(0, ...(log ?? []).map(({ startedAt }) => Date.parse(startedAt)));
  useEffect(() => {
    if (!isLooking || newest <= seen) return;
    localStorage.setItem(key, String(newest));
    setSeen(newest);
  }, [isLooking, newest, seen, key]);
  return (log ?? []).filter(({ missed, startedAt }) => missed && Date.parse(startedAt) > seen).length;
}
