// A SIP message cut for reading: its start line, its header fields by name, its body; and what the recorder left out of
// it. The cut is for the eye alone: whatever the text is, joining the parts gives all of it.

export interface HeaderLine {
  /** With its colon; "" for a line that goes on from the one before (RFC 3261 §7.3.1) and for what is no field. */
  readonly name: string;
  readonly value: string;
}

export interface MessageParts {
  readonly start: string;
  readonly headers: readonly HeaderLine[];
  readonly body: string;
}

export function messageParts(text: string): MessageParts {
  const plain = text.replaceAll("\r\n", "\n");
  const end = plain.indexOf("\n\n");
  const [start = "", ...lines] = (end < 0 ? plain : plain.slice(0, end)).split("\n");
  return {
    start,
    headers: lines.filter((line, at) => line !== "" || at < lines.length - 1).map(headerLine),
    body: end < 0 ? "" : plain.slice(end + 2),
  };
}

function headerLine(line: string): HeaderLine {
  const name = /^[\w!%*.+`'~-]{1,64}[ \t]*:/.exec(line)?.[0] ?? "";
  return { name, value: line.slice(name.length) };
}
