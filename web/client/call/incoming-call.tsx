// Somebody rings: answer with or without picture, or decline. Escape only silences it here; the call rings on in the
// other devices and can be answered still. Nothing is focused that a key pressed in mid-sentence could answer.

import { Phone, PhoneOff, Video } from "lucide-react";
import { useRef } from "react";
import { Avatar } from "../../design/badge";
import { Button } from "../../design/button";
import { Dialog } from "../../design/dialog";
import type { Call } from "../../line/contract";
import { useLine, useNames } from "../line-context";
import { goTo } from "../place";
import "./incoming-call.css";

export interface IncomingCallProps {
  readonly call: Call;
  /** Another call is talked, and is held when this one is answered. */
  readonly talks: boolean;
  /** It is silenced, and out of the way. */
  readonly aside: boolean;
  readonly onAside: () => void;
}

export function IncomingCall({ call, talks, aside, onAside }: IncomingCallProps) {
  const { calls } = useLine();
  const nameOf = useNames();
  const face = useRef<HTMLDivElement>(null);
  const name = nameOf(call.peer);
  const answer = (video: boolean) => {
    calls.answer(call.id, { video });
    goTo({ kind: "call" });
  };
  const kind = call.video ? "Video call" : "Call";
  const buttons = (
    <div className="incoming-actions">
      <Button kind="danger" icon={<PhoneOff aria-hidden="true" />} onClick={() => calls.decline(call.id)}>
        Decline
      </Button>
      {call.video && (
        <Button kind="primary" icon={<Video aria-hidden="true" />} onClick={() => answer(true)}>
          Answer with video
        </Button>
      )}
      <Button
        kind={call.video ? "secondary" : "primary"}
        icon={<Phone aria-hidden="true" />}
        onClick={() => answer(false)}
      >
        {call.video ? "Without video" : "Answer"}
      </Button>
    </div>
  );
  if (aside) {
    return (
      <section className="incoming-aside" aria-label={`${name} is calling`}>
        <p>
          <strong>{name}</strong> is calling
        </p>
        {buttons}
      </section>
    );
  }
  return (
    <Dialog
      open
      insistent
      onClose={onAside}
      title={`${name} is calling`}
      description={
        talks ? `${kind}. Your present call is held when you answer.` : `${kind} from ${call.peer}`
      }
      initialFocus={face}
      className="incoming"
    >
      <div className="incoming-face" ref={face} tabIndex={-1}>
        <Avatar name={name} size="l" />
      </div>
      {call.peerName !== undefined && call.peerName !== name && (
        <p className="incoming-says">
          Gives the name “<bdi>{call.peerName}</bdi>”
        </p>
      )}
      {buttons}
    </Dialog>
  );
}
