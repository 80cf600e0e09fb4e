// What people call a list or a resource, in some language: <display-name> of resource lists (RFC 4826 §3.1) and <name>
// of RLMI (RFC 4662 §5.4), which say the same. Bounded, since a NOTIFY repeats them for every entry of a list.

import { appendElement, type ElementName } from "../xml/build";
import { childElements, text } from "../xml/read";
import type { XmlElement } from "../xml/tree";

export interface DisplayName {
  /** A language tag, as written. */
  readonly lang?: string;
  readonly text: string;
}

const mostNames = 4;
/** UTF-16 code units. */
const longestName = 64;

const LANGUAGE_TAG = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}$/;

/** The names among the children of `parent`: the first four, each cut to 64 characters; empty ones are none. */
export function readDisplayNames(parent: XmlElement, { namespace, name }: ElementName): DisplayName[] {
  const names: DisplayName[] = [];
  for (const element of childElements(parent, namespace, name)) {
    if (names.length === mostNames) break;
    const written = cut(text(element).trim());
    // RFC 4662 §5.4: the attribute MUST contain a valid language tag, so what is none is not passed on.
    const lang = element.getAttribute("xml:lang") ?? "";
    if (written !== "") names.push(LANGUAGE_TAG.test(lang) ? { lang, text: written } : { text: written });
  }
  return names;
}

/** Never between the halves of a surrogate pair. */
function cut(name: string): string {
  const kept = name.slice(0, longestName);
  return /[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept;
}

export function appendDisplayNames(
  parent: XmlElement,
  element: ElementName,
  names: readonly DisplayName[],
): void {
  for (const { lang, text } of names) {
    appendElement(parent, element, { text, attributes: lang === undefined ? {} : { "xml:lang": lang } });
  }
}
