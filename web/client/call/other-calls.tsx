// The calls that are open beside the one before the user: go on with one, join the two, or end it.

import { ArrowLeftRight, Merge, PhoneOff, X } from "lucide-react";
import { Avatar } from "../../design/badge";
import { Button } from "../../design/button";
import type { Call } from "../../line/contract";
import { useLine, useNames } from "../line-context";
import { useNow } from "../use-now";
import { endWords, phaseWords } from "./call-words";

export interface OtherCallsProps {
  readonly call: Call;
  readonly others: readonly Call[];
}

export function OtherCalls({ call, others }: OtherCallsProps) {
  return (
    <ul className="other-calls" aria-label="Other calls">
      {others.map((other) => (
        <Other key={other.id} call={call} other={other} />
      ))}
    </ul>
  );
}

function Other({ call, other }: { readonly call: Call; readonly other: Call }) {
  const { calls } = useLine();
  const nameOf = useNames();
  const now = useNow();
  const name = nameOf(other.peer);
  const ended = other.phase === "ended";
  const canJoin = other.phase === "active" && call.phase === "active";
  return (
    <li className="other-call">
      <Avatar name={name} size="s" />
      <p className="other-call-words">
        <strong>{name}</strong>{" "}
        {ended ? endWords(other.end, other.peer, nameOf).title : phaseWords(other, now)}
      </p>
      <div className="other-call-actions">
        {ended ? (
          <Button small icon={<X aria-hidden="true" />} onClick={() => calls.dismiss(other.id)}>
            Close
          </Button>
        ) : (
          <>
            {other.phase === "active" && (
              <Button
                small
                icon={<ArrowLeftRight aria-hidden="true" />}
                onClick={() => calls.hold(other.id, false)}
              >
                Swap
              </Button>
            )}
            {canJoin && (
              <Button
                small
                icon={<Merge aria-hidden="true" />}
                onClick={() => calls.join(other.id, call.id)}
                aria-label={`Join ${name} with ${nameOf(call.peer)}`}
              >
                Join
              </Button>
            )}
            <Button
              small
              kind="danger"
              icon={<PhoneOff aria-hidden="true" />}
              aria-label={`End the call with ${name}`}
              onClick={() => calls.hangUp(other.id)}
            >
              End
            </Button>
          </>
        )}
      </div>
    </li>
  );
}
