// One conversation: with whom, what was said, and the field to write the next.

import { type RefObject, useEffect, useRef } from "react";
import { useLine } from "../line-context";
import { OpenCalls } from "../open-calls";
import { useObservable } from "../use-observable";
import { Compose } from "./compose";
import "./conversation.css";
import { ConversationHeader } from "./conversation-header";
import { MessageList } from "./message-list";
import { StrangerNotice } from "./stranger-notice";

export function Conversation({ peer }: { readonly peer: string }) {
  const line = useLine();
  const section = useRef<HTMLElement>(null);
  const conversation = useObservable(line.conversations.all).get(peer);
  useDisplayed(section, peer, conversation?.unread ?? 0);
  return (
    <section ref={section} className="conversation" aria-label={`Conversation with ${peer}`}>
      <ConversationHeader peer={peer} />
      <div className="conversation-notices">
        <div className="conversation-calls">
          <OpenCalls />
        </div>
        <StrangerNotice peer={peer} />
      </div>
      <MessageList peer={peer} conversation={conversation} />
      <Compose peer={peer} />
    </section>
  );
}

/** Tells the senders once the lines are before the user's eyes: on a phone a call lies over them. */
function useDisplayed(section: RefObject<HTMLElement | null>, peer: string, unread: number): void {
  const { conversations } = useLine();
  useEffect(() => {
    const { current } = section;
    if (current === null || unread === 0) return;
    const tell = () => {
      if (!document.hidden && current.checkVisibility()) conversations.displayed(peer);
    };
    tell();
    const uncovered = new ResizeObserver(tell);
    uncovered.observe(current);
    document.addEventListener("visibilitychange", tell);
    return () => {
      uncovered.disconnect();
      document.removeEventListener("visibilitychange", tell);
    };
  }, [conversations, section, peer, unread]);
}
