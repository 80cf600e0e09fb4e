// Reading XML, over @xmldom/xmldom 0.9. Every promise of that library this folder leans on:
// - with no DTD in the text (scan.ts sees to that) it expands nothing but the five entities and characters;
// - it reports what is not well-formed, save what scan.ts and namespaces.ts find, and stops when `onError` throws;
//   we throw on warnings too, since it "repairs" an unquoted attribute with no more than a warning;
// - it parses, and appends while parsing, without recursion and in linear time (test/xml/parse.test.ts measures);
// - it is plain JavaScript: no eval, no Function from text, no Node API, so it runs in workerd.
// Two of its ways are switched off: it folds U+0085 and U+2028 into a line feed, which is XML 1.1 and would
// change a user's note, and it keeps a line and column for each node.

import { DOMParser } from "@xmldom/xmldom";
import { err, ok, type Result } from "../base/result";
import { checkNamespaces } from "./namespaces";
import { scanXml } from "./scan";
import type { XmlElement } from "./tree";
import { DEFAULT_XML_LIMITS, type XmlError, type XmlLimits, xmlError } from "./xml-error";

const BYTE_ORDER_MARK = "\uFEFF";

/** The library warns of U+FFFD, which is a character like any other. */
const HARMLESS_WARNING = "Unicode replacement character";

/**
 * The root element of `text`, or why there is none. Never throws; time and space are linear in `text`.
 * The encoding a declaration names is ignored: `text` was decoded by whoever read the octets.
 */
export function parseXml(text: string, limits: XmlLimits = DEFAULT_XML_LIMITS): Result<XmlElement, XmlError> {
  const source = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  const census = scanXml(source, limits);
  if (!census.ok) return census;
  const root = runLibrary(source);
  const fault = root.ok ? checkNamespaces(root.value, census.value.attributes) : undefined;
  return fault === undefined ? root : err(fault);
}

function runLibrary(source: string): Result<XmlElement, XmlError> {
  let complaint: string | undefined;
  const parser = new DOMParser({
    locator: false,
    normalizeLineEndings: (lines) => lines.replace(/\r\n?/g, "\n"), // XML 1.0 §2.11
    onError: (level, message) => {
      if (level === "warning" && message.startsWith(HARMLESS_WARNING)) return;
      complaint ??= message;
      throw new SyntaxError(message); // the library's own way to stop; caught below
    },
  });
  try {
    const root = parser.parseFromString(source, "application/xml").documentElement;
    return root === null ? err(xmlError("malformed", "no element")) : ok(root);
  } catch (thrown) {
    return err(xmlError("malformed", complaint ?? String(thrown)));
  }
}
