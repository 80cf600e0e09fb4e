// The calls that go on, while the user looks at something else: each leads back to the call, or to its answer.

import { Phone } from "lucide-react";
import { phaseWords } from "./call/call-words";
import { useLine, useNames } from "./line-context";
import "./open-calls.css";
import { goTo, usePlace } from "./place";
import { useNow } from "./use-now";
import { useObservable } from "./use-observable";

export function OpenCalls() {
  const line = useLine();
  const nameOf = useNames();
  const place = usePlace();
  const now = useNow();
  const open = useObservable(line.calls.open).filter(
    ({ phase, direction }) => phase !== "ended" && !(phase === "ringing" && direction === "incoming"),
  );
  if (open.length === 0 || place.kind === "call") return null;
  return (
    <ul className="open-calls" aria-label="Calls that go on">
      {open.map((call) => (
        <li key={call.id}>
          <button type="button" className="open-call" onClick={() => goTo({ kind: "call" })}>
            <Phone aria-hidden="true" />
            <span className="open-call-name">Call with {nameOf(call.peer)}</span>
            <span className="open-call-time">{phaseWords(call, now)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
