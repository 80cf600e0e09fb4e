// How a call went, as a word with a mark: failed ones stand out by form and colour.

import { CircleX } from "lucide-react";
import { Badge, type Tone } from "../design/badge";
import type { Outcome } from "./contract";

const words: Readonly<Record<Outcome, string>> = {
  underway: "under way",
  answered: "answered",
  noAnswer: "no answer",
  busy: "busy",
  declined: "declined",
  cancelled: "cancelled",
  forwarded: "forwarded",
  failed: "failed",
};

const tones: Readonly<Partial<Record<Outcome, Tone>>> = {
  underway: "accent",
  answered: "good",
  forwarded: "good",
  failed: "danger",
  busy: "warning",
  declined: "warning",
  noAnswer: "warning",
};

export function OutcomeBadge({
  outcome,
  status,
}: {
  readonly outcome: Outcome;
  readonly status?: number | undefined;
}) {
  const isFailed = outcome === "failed";
  return (
    <Badge tone={tones[outcome] ?? "neutral"}>
      <span className="outcome">
        {isFailed && <CircleX aria-hidden="true" />}
        {wordsOf(outcome, status)}
        {status !== undefined && status >= 300 && ` (${status})`}
      </span>
    </Badge>
  );
}

/** 480 is also what is said when no device is there, so that nothing rang (RFC 3261 §21.4.18). */
const wordsOf = (outcome: Outcome, status: number | undefined): string =>
  outcome === "noAnswer" && status === 480 ? "not reachable" : (words[outcome] ?? outcome);

/** A SIP URI as an address: `sip:bob@example.com` is bob@example.com. */
export const addressOf = (uri: string): string => uri.replace(/^sips?:/i, "").replace(/[;?>].*$/s, "");

/** The call failed or was refused: what an operator is called about. */
export const isTrouble = (outcome: Outcome): boolean =>
  outcome === "failed" || outcome === "busy" || outcome === "declined" || outcome === "noAnswer";
