// Bodies of several parts: multipart/related (RFC 2387, over RFC 2046 §5.1) written as RFC 4662 §5 wants it, and any
// multipart read. A part's body goes through untouched, line ends included (Content-Transfer-Encoding: binary):
// it may be signed (RFC 4662 §7.3).
// A boundary must occur in no part, and whoever writes a part may try to guess it. So the boundary is a seed with
// a number of five digits, the first that no part has: one pass over the parts finds it, however many are taken.

import { invariant } from "../base/invariant";
import { err, ok, type Result } from "../base/result";
import { formatContentType, parseContentType } from "../sip/headers/content-type";
import { parameter } from "../sip/parameters";
import { trimWhite } from "../sip/scan";

export interface BodyPart {
  /** The value of Content-Type, parameters included. */
  readonly contentType: string;
  /** Without angle brackets. */
  readonly contentId?: string;
  readonly body: string;
}

/** A part as read, with the one other header field that says what it is for. */
export interface ReadPart extends BodyPart {
  readonly contentDisposition?: string;
}

/** A body and what its Content-Type header field says. */
export interface TypedBody {
  readonly contentType: string;
  readonly body: string;
}

export interface Multipart {
  /** `multipart/related`, `multipart/mixed`…, in lower case. */
  readonly type: string;
  /** The one that `start` names, else the first (RFC 2387 §3.2). */
  readonly root: ReadPart;
  /** All of them in order, the root included. */
  readonly parts: readonly ReadPart[];
}

export type MultipartFailure =
  | "not-multipart"
  | "no-boundary"
  /** Not one part, a part without its end, or header fields that are none. */
  | "syntax"
  /** base64 or quoted-printable, which nothing in SIP needs: its bodies are 8-bit clean (RFC 3261 §7.4). */
  | "encoding"
  | "too-many-parts"
  /** `start` names no part. */
  | "no-root";

const mostParts = 512;
const longestSeed = 40;

/**
 * A multipart/related body with `root` first. `seed` is 1 to 40 letters and digits; the same parts and seed give
 * the same text.
 */
export function formatRelated(
  root: Required<BodyPart>,
  others: readonly BodyPart[],
  seed: string,
): TypedBody {
  const boundary = freeBoundary(seed, [root, ...others]);
  const type = root.contentType.split(";", 1)[0] ?? "";
  const parameters = [
    { name: "type", value: trimWhite(type) },
    { name: "start", value: `<${root.contentId}>` },
    { name: "boundary", value: boundary },
  ];
  const parts = [root, ...others].map((part) => `--${boundary}\r\n${formatPart(part)}\r\n`);
  return {
    contentType: formatContentType({ type: "multipart/related", parameters }),
    body: `${parts.join("")}--${boundary}--\r\n`,
  };
}

/** Header fields, empty line and body. A line break in a value would start another header field. */
export function formatPart({ contentType, contentId, body }: BodyPart): string {
  const id = contentId === undefined ? "" : `Content-ID: <${onOneLine(contentId)}>\r\n`;
  return `Content-Transfer-Encoding: binary\r\n${id}Content-Type: ${onOneLine(contentType)}\r\n\r\n${body}`;
}

const onOneLine = (value: string): string => value.replace(/[\p{Cc}]+/gu, " ");

function freeBoundary(seed: string, parts: readonly BodyPart[]): string {
  invariant(/^[A-Za-z0-9]+$/.test(seed) && seed.length <= longestSeed, "a boundary's seed");
  // Looking ahead finds those that overlap, too.
  const pattern = new RegExp(`(?=${seed}-([0-9]{5}))`, "g");
  const taken = new Set(parts.flatMap(({ body }) => [...body.matchAll(pattern)].map((match) => match[1])));
  let number = 0;
  while (taken.has(fiveDigits(number))) number += 1;
  return `${seed}-${fiveDigits(number)}`;
}

const fiveDigits = (number: number): string => String(number).padStart(5, "0");

/** Reads a body of that Content-Type. Never throws; linear. Preamble and epilogue are passed over. */
export function readMultipart(contentType: string, body: string): Result<Multipart, MultipartFailure> {
  const parsed = parseContentType(contentType);
  if (!parsed.ok || !parsed.value.type.startsWith("multipart/")) return err("not-multipart");
  const { type, parameters } = parsed.value;
  const boundary = parameter(parameters, "boundary") ?? "";
  // RFC 2046 §5.1.1: 1 to 70 characters, the last of them no space.
  if (!/^[A-Za-z0-9'()+_,./:=? -]{0,69}[A-Za-z0-9'()+_,./:=?-]$/.test(boundary)) return err("no-boundary");
  const texts = splitParts(body, boundary);
  if (!texts.ok) return texts;
  const parts: ReadPart[] = [];
  for (const text of texts.value) {
    const part = readPart(text);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  const start = parameter(parameters, "start");
  const root = start ? parts.find(({ contentId }) => contentId === withoutBrackets(start)) : parts[0];
  return root === undefined ? err("no-root") : ok({ type, root, parts });
}

/** The text of each part. The line break before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
function splitParts(body: string, boundary: string): Result<readonly string[], MultipartFailure> {
  // So that a delimiter at the very start has a line break before it, too.
  const text = `\r\n${body}`;
  const delimiter = `\r\n--${boundary}`;
  const parts: string[] = [];
  let partStart: number | undefined;
  for (let at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, at + 2)) {
    let end = at + delimiter.length;
    const isLast = text.startsWith("--", end);
    if (isLast) end += 2;
    while (text[end] === " " || text[end] === "\t") end += 1;
    // A longer line that begins like a delimiter is none.
    if (!text.startsWith("\r\n", end) && !(isLast && end === text.length)) continue;
    if (partStart !== undefined) parts.push(text.slice(partStart, at));
    if (parts.length > mostParts) return err("too-many-parts");
    if (isLast) return parts.length === 0 ? err("syntax") : ok(parts);
    partStart = end + 2;
  }
  return err("syntax");
}

function readPart(text: string): Result<ReadPart, MultipartFailure> {
  const isBare = text.startsWith("\r\n");
  const headEnd = isBare ? 0 : text.indexOf("\r\n\r\n");
  if (headEnd < 0) return err("syntax");
  const fields = readFields(text.slice(0, headEnd));
  if (fields === undefined) return err("syntax");
  const encoding = fields.get("content-transfer-encoding")?.toLowerCase() ?? "7bit";
  if (encoding !== "binary" && encoding !== "8bit" && encoding !== "7bit") return err("encoding");
  const id = fields.get("content-id");
  const disposition = fields.get("content-disposition");
  return ok({
    contentType: fields.get("content-type") ?? "text/plain",
    ...(id === undefined ? {} : { contentId: withoutBrackets(id) }),
    ...(disposition === undefined ? {} : { contentDisposition: disposition }),
    body: text.slice(headEnd + (isBare ? 2 : 4)),
  });
}

/** Header fields by name in lower case, unfolded; of two with one name the first counts. */
function readFields(head: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  if (head === "") return fields;
  for (const line of head.replace(/\r\n[ \t]+/g, " ").split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) return undefined;
    const name = line.slice(0, colon).trimEnd().toLowerCase();
    if (!fields.has(name)) fields.set(name, trimWhite(line.slice(colon + 1)));
  }
  return fields;
}

const withoutBrackets = (id: string): string => (/^<.*>$/s.test(id) ? id.slice(1, -1) : id);
