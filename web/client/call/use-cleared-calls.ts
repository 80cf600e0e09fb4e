// Calls that ended while the user looks at something else are put away; of one that was missed he is told. One that
// ended beside another stays for a moment, and until another begins.

import { useEffect } from "react";
import { toast } from "../../design/toast";
import type { Call, CallEnd } from "../../line/contract";
import { useLine, useNames } from "../line-context";
import { goTo, usePlace } from "../place";
import { useObservable } from "../use-observable";
import { endWords } from "./call-words";
import { clearedAt } from "./foremost";

export function useClearedCalls(): void {
  const { calls } = useLine();
  const nameOf = useNames();
  const open = useObservable(calls.open);
  const isLooking = usePlace().kind === "call";
  useEffect(() => {
    for (const call of open.filter(({ phase }) => phase === "ended")) {
      const isQuiet = endsQuietly(call);
      if (isLooking && !isQuiet) continue;
      const name = nameOf(call.peer);
      const { title, text, failed } = endWords(call.end, call.peer, nameOf);
      if (isQuiet && isMissed(call)) {
        toast({
          title: `You missed a call from ${name}`,
          action: {
            label: "Call back",
            onSelect: () => {
              calls.call(call.peer, { video: false });
              goTo({ kind: "call" });
            },
          },
        });
      } else if (failed && !isQuiet) toast({ title, description: text, tone: "danger" });
      calls.dismiss(call.id);
    }
    if (!isLooking) return;
    const timers = open
      .filter((call) => call.phase === "ended" && !endsQuietly(call))
      .map((call) => [call.id, clearedAt(call, open)] as const)
      .filter(([, at]) => at !== undefined)
      .map(([id, at = 0]) => setTimeout(() => calls.dismiss(id), at - Date.now()));
    return () => timers.forEach(clearTimeout);
  }, [open, isLooking, calls, nameOf]);
}

/** One that rang here and was not taken here: there is nothing to look at. */
const endsQuietly = ({ direction, end }: Call): boolean => direction === "incoming" && quiet.has(end?.kind);
const quiet = new Set<CallEnd["kind"] | undefined>([
  "cancelled",
  "no-answer",
  "answered-elsewhere",
  "declined",
]);

const isMissed = ({ end }: Call): boolean => end?.kind === "cancelled" || end?.kind === "no-answer";
