// Literal SIP as tests write it: lines without their CRLF.

import type { SipMessage, SipRequest } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";

/** The message of an indented block: lines are trimmed and end in CRLF; an empty line ends the head. */
export function message(block: string): SipMessage {
  const lines = block
    .replace(/^\n/, "")
    .split("\n")
    .map((line) => line.trim());
  const end = lines.indexOf("");
  const head = end < 0 ? lines : lines.slice(0, end);
  const parsed = parseText(`${head.join("\r\n")}\r\n\r\n`);
  if (!parsed.ok) throw new Error(`${parsed.error} in ${block}`);
  return parsed.value;
}

export function request(block: string): SipRequest {
  const parsed = message(block);
  if (parsed.kind !== "request") throw new Error(`no request: ${block}`);
  return parsed;
}
