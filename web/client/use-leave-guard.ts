// Who loads the page anew or closes it in mid call is asked before: it hangs up. A call that rings here goes on elsewhere.

import { useEffect } from "react";
import { useLine } from "./line-context";
import { useObservable } from "./use-observable";

export function useLeaveGuard(): void {
  const isInCall = useObservable(useLine().calls.open).some(
    ({ phase, direction }) => phase !== "ended" && (phase !== "ringing" || direction === "outgoing"),
  );
  useEffect(() => {
    if (!isInCall) return;
    // The browser asks in its own words.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isInCall]);
}
