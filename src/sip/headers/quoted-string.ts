// Quoted strings (RFC 3261 §25.1 quoted-string), and what they stand for.

import { invariant } from "../../base/invariant";
import { quotedEnd } from "../scan";

/** What a quoted-string stands for, its quotes and escapes gone; undefined unless the whole text is one. */
export function parseQuotedString(text: string): string | undefined {
  return quotedEnd(text, 0) === text.length ? unquote(text) : undefined;
}

/** The content of a quoted-string that is known to be one. */
export function unquote(quoted: string): string {
  const content = quoted.slice(1, -1);
  return content.includes("\\") ? content.replace(/\\(.)/gs, "$1") : content;
}

/** A text as a quoted-string. A line break cannot be quoted: it is the caller's bug. */
export function formatQuotedString(text: string): string {
  invariant(!/[\r\n]/.test(text), "a quoted string holds no line break");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a quoted-pair is the only way to say one
  return `"${text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f"\\\x7f]/g, "\\$&")}"`;
}
