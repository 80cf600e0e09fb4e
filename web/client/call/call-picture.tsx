// What is seen of a call.

import { Avatar } from "../../design/badge";
import type { Call } from "../../line/contract";
import { useNames } from "../line-context";
import { Picture } from "./media-elements";

export function CallPicture({ call }: { readonly call: Call }) {
  const nameOf = useNames();
  const name = nameOf(call.peer);
  const talks = call.phase === "active" && !call.held;
  const remote = call.video && talks && !call.heldByPeer ? call.remoteStream : undefined;
  const local = call.video && talks && !call.cameraOff ? call.localStream : undefined;
  const words = stateWords(call, nameOf);
  return (
    <div className="stage-picture">
      {remote !== undefined && hasPicture(remote) ? (
        <Picture className="stage-remote" stream={remote} label={`Picture of ${name}`} />
      ) : (
        <div className="stage-face" data-calls={call.phase === "calling" || call.phase === "ringing"}>
          <Avatar name={name} size="xl" />
        </div>
      )}
      {local !== undefined && hasPicture(local) && (
        <Picture className="stage-local" stream={local} label="Your own picture" />
      )}
      <p className="stage-words" role="status" data-shown={words !== ""}>
        {words}
      </p>
    </div>
  );
}

const hasPicture = (stream: MediaStream): boolean => stream.getVideoTracks().length > 0;

/** What is unusual about the call. */
function stateWords(call: Call, nameOf: (address: string) => string): string {
  if (call.transfer !== undefined) {
    const { to, state, status } = call.transfer;
    if (state === "failed")
      return `${nameOf(to)} could not be reached${status === undefined ? "" : ` (${status})`}.`;
    return state === "ringing" ? `It rings at ${nameOf(to)}…` : `Handing over to ${nameOf(to)}…`;
  }
  if (call.reconnecting) return "The connection broke. Finding another way…";
  if (call.held) return "On hold";
  if (call.heldByPeer) return `${nameOf(call.peer)} put you on hold`;
  if (call.muted) return "You are muted";
  return "";
}
