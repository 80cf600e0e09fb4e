// What became of the call and why, in words, before any line is looked at.

import { ArrowDown, CircleCheck, OctagonX } from "lucide-react";
import { Button } from "../design/button";
import type { Verdict } from "./contract";

export interface VerdictProps {
  readonly verdict: Verdict;
  readonly onShowLine: (id: string) => void;
}

export function VerdictCard({ verdict, onShowLine }: VerdictProps) {
  const { failed, title, explanation, line } = verdict;
  const Icon = failed ? OctagonX : CircleCheck;
  return (
    <section
      className={`verdict ${failed ? "verdict-failed" : "verdict-good"}`}
      aria-labelledby="verdict-title"
    >
      <Icon className="verdict-icon" aria-hidden="true" />
      <div className="verdict-words">
        <p className="verdict-kind">{failed ? "Why it failed" : "What happened"}</p>
        <h2 id="verdict-title" className="verdict-title">
          {title}
        </h2>
        <p>{explanation}</p>
        {line !== undefined && (
          <Button
            small
            kind="secondary"
            icon={<ArrowDown aria-hidden="true" />}
            onClick={() => onShowLine(line)}
            className="verdict-go"
          >
            Show the line
          </Button>
        )}
      </div>
    </section>
  );
}
