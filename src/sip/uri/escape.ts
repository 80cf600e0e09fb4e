// Escapes in URIs: "%" HEXDIG HEXDIG (RFC 3261 §19.1.2, §25.1). A text is decoded once, never twice.

import { escapedRunEnd, isIn, UNRESERVED } from "../scan";

/** The text with every escape decoded as UTF-8; undefined for a broken escape or octets that are no UTF-8. */
export function decodeEscapes(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * The text with the escapes of unreserved characters decoded and the others in upper case: RFC 3261 §19.1.4
 * takes an unreserved character and its escape for the same, a reserved one and its escape for different.
 */
export function decodeUnreserved(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/%[0-9A-Fa-f]{2}/g, (escaped) => {
    const code = Number.parseInt(escaped.slice(1), 16);
    return isIn(code, UNRESERVED) ? String.fromCharCode(code) : escaped.toUpperCase();
  });
}

/** The text with every character outside the class escaped, as UTF-8. A lone surrogate becomes U+FFFD. */
export function encodeEscapes(text: string, bit: number): string {
  let out = "";
  for (const character of text) {
    out += isIn(character.charCodeAt(0), bit) ? character : encodeCharacter(character);
  }
  return out;
}

function encodeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x80) return `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
  return encodeURIComponent(character.isWellFormed() ? character : "\ufffd");
}

/** Whether the whole text is made of characters of the class and of whole escapes. */
export function isEscapedRun(text: string, bit: number): boolean {
  return escapedRunEnd(text, 0, bit) === text.length;
}
