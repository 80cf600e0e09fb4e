// The field to write in: Enter sends, Shift-Enter begins a new line. What was begun stays while other conversations
// are looked at.

import { SendHorizontal } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { IconButton } from "../../design/button";
import { useLine, useNames } from "../line-context";

/** Begun and not sent, by person; gone with the page. */
const drafts = new Map<string, string>();

/** The gateway takes longer ones too; this is a page's limit. */
const longest = 8000;

export function Compose({ peer }: { readonly peer: string }) {
  const line = useLine();
  const name = useNames()(peer);
  const [text, setText] = useState(() => drafts.get(`${line.aor} ${peer}`) ?? "");
  const field = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    // On a phone the keyboard would cover what is to be read first.
    if (matchMedia("(hover: hover)").matches && document.querySelector("[role=dialog]") === null) {
      field.current?.focus();
    }
    return () => line.conversations.composing(peer, false);
  }, [line, peer]);
  const keep = (now: string) => {
    setText(now);
    drafts.set(`${line.aor} ${peer}`, now);
  };
  const written = (now: string) => {
    keep(now);
    line.conversations.composing(peer, now.trim() !== "");
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const whole = text.trim();
    if (whole === "") return;
    // The message itself says that the writing is over.
    keep("");
    line.conversations.send(peer, whole);
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    send(event);
  };
  return (
    <form className="compose" onSubmit={send}>
      <textarea
        ref={field}
        className="control compose-text"
        aria-label={`Message to ${name}`}
        placeholder="Write a message"
        rows={1}
        maxLength={longest}
        value={text}
        onChange={(event) => written(event.target.value)}
        onKeyDown={pressed}
        onBlur={() => line.conversations.composing(peer, false)}
      />
      <IconButton
        type="submit"
        kind="primary"
        label="Send"
        disabled={text.trim() === ""}
        icon={<SendHorizontal aria-hidden="true" />}
      />
    </form>
  );
}
