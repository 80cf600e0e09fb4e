// Whether the ladder still grows, and what came last, said politely to those who listen.

import { Radio } from "lucide-react";
import { wordsOfThrow } from "../api/problem";
import { type FollowedLadder, isShutOut } from "./use-ladder";

export function LiveState({ followed, live }: { readonly followed: FollowedLadder; readonly live: boolean }) {
  const { ladder, fresh, hasEnded, problem } = followed;
  const labels = fresh.map(({ label }) => label).join(", ");
  return (
    <div className="live-state">
      {problem !== undefined ? (
        <p className="live-problem" role="status">
          {wordsOfThrow(problem)}
          {isShutOut(problem) ? "" : " Trying again."}
        </p>
      ) : live ? (
        <p className="live-on">
          <Radio aria-hidden="true" /> Live: new lines appear by themselves
        </p>
      ) : (
        <p>
          {hasEnded ? "The call is over. " : ""}
          {ladder?.lines.length === 1 ? "1 line" : `${ladder?.lines.length ?? 0} lines`}
        </p>
      )}
      <p className="unseen" role="status">
        {labels === "" ? "" : `New: ${labels}`}
        {hasEnded ? " The call is over." : ""}
      </p>
    </div>
  );
}
