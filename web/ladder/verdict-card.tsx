// What became of the call and why, in words, before any line is looked at.

import { ArrowDown, CircleCheck, OctagonX, PhoneCall } from "lucide-react";
import type { Verdict } from "../../src/contracts/ladder";
import { Button } from "../design/button";
import "./verdict-card.css";

export interface VerdictProps {
  readonly verdict: Verdict;
  /** The call goes on: it is no last word. */
  readonly live: boolean;
  readonly onShowLine: (id: string) => void;
}

const forms = {
  failed: { kind: "Why it failed", Icon: OctagonX },
  open: { kind: "So far", Icon: PhoneCall },
  good: { kind: "What happened", Icon: CircleCheck },
};

export function VerdictCard({ verdict, live, onShowLine }: VerdictProps) {
  const { failed, title, explanation, line } = verdict;
  const form = failed ? "failed" : live ? "open" : "good";
  const { kind, Icon } = forms[form];
  return (
    <section className={`verdict verdict-${form}`} aria-labelledby="verdict-title">
      <Icon className="verdict-icon" aria-hidden="true" />
      <div className="verdict-words">
        <p className="verdict-kind">{kind}</p>
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
