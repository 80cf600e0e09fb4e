// The Contact values of a 200 to REGISTER (RFC 3261 §10.3 step 8, RFC 5627 §5.2).
//
// A client finds its own binding by comparing text: JsSIP by `+sip.instance` with its quotes and brackets,
// SIP.js and baresip by the URI. So everything the client wrote comes back as written, and only the
// parameters that are the registrar's to state are replaced.

import { parseQuotedEnd } from "./quoted-end";

const ours = new Set(["expires", "pub-gruu", "temp-gruu", "temp-gruu-cookie"]);

/**
 * One Contact, as its owner wrote it, without `expires`, `pub-gruu` and `temp-gruu`. A bare URI gets its
 * angle brackets, since parameters of ours will follow it. `uri` is the Contact's URI as written.
 */
export function contactEcho(text: string, uri: string): string {
  const close = closingBracket(text);
  const address = close < 0 ? `<${uri}>` : text.slice(0, close + 1).trim();
  const parameters = close < 0 ? text.slice(text.indexOf(uri) + uri.length) : text.slice(close + 1);
  return address + splitParameters(parameters).filter(isTheirs).join("");
}

const isTheirs = (parameter: string): boolean =>
  !ours.has(parameter.slice(1).split("=", 1)[0]?.trim().toLowerCase() ?? "");

/** The `>` that ends the address, past any quoted display name; -1 for a bare URI. */
function closingBracket(text: string): number {
  let at = 0;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') at = parseQuotedEnd(text, at);
    else if (char === "<") return text.indexOf(">", at);
    else at++;
  }
  return -1;
}

/** `;a=b;c` in pieces, each with its semicolon; semicolons inside quotes do not count. */
function splitParameters(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = -1;
  for (let at = 0; at < text.length; ) {
    if (text[at] === '"') {
      at = parseQuotedEnd(text, at);
      continue;
    }
    if (text[at] === ";") {
      if (start >= 0) pieces.push(text.slice(start, at).trimEnd());
      start = at;
    }
    at++;
  }
  if (start >= 0) pieces.push(text.slice(start).trimEnd());
  return pieces;
}
