// Where a quoted string ends (RFC 3261 §25.1), for text that the parser has already passed.

/** The offset after the quoted string that opens at `start`; the end of the text if it never closes. */
export function parseQuotedEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}
