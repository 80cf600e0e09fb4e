// What was said, by days; it follows the newest line as long as the reader is at its end.

import { ArrowDown, MessageCircle } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../design/button";
import { EmptyState } from "../../design/notice";
import type { Conversation } from "../../line/contract";
import { daysOf } from "../bubbles";
import { useNames } from "../line-context";
import { BubbleRow } from "./bubble-row";

export interface MessageListProps {
  readonly peer: string;
  readonly conversation: Conversation | undefined;
}

/** So near to the end counts as being there. */
const nearEnd = 80;

export function MessageList({ peer, conversation }: MessageListProps) {
  const name = useNames()(peer);
  const lines = conversation?.lines ?? [];
  const list = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const latest = lines.at(-1);
  const isOurs = latest?.mark !== undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line, and only that, moves the list
  useLayoutEffect(() => {
    if (atEnd || isOurs) toEnd();
  }, [latest?.id, conversation?.composing]);
  const toEnd = () => list.current?.scrollTo({ top: list.current.scrollHeight });
  const scrolled = () => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = list.current ?? {};
    setAtEnd(scrollHeight - scrollTop - clientHeight < nearEnd);
  };

  return (
    <div className="messages">
      <div
        className="messages-scroll"
        ref={list}
        onScroll={scrolled}
        role="log"
        aria-label={`Messages with ${name}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
        tabIndex={0}
      >
        {lines.length === 0 ? (
          <EmptyState icon={<MessageCircle aria-hidden="true" />} title={`Nothing said with ${name} yet`}>
            Write below. If {name} is away, the message is kept and delivered later.
          </EmptyState>
        ) : (
          daysOf(lines, Date.now()).map((day) => (
            <section key={day.key} className="day" aria-label={day.words}>
              <h3 className="day-words">{day.words}</h3>
              <ol>
                {day.bubbles.map((bubble) => (
                  <BubbleRow key={bubble.said.id} peer={peer} bubble={bubble} />
                ))}
              </ol>
            </section>
          ))
        )}
        <p className="composing" data-shown={conversation?.composing ?? false}>
          {conversation?.composing ? `${name} is writing…` : ""}
        </p>
      </div>
      {!atEnd && (
        <Button small className="to-end" icon={<ArrowDown aria-hidden="true" />} onClick={toEnd}>
          Newest
        </Button>
      )}
    </div>
  );
}
