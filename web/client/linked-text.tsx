// A text whose web addresses can be followed; everything else stays text, whoever wrote it.

import { Fragment } from "react";

export interface TextPart {
  readonly text: string;
  /** An http or https URL, and nothing else. */
  readonly href: string | undefined;
}

/** What turns the direction of writing about would show another address than the one that is followed. */
const candidate = /https?:\/\/[^\s<>"\u202a-\u202e\u2066-\u2069]+/gi;
/** What ends a sentence is no part of an address that stands in it. */
const trailing = /[.,;:!?'’”)\]}]+$/;

export function textParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  const plain = (end: number) => {
    if (end > done) parts.push({ text: text.slice(done, end), href: undefined });
  };
  for (const { 0: found, index } of text.matchAll(candidate)) {
    const shown = trimmed(found);
    const url = URL.parse(shown);
    if (url === null || url.hostname === "") continue;
    plain(index);
    parts.push({ text: shown, href: url.href });
    done = index + shown.length;
  }
  plain(text.length);
  return parts;
}

/** A closing bracket stays when it was opened within: …/wiki/SIP_(protocol). */
function trimmed(found: string): string {
  const end = trailing.exec(found)?.[0] ?? "";
  const body = found.slice(0, found.length - end.length);
  return body.includes("(") && !body.includes(")") && end.startsWith(")") ? `${body})` : body;
}

export function LinkedText({ text }: { readonly text: string }) {
  return textParts(text).map(({ text: part, href }, at) =>
    href === undefined ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text do not change places
      <Fragment key={at}>{part}</Fragment>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text do not change places
      <a key={at} href={href} target="_blank" rel="noopener noreferrer">
        {part}
      </a>
    ),
  );
}
