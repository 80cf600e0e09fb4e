// Why a call is over, and what can be done now.

import { MessageCircle, Phone, PhoneOff, TriangleAlert } from "lucide-react";
import { Button } from "../../design/button";
import type { Call } from "../../line/contract";
import { useLine, useNames } from "../line-context";
import { goTo } from "../place";
import { durationWords } from "../times";
import { endWords } from "./call-words";

export function EndedCall({ call }: { readonly call: Call }) {
  const { calls } = useLine();
  const { title, text, failed } = endWords(call.end, call.peer, useNames());
  const talked =
    call.answeredAt === undefined || call.endedAt === undefined
      ? undefined
      : durationWords((call.endedAt - call.answeredAt) / 1000);
  const again = () => {
    calls.dismiss(call.id);
    calls.call(call.peer, { video: call.video });
  };
  const write = () => {
    calls.dismiss(call.id);
    goTo({ kind: "conversation", peer: call.peer });
  };
  return (
    <div className="ended">
      <div className="ended-card" role="status">
        <span className="ended-icon" data-failed={failed}>
          {failed ? <TriangleAlert aria-hidden="true" /> : <PhoneOff aria-hidden="true" />}
        </span>
        <h3>{title}</h3>
        <p>{text}</p>
        {talked !== undefined && <p className="ended-time">You talked for {talked}.</p>}
      </div>
      <div className="ended-actions">
        <Button icon={<MessageCircle aria-hidden="true" />} onClick={write}>
          Write
        </Button>
        <Button kind="primary" icon={<Phone aria-hidden="true" />} onClick={again}>
          Call again
        </Button>
      </div>
    </div>
  );
}
