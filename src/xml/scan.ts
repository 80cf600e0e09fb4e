// The guard before the parser: one pass over the text that finds what the parser must never see
// (a DTD, an entity, a character XML has none of) and counts what it would build (XML 1.0 §2.2, §2.8, §4.1).
// It knows markup only as far as that needs; names, duplicates and namespaces are the parser's to judge.
// It errs one way: what it lets pass builds no more nodes than it counted, because whatever it and
// the parser could read differently (a `<` in a tag, an unclosed quote, `--` in a comment) it refuses.
// Time is linear: each character is looked at a fixed number of times.

import { err, ok, type Result } from "../base/result";
import { type XmlError, type XmlLimits, xmlError } from "./xml-error";

interface Scan {
  readonly text: string;
  readonly limits: XmlLimits;
  position: number;
  depth: number;
  nodes: number;
  attributes: number;
}

const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const SLASH = 0x2f;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
/** The library takes U+0080 inside a tag for a space; XML does not. */
const PADDING_CHARACTER = 0x80;

// XML 1.0 §2.2 Char; with the u flag a lone surrogate counts as a code point and is refused.
const NOT_A_CHAR = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const REFERENCE = /&(?:(?:amp|lt|gt|quot|apos)|#([0-9]{1,10})|#x([0-9a-fA-F]{1,8}));/y;
const NAMED_REFERENCE = /&[\p{L}_:]/uy;

/** What was counted in a text that may be given to the parser. */
export interface XmlCensus {
  readonly attributes: number;
}

/** The census of `text`, or the first reason not to give it to the parser. */
export function scanXml(text: string, limits: XmlLimits): Result<XmlCensus, XmlError> {
  const scan: Scan = { text, limits, position: 0, depth: 0, nodes: 0, attributes: 0 };
  const failure = scanAll(scan);
  return failure === undefined ? ok({ attributes: scan.attributes }) : err(failure);
}

function scanAll(scan: Scan): XmlError | undefined {
  const { text, limits } = scan;
  if (text.length > limits.maxLength) return xmlError("too-large", `${text.length} characters`);
  if (NOT_A_CHAR.test(text)) return xmlError("malformed", "a character that XML does not have");
  while (scan.position < text.length) {
    const failure = text.charCodeAt(scan.position) === LESS_THAN ? scanMarkup(scan) : scanText(scan);
    if (failure !== undefined) return failure;
    if (scan.nodes > limits.maxNodes) return xmlError("too-many-nodes", "nodes");
    if (scan.attributes > limits.maxAttributes) return xmlError("too-many-nodes", "attributes");
  }
  return scan.depth === 0 ? undefined : malformed(scan, "an element without its end");
}

function scanMarkup(scan: Scan): XmlError | undefined {
  const { text, position } = scan;
  if (text.startsWith("</", position)) return scanEndTag(scan);
  if (text.startsWith("<?", position)) return skipPast(scan, "?>", 2);
  if (text.startsWith("<![CDATA[", position)) return skipPast(scan, "]]>", 9);
  if (text.startsWith("<!--", position)) return scanComment(scan);
  if (text.startsWith("<!ENTITY", position)) return xmlError("entity", "an entity declaration");
  if (text.startsWith("<!", position)) return xmlError("doctype", "a markup declaration");
  return scanStartTag(scan);
}

function scanText(scan: Scan): XmlError | undefined {
  const next = scan.text.indexOf("<", scan.position);
  const end = next === -1 ? scan.text.length : next;
  const run = scan.text.slice(scan.position, end);
  if (run.includes("]]>")) return malformed(scan, "]]> in text");
  scan.nodes += 1;
  scan.position = end;
  return checkReferences(run);
}

function scanComment(scan: Scan): XmlError | undefined {
  const end = scan.text.indexOf("--", scan.position + 4);
  if (end === -1 || scan.text[end + 2] !== ">") return malformed(scan, "a comment");
  scan.nodes += 1;
  scan.position = end + 3;
  return undefined;
}

function skipPast(scan: Scan, terminator: string, opening: number): XmlError | undefined {
  const end = scan.text.indexOf(terminator, scan.position + opening);
  if (end === -1) return malformed(scan, `no ${terminator}`);
  scan.nodes += 1;
  scan.position = end + terminator.length;
  return undefined;
}

function scanEndTag(scan: Scan): XmlError | undefined {
  const end = scan.text.indexOf(">", scan.position);
  if (end === -1 || scan.depth === 0) return malformed(scan, "an end tag");
  if (scan.text.slice(scan.position + 1, end).includes("<")) return malformed(scan, "an end tag");
  scan.depth -= 1;
  scan.position = end + 1;
  return undefined;
}

function scanStartTag(scan: Scan): XmlError | undefined {
  const { text } = scan;
  for (let at = scan.position + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LESS_THAN || code === PADDING_CHARACTER) return malformed(scan, "a start tag");
    if (code === GREATER_THAN) return endStartTag(scan, at);
    // The library takes two slashes for one.
    if (code === SLASH && text.charCodeAt(at + 1) !== GREATER_THAN) return malformed(scan, "a start tag");
    if (code !== QUOTE && code !== APOSTROPHE) continue;
    const end = text.indexOf(code === QUOTE ? '"' : "'", at + 1);
    if (end === -1) return malformed(scan, "an attribute value");
    const value = text.slice(at + 1, end);
    const failure = value.includes("<") ? malformed(scan, "< in an attribute") : checkReferences(value);
    if (failure !== undefined) return failure;
    scan.attributes += 1;
    at = end;
  }
  return malformed(scan, "a start tag");
}

function endStartTag(scan: Scan, at: number): XmlError | undefined {
  if (scan.depth + 1 > scan.limits.maxDepth) return xmlError("too-deep", `${scan.depth + 1} elements`);
  if (scan.text.charCodeAt(at - 1) !== SLASH) scan.depth += 1;
  scan.nodes += 1;
  scan.position = at + 1;
  return undefined;
}

/** XML 1.0 §4.1: of all references only the five predefined entities and characters that XML has. */
function checkReferences(run: string): XmlError | undefined {
  for (let at = run.indexOf("&"); at !== -1; at = run.indexOf("&", at + 1)) {
    REFERENCE.lastIndex = at;
    const match = REFERENCE.exec(run);
    if (match === null) {
      NAMED_REFERENCE.lastIndex = at;
      const kind = NAMED_REFERENCE.test(run) ? "entity" : "malformed";
      return xmlError(kind, `a reference ${run.slice(at, at + 40)}`);
    }
    if (!isChar(match[1], match[2])) return xmlError("malformed", `a character ${match[0]}`);
  }
  return undefined;
}

function isChar(decimal: string | undefined, hexadecimal: string | undefined): boolean {
  if (decimal === undefined && hexadecimal === undefined) return true;
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number.parseInt(decimal, 10);
  return code <= 0x10ffff && !NOT_A_CHAR.test(String.fromCodePoint(code));
}

const malformed = (scan: Scan, what: string): XmlError =>
  xmlError("malformed", `${what} at character ${scan.position}`);
