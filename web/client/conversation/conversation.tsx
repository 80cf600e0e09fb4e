// One conversation: with whom, what was said, and the field to write the next.

import { useEffect } from "react";
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
  const conversation = useObservable(line.conversations.all).get(peer);
  const unread = conversation?.unread ?? 0;
  useEffect(() => {
    const tell = () => {
      if (!document.hidden && unread > 0) line.conversations.displayed(peer);
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [line, peer, unread]);
  return (
    <section className="conversation" aria-label={`Conversation with ${peer}`}>
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
