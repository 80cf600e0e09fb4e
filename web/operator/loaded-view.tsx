// Something that is read from the gateway: its place while it is on its way, its words when it did not come, and a
// quiet remark when it is older than it should be.

import type { ReactNode } from "react";
import { RequestProblem, wordsOfThrow } from "../api/problem";
import { Button } from "../design/button";
import { Notice, Skeleton } from "../design/notice";
import type { Loaded } from "./use-loaded";

export interface LoadedViewProps<Value> {
  readonly loaded: Loaded<Value>;
  /** What is read, in a sentence: "The devices". */
  readonly what: string;
  readonly skeleton?: ReactNode;
  readonly children: (value: Value) => ReactNode;
}

export function LoadedView<Value>({ loaded, what, skeleton, children }: LoadedViewProps<Value>) {
  const { value, problem, reload } = loaded;
  return (
    <>
      {problem !== undefined && (
        <Notice
          tone={value === undefined ? "danger" : "warning"}
          role={value === undefined ? "alert" : "status"}
          title={value === undefined ? `${what} could not be read` : `${what} may be out of date`}
          action={<Remedy problem={problem} onRetry={reload} />}
        >
          <p>{wordsOfThrow(problem)}</p>
        </Notice>
      )}
      {value === undefined && problem === undefined && (
        <div role="status" aria-label={`${what}: on the way`}>
          {skeleton ?? <Skeleton lines={6} />}
        </div>
      )}
      {value !== undefined && children(value)}
    </>
  );
}

/** The token may have been changed meanwhile: a reload asks for the new one. */
function Remedy({ problem, onRetry }: { readonly problem: unknown; readonly onRetry: () => void }) {
  if (problem instanceof RequestProblem && problem.isSignedOut) {
    return <Button onClick={() => location.reload()}>Sign in again</Button>;
  }
  return <Button onClick={onRetry}>Try again</Button>;
}
