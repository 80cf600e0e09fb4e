// The call that is before the user: the other's picture or face, one's own picture, the controls; above it the other
// calls that are open; and, once it is over, why.

import { useLine } from "../line-context";
import { useObservable } from "../use-observable";
import { CallControls } from "./call-controls";
import { CallPicture } from "./call-picture";
import "./call-stage.css";
import { EndedCall } from "./ended-call";
import { foremost, onStage } from "./foremost";
import { OtherCalls } from "./other-calls";
import { StageHeader } from "./stage-header";

export function CallStage() {
  const open = onStage(useObservable(useLine().calls.open));
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
