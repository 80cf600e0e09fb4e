// A call's ladder: the verdict in words, then who sent what to whom. Shared by the operator's view and the page of a
// shared link; what it may do hangs on its source.

import { FileX, Link2Off } from "lucide-react";
import { useState } from "react";
import type { Ladder } from "../../src/contracts/ladder";
import { RequestProblem, wordsOfThrow } from "../api/problem";
import { Button } from "../design/button";
import { EmptyState, Notice, Skeleton } from "../design/notice";
import type { LadderSource } from "./contract";
import { LadderDrawing } from "./ladder-drawing";
import { LadderTable } from "./ladder-table";
import { LadderTools, type Look } from "./ladder-tools";
import { placeLines, rowId } from "./layout";
import "./ladder.css";
import "../only-narrow.css";
import { LiveState } from "./live-state";
import { MessageDialog } from "./message-dialog";
import { type FollowedLadder, useLadder } from "./use-ladder";
import { VerdictCard } from "./verdict-card";

export function LadderView({ source }: { readonly source: LadderSource }) {
  const followed = useLadder(source);
  const { ladder, problem, retry } = followed;
  if (ladder !== undefined) return <LoadedLadder followed={followed} ladder={ladder} source={source} />;
  if (problem === undefined) return <Skeleton lines={8} className="ladder-skeleton" />;
  if (problem instanceof RequestProblem && problem.status === 404) return <Empty live={false} />;
  if (problem instanceof RequestProblem && problem.isSignedOut) return <ShutOut words={problem.message} />;
  return (
    <Notice
      tone="danger"
      role="alert"
      title="The ladder could not be read"
      action={<Button onClick={retry}>Try again</Button>}
    >
      <p>{wordsOfThrow(problem)}</p>
    </Notice>
  );
}

interface LoadedProps {
  readonly followed: FollowedLadder;
  readonly ladder: Ladder;
  readonly source: LadderSource;
}

function LoadedLadder({ followed, ladder, source }: LoadedProps) {
  const [look, setLook] = useState<Look>("drawing");
  const [open, setOpen] = useState<string>();
  const rows = placeLines(ladder.lanes, ladder.lines);
  const cause = ladder.verdict?.line;
  const hasFailed = ladder.verdict?.failed ?? false;
  const shared = { rows, cause, hasFailed, open, onOpen: setOpen };
  return (
    <div className="ladder">
      {ladder.verdict && <VerdictCard verdict={ladder.verdict} live={ladder.live} onShowLine={showLine} />}
      {ladder.missing?.map(({ aor, why }) => (
        <Notice key={aor} tone="warning" title={`The half of ${aor} is missing`}>
          <p>{why}</p>
        </Notice>
      ))}
      <div className="ladder-bar">
        <LiveState followed={followed} live={ladder.live} />
        <LadderTools source={source} callId={ladder.callId} look={look} onLook={setLook} />
      </div>
      {rows.length === 0 ? <Empty live={ladder.live} /> : null}
      {rows.length > 0 && look === "drawing" && <LadderDrawing lanes={ladder.lanes} {...shared} />}
      {rows.length > 0 && look === "list" && <LadderTable {...shared} />}
      <MessageDialog rows={rows} open={open} onOpen={setOpen} />
    </div>
  );
}

const ShutOut = ({ words }: { readonly words: string }) => (
  <EmptyState icon={<Link2Off aria-hidden="true" />} title="This ladder cannot be seen">
    {words}
  </EmptyState>
);

const Empty = ({ live }: { readonly live: boolean }) => (
  <EmptyState icon={<FileX aria-hidden="true" />} title="Nothing of this call was recorded">
    {live
      ? "The call is on, but nothing was recorded yet. New lines appear here by themselves."
      : "The recorder was off during this call, or its messages have given way to newer ones. Switch the recorder on for the account, under Recorder, and let the user try once more."}
  </EmptyState>
);

/** Brings the line into sight and the keyboard to it. */
function showLine(id: string): void {
  const row = document.getElementById(rowId(id));
  row?.scrollIntoView({ block: "center" });
  row?.focus({ preventScroll: true });
}
