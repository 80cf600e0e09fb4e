// Who the call is with and how far it is; on a phone, the way back to everything else.

import { ArrowLeft } from "lucide-react";
import { IconButton } from "../../design/button";
import type { Call } from "../../line/contract";
import { useLine, useNames } from "../line-context";
import { goTo } from "../place";
import { useNow } from "../use-now";
import { phaseWords } from "./call-words";

export function StageHeader({ call }: { readonly call: Call }) {
  const name = useNames()(call.peer);
  const { calls } = useLine();
  const now = useNow();
  const away = () => {
    if (call.phase === "ended") calls.dismiss(call.id);
    goTo({ kind: "conversation", peer: call.peer });
  };
  return (
    <header className="stage-header">
      <IconButton
        className="stage-back"
        label="Messages beside the call"
        icon={<ArrowLeft aria-hidden="true" />}
        onClick={away}
      />
      <div className="stage-who">
        <h2 title={call.peer}>{name}</h2>
        <p className="stage-phase" role="timer" aria-live="off">
          {phaseWords(call, now)}
        </p>
      </div>
      <p className="unseen" role="status">
        {call.phase === "active" ? "The call is answered." : phaseWords(call, 0)}
      </p>
    </header>
  );
}
