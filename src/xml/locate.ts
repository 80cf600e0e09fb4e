// Where each element and attribute stands in the text it was read from, so that one of them can be replaced and
// every other character stays as its author wrote it (RFC 4825 §6.3: white space, comments, quotes and prefixes
// included). parseXml judges the text; what is scanned here has passed it, so that a tag can be found by looking
// for its end. Both readings must then name the same elements in the same order, or the text is refused.

import { err, ok, type Result } from "../base/result";
import { parseXml } from "./parse";
import { elementsOf } from "./read";
import type { XmlElement } from "./tree";
import { type XmlError, type XmlLimits, xmlError } from "./xml-error";

/** Offsets in UTF-16 code units; `end` is behind the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface LocatedAttribute extends Span {
  /** As written, with its prefix. */
  readonly name: string;
  /** The value as written, with its quotes. The attribute's own span begins with the white space before it. */
  readonly literal: Span;
}

export interface LocatedElement extends Span {
  readonly element: XmlElement;
  readonly parent: LocatedElement | undefined;
  readonly children: readonly LocatedElement[];
  /** Namespace declarations among them. */
  readonly attributes: readonly LocatedAttribute[];
  /** Where the `>` or `/>` of the start tag begins. */
  readonly startTagEnd: number;
  /** Between the tags; undefined for an empty-element tag. */
  readonly content: Span | undefined;
}

interface OpenElement {
  readonly element: XmlElement;
  readonly parent: OpenElement | undefined;
  readonly children: OpenElement[];
  readonly start: number;
  readonly attributes: readonly LocatedAttribute[];
  readonly startTagEnd: number;
  content: Span | undefined;
  end: number;
}

interface StartTag {
  readonly name: string;
  readonly attributes: readonly LocatedAttribute[];
  /** Where the `>` or `/>` begins. */
  readonly close: number;
  readonly empty: boolean;
}

// XML 1.0 §2.3: white space is these four. U+FEFF, which `\s` takes for some, may stand in a name.
const TAG_NAME = /[^\t\n\r />]+/y;
const ATTRIBUTE = /[\t\n\r ]+([^\t\n\r =/>]+)[\t\n\r ]*=[\t\n\r ]*("[^"]*"|'[^']*')/y;
const TAG_CLOSE = /[\t\n\r ]*(\/?)>/y;

/** The root of `text` with all places, or why it is not taken. Never throws; linear in `text`. */
export function locateXml(text: string, limits?: XmlLimits): Result<LocatedElement, XmlError> {
  const parsed = parseXml(text, limits);
  if (!parsed.ok) return parsed;
  const root = pair(text, preorder(parsed.value));
  return root === undefined ? err(xmlError("malformed", "two readings of one text")) : ok(root);
}

function preorder(root: XmlElement): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const open = [root];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    found.push(element);
    open.push(...elementsOf(element).toReversed());
  }
  return found;
}

function pair(text: string, elements: readonly XmlElement[]): LocatedElement | undefined {
  let root: OpenElement | undefined;
  let current: OpenElement | undefined;
  let next = 0;
  for (let at = text.indexOf("<"); at !== -1; at = text.indexOf("<", at)) {
    const behind = endOfOtherMarkup(text, at);
    if (behind !== undefined) {
      at = behind;
    } else if (text.startsWith("</", at)) {
      if (current === undefined) return undefined;
      const end = text.indexOf(">", at) + 1;
      current.content = { start: current.startTagEnd + 1, end: at };
      current.end = end;
      current = current.parent;
      at = end;
    } else {
      const tag = readStartTag(text, at);
      const element = elements[next++];
      if (tag === undefined || element?.nodeName !== tag.name) return undefined;
      const opened = openElement(element, current, at, tag);
      if (current === undefined) root = opened;
      else current.children.push(opened);
      if (!tag.empty) current = opened;
      at = opened.end;
    }
  }
  return next === elements.length && current === undefined ? root : undefined;
}

/** Behind a comment, CDATA section or processing instruction (the declaration is one here); else undefined. */
function endOfOtherMarkup(text: string, at: number): number | undefined {
  if (text.startsWith("<!--", at)) return text.indexOf("-->", at + 4) + 3;
  if (text.startsWith("<![CDATA[", at)) return text.indexOf("]]>", at + 9) + 3;
  if (text.startsWith("<?", at)) return text.indexOf("?>", at + 2) + 2;
  return undefined;
}

function openElement(
  element: XmlElement,
  parent: OpenElement | undefined,
  start: number,
  { attributes, close, empty }: StartTag,
): OpenElement {
  const end = close + (empty ? 2 : 1);
  return { element, parent, children: [], start, attributes, startTagEnd: close, content: undefined, end };
}

function readStartTag(text: string, at: number): StartTag | undefined {
  TAG_NAME.lastIndex = at + 1;
  const name = TAG_NAME.exec(text)?.[0];
  if (name === undefined) return undefined;
  const attributes: LocatedAttribute[] = [];
  let position = at + 1 + name.length;
  for (;;) {
    ATTRIBUTE.lastIndex = position;
    const match = ATTRIBUTE.exec(text);
    if (match === null) break;
    const end = position + match[0].length;
    const literal = { start: end - (match[2] ?? "").length, end };
    attributes.push({ name: match[1] ?? "", start: position, end, literal });
    position = end;
  }
  TAG_CLOSE.lastIndex = position;
  const close = TAG_CLOSE.exec(text);
  if (close === null) return undefined;
  const empty = close[1] === "/";
  return { name, attributes, close: TAG_CLOSE.lastIndex - (empty ? 2 : 1), empty };
}
