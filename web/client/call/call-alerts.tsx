// What calls need wherever the user looks: somebody who rings is asked about, and everybody who talks is heard.

import { useState } from "react";
import { useLine } from "../line-context";
import { useObservable } from "../use-observable";
import { IncomingCall } from "./incoming-call";
import { RemoteSound } from "./media-elements";
import { useRing } from "./ring";
import { useClearedCalls } from "./use-cleared-calls";

export function CallAlerts() {
  const open = useObservable(useLine().calls.open);
  const ringing = open.find(({ phase, direction }) => phase === "ringing" && direction === "incoming");
  const talks = open.some(({ phase }) => phase === "active" || phase === "connecting");
  const calling = open.some(({ phase, direction }) => phase === "ringing" && direction === "outgoing");
  const [aside, setAside] = useState<string>();
  const isLoud = ringing !== undefined && ringing.id !== aside;
  useClearedCalls();
  useRing(isLoud ? (talks ? "knock" : "ring") : calling ? "ringback" : "none");
  return (
    <>
      {open.map((call) => (
        <RemoteSound key={call.id} stream={call.phase === "ended" ? undefined : call.remoteStream} />
      ))}
      {ringing !== undefined && (
        <IncomingCall
          key={ringing.id}
          call={ringing}
          talks={talks}
          aside={!isLoud}
          onAside={() => setAside(ringing.id)}
        />
      )}
    </>
  );
}
