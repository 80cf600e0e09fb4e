// What is stored for the user. Who wrote what is nobody's business until somebody has to look: a body is shown when its
// button is pressed, one at a time.

import { Mailbox } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../design/badge";
import { Button } from "../../design/button";
import { EmptyState } from "../../design/notice";
import { octets } from "../../format";
import { addressOf } from "../call-words";
import type { StoredMessage } from "../contract";
import { LoadedView } from "../loaded-view";
import { useApi } from "../operator-context";
import { Pager } from "../pager";
import { useLoaded } from "../use-loaded";
import { Ago } from "../when";

export function MessagesTab({ aor }: { readonly aor: string }) {
  const api = useApi();
  const [after, setAfter] = useState<number>();
  const page = useLoaded(`messages ${aor} ${after}`, (signal) => api.messages(aor, after ?? 0, signal));
  return (
    <LoadedView loaded={page} what="The stored messages">
      {({ messages, next }) => (
        <>
          {messages.length === 0 && (
            <EmptyState icon={<Mailbox aria-hidden="true" />} title="Nothing is stored">
              No message waits for a device of {aor}. What was delivered is kept only while KEEP_HISTORY is
              on.
            </EmptyState>
          )}
          <ul className="stored-messages" aria-label="Stored messages, oldest first">
            {messages.map((message) => (
              <Message key={message.sequence} message={message} />
            ))}
          </ul>
          <Pager
            isFirst={after === undefined}
            next={next}
            onGo={setAfter}
            more="Newer messages"
            first="Oldest"
          />
        </>
      )}
    </LoadedView>
  );
}

function Message({ message }: { readonly message: StoredMessage }) {
  const [isOpen, setOpen] = useState(false);
  const { direction, from, to, at, contentType, body, encoding, taken } = message;
  const peer = direction === "received" ? `from ${addressOf(from)}` : `to ${addressOf(to)}`;
  return (
    <li className="stored-message">
      <div className="message-head">
        <span className="message-peer">{peer}</span>
        <Badge tone={taken ? "good" : "warning"}>{taken ? "delivered" : "waiting"}</Badge>
        <span className="faint">
          <Ago at={at} /> · {contentType} · {octets(sizeOf(message))}
        </span>
        <Button
          small
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Hide" : "Show"} the message ${peer}`}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Hide" : "Show"}
        </Button>
      </div>
      {isOpen && <pre className="message-body">{encoding === "base64" ? `(not text)\n${body}` : body}</pre>}
    </li>
  );
}

const sizeOf = ({ body, encoding }: StoredMessage): number =>
  encoding === "base64" ? Math.floor((body.length * 3) / 4) : new TextEncoder().encode(body).length;
