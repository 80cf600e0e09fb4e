// The call that is before the user: the other's picture or face, one's own picture, the controls; above it the other
// calls that are open; and, once it is over, why.

import type { Call } from "../../line/contract";
import { useLine } from "../line-context";
import { useObservable } from "../use-observable";
import { CallControls } from "./call-controls";
import { CallPicture } from "./call-picture";
import "./call-stage.css";
import { EndedCall } from "./ended-call";
import { OtherCalls } from "./other-calls";
import { StageHeader } from "./stage-header";

export function CallStage() {
  const open = useObservable(useLine().calls.open).filter(
    ({ phase, direction }) => phase !== "ringing" || direction === "outgoing",
  );
  const call = foremost(open);
  if (call === undefined) return null;
  const others = open.filter((each) => each !== call);
  return (
    <section className="stage" aria-label={`Call with ${call.peer}`}>
      <StageHeader call={call} />
      {others.length > 0 && <OtherCalls call={call} others={others} />}
      {call.phase === "ended" ? (
        <EndedCall call={call} />
      ) : (
        <>
          <CallPicture call={call} />
          <CallControls call={call} others={others} />
        </>
      )}
    </section>
  );
}

/** The one that is talked, else the newest that goes on, else the one that ended last. */
function foremost(open: readonly Call[]): Call | undefined {
  const going = open.filter(({ phase }) => phase !== "ended");
  return going.findLast(({ held }) => !held) ?? going.at(-1) ?? open.at(-1);
}
