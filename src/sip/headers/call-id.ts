// Call-ID: callid = word [ "@" word ] (RFC 3261 §25.1). Compares with case (§20.8).

import { codeAt, runEnd, WORD } from "../scan";

/** Whether the text is a Call-ID. */
export function isCallId(text: string): boolean {
  const end = runEnd(text, 0, WORD);
  if (end === 0) return false;
  if (end === text.length) return true;
  return codeAt(text, end) === 0x40 && end + 1 < text.length && runEnd(text, end + 1, WORD) === text.length;
}
