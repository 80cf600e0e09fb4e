// One line of a conversation, and what became of it when it is ours.

import { Check, CheckCheck, Clock, RotateCcw, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Button } from "../../design/button";
import { classNames } from "../../design/class-names";
import type { Mark } from "../../line/contract";
import type { Bubble } from "../bubbles";
import { useLine } from "../line-context";
import { LinkedText } from "../linked-text";
import { clock } from "../times";
import { markWords } from "../words";

/** Longer texts are shown in part, until they are asked for. */
const longest = 1200;

export function BubbleRow({ peer, bubble }: { readonly peer: string; readonly bubble: Bubble }) {
  const { said, first, last } = bubble;
  const mine = said.mark !== undefined;
  return (
    <li className={classNames("bubble-row", mine && "mine", first && "first", last && "last")}>
      <span className="unseen">{mine ? "You: " : ""}</span>
      <BubbleText text={said.text} />
      {last && (
        <p className="bubble-meta">
          <time dateTime={new Date(said.at).toISOString()}>{clock(said.at)}</time>
          {said.mark !== undefined && <MarkShown mark={said.mark} />}
        </p>
      )}
      {(said.mark?.kind === "refused" || said.mark?.kind === "unknown") && (
        <SendAgain peer={peer} id={said.id} />
      )}
    </li>
  );
}

function BubbleText({ text }: { readonly text: string }) {
  const [whole, setWhole] = useState(text.length <= longest);
  return (
    <div className="bubble">
      <p className="said">
        <LinkedText text={whole ? text : `${text.slice(0, longest)}…`} />
      </p>
      {!whole && (
        <button type="button" className="bubble-more" onClick={() => setWhole(true)}>
          Show all {text.length.toLocaleString()} characters
        </button>
      )}
    </div>
  );
}

function SendAgain({ peer, id }: { readonly peer: string; readonly id: string }) {
  const line = useLine();
  return (
    <Button
      small
      kind="quiet"
      icon={<RotateCcw aria-hidden="true" />}
      onClick={() => line.conversations.sendAgain(peer, id)}
    >
      Send again
    </Button>
  );
}

const markIcons = {
  sending: Clock,
  stored: Clock,
  delivered: Check,
  displayed: CheckCheck,
  refused: TriangleAlert,
  unknown: TriangleAlert,
};

function MarkShown({ mark }: { readonly mark: Mark }) {
  const Icon = markIcons[mark.kind];
  return (
    <span className={`mark mark-${mark.kind}`}>
      <Icon aria-hidden="true" />
      <span>{markWords(mark)}</span>
    </span>
  );
}
