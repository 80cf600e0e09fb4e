// One conversation: its lines, what became of those we sent, and the field to write the next.

import type { Mark, Said } from "../conversations";
import { byId, fromTemplate, onSubmit } from "./dom";

export interface ConversationView {
  show(peer: string, said: readonly Said[]): void;
  presence(words: string): void;
}

export function conversationView(written: (text: string) => void): ConversationView {
  const heading = byId("peer", HTMLHeadingElement);
  const presence = byId("peer-presence", HTMLParagraphElement);
  const lines = byId("lines", HTMLOListElement);
  const field = byId("text", HTMLInputElement);

  onSubmit(byId("compose", HTMLFormElement), () => {
    const text = field.value.trim();
    field.value = "";
    if (text !== "") written(text);
  });

  return {
    show(peer, said) {
      heading.textContent = peer;
      field.ariaLabel = `Message to ${peer}`;
      lines.dataset["empty"] = `Nothing said with ${peer} in this tab yet.`;
      lines.replaceChildren(...said.map(renderLine));
      lines.scrollTop = lines.scrollHeight;
    },
    presence(words) {
      presence.textContent = words;
    },
  };
}

function renderLine({ text, at, mark }: Said): HTMLElement {
  const { root, part } = fromTemplate("message-line");
  part("said").textContent = text;
  const time = root.querySelector("time");
  if (time !== null) {
    time.dateTime = new Date(at).toISOString();
    time.textContent = clock(at);
  }
  root.classList.toggle("mine", mark !== undefined);
  if (mark !== undefined) {
    root.dataset["delivery"] = mark.kind;
    part("delivery").textContent = markWords(mark);
  }
  return root;
}

/** The time of day, with the date when that is another day. */
function clock(at: number): string {
  const [then, now] = [new Date(at), new Date()];
  const sameDay = then.toDateString() === now.toDateString();
  return then.toLocaleString(
    [],
    sameDay ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" },
  );
}

function markWords(mark: Mark): string {
  switch (mark.kind) {
    case "sending":
      return "sending…";
    case "delivered":
      return "delivered";
    case "stored":
      return "kept until they are back";
    case "unknown":
      return "the page was left before an answer came";
    case "refused":
      return refusals.get(mark.status) ?? `refused: ${mark.status} ${mark.reason}`;
  }
}

const noAnswer = "not sent: the gateway did not answer";
const refusals: ReadonlyMap<number, string> = new Map([
  [403, "refused: you may not write to this address"],
  [404, "refused: there is no such address here"],
  [408, noAnswer],
  [413, "refused: too long"],
  [503, noAnswer],
]);
