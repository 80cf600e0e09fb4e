// Message/CPIM (RFC 3862) as far as chat needs it: who, when, the request for reports (RFC 5438), and one content.
// What is read comes from anybody: bounded, linear, never a reason to throw.

const imdnNamespace = "urn:ietf:params:imdn";

const mostCharacters = 65_536;
const mostLines = 128;
const longestId = 256;

export type Disposition =
  | "positive-delivery"
  | "negative-delivery"
  | "processing"
  | "display"
  | "interworking";

export interface CpimMessage {
  /** With the name and its namespace resolved: `imdn Message-ID` is `messageId`. */
  readonly messageId: string | undefined;
  readonly wants: readonly string[];
  /** Milliseconds since 1970. */
  readonly at: number | undefined;
  /** Of the content, in lower case and without parameters. */
  readonly contentType: string;
  readonly content: string;
}

/** Undefined for what has no content that could be found. */
export function readCpim(body: string): CpimMessage | undefined {
  if (body.length > mostCharacters) return undefined;
  const head = readHead(body);
  const { start, blocks } = head;
  const [first = [], second = []] = blocks;
  if (start === undefined) return undefined;
  const prefixes = new Map(first.filter(([name]) => name === "NS").map(([, value]) => readNamespace(value)));
  const imdn = (name: string): string | undefined =>
    first.find(([written]) => isImdn(prefixes, written, name))?.[1];
  const mime = [...second, ...first].find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const at = Date.parse(first.find(([name]) => name === "DateTime")?.[1] ?? "");
  return {
    messageId: readToken(imdn("Message-ID")),
    wants: (imdn("Disposition-Notification") ?? "").split(",").map((each) => each.trim()),
    at: Number.isNaN(at) ? undefined : at,
    contentType: (mime ?? "text/plain").split(";", 1)[0]?.trim().toLowerCase() ?? "",
    content: body.slice(start),
  };
}

type Header = readonly [name: string, value: string];

/** The message headers, then the MIME headers of the content; `start` is where the content begins. */
function readHead(body: string): { readonly start?: number; readonly blocks: readonly Header[][] } {
  const blocks: Header[][] = [[]];
  let at = 0;
  for (let lines = 0; lines < mostLines && at < body.length; lines += 1) {
    const end = body.indexOf("\n", at);
    const line = body.slice(at, end < 0 ? body.length : end).replace(/\r$/, "");
    at = end < 0 ? body.length : end + 1;
    if (line !== "") {
      const header = readHeader(line);
      if (header !== undefined) blocks.at(-1)?.push(header);
      continue;
    }
    // The examples of RFC 5438 §7 have the MIME headers right behind the message headers, and so have clients.
    const hasType = blocks.at(-1)?.some(([name]) => name.toLowerCase() === "content-type");
    if (blocks.length === 2 || hasType) return { start: at, blocks };
    blocks.push([]);
  }
  return { blocks };
}

/** Header-name ":" *( ";" Parameter ) SP Header-value; MIME headers may come without the space. */
function readHeader(line: string): Header | undefined {
  const colon = line.indexOf(":");
  if (colon <= 0) return undefined;
  const value = line.charAt(colon + 1) === ";" ? line.indexOf(" ", colon) : colon + 1;
  return value < 0 ? undefined : [line.slice(0, colon), line.slice(value).trim()];
}

/** NS-header = "NS" ": " [ Name-prefix ] "<" URI ">" (RFC 3862 §4.6). */
function readNamespace(value: string): readonly [prefix: string, namespace: string] {
  const open = value.indexOf("<");
  return open < 0 || !value.endsWith(">")
    ? ["", ""]
    : [value.slice(0, open).trim(), value.slice(open + 1, -1)];
}

/** RFC 5438 §6.1: any prefix may be bound to the namespace; that of the examples is known without. */
function isImdn(prefixes: ReadonlyMap<string, string>, written: string, name: string): boolean {
  const dot = written.indexOf(".");
  const prefix = dot < 0 ? "" : written.slice(0, dot);
  if (written.slice(dot + 1) !== name) return false;
  return (prefixes.get(prefix) ?? (prefix === "imdn" ? imdnNamespace : "")) === imdnNamespace;
}

/** An id that may stand in a header and in a report. */
export function readToken(value: string | undefined): string | undefined {
  if (value === undefined || value.length > longestId) return undefined;
  return /^[^\0-\x20\x7f()<>@,;:\\"/[\]?={}]+$/.test(value) ? value : undefined;
}

export interface CpimParts {
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly messageId: string;
  readonly wants: readonly Disposition[];
  readonly contentType: string;
  /** Of a report (RFC 5438 §7.2.1.3). */
  readonly isNotification?: boolean;
  readonly content: string;
}

/** Addresses are addresses-of-record; none of the values may hold a line break. */
export function writeCpim(parts: CpimParts): string {
  const { from, to, at, messageId, wants, contentType, isNotification, content } = parts;
  return [
    `From: <sip:${from}>`,
    `To: <sip:${to}>`,
    `DateTime: ${new Date(at).toISOString()}`,
    `NS: imdn <${imdnNamespace}>`,
    `imdn.Message-ID: ${messageId}`,
    ...(wants.length === 0 ? [] : [`imdn.Disposition-Notification: ${wants.join(", ")}`]),
    "",
    `Content-Type: ${contentType}`,
    ...(isNotification ? ["Content-Disposition: notification"] : []),
    `Content-Length: ${new TextEncoder().encode(content).length}`,
    "",
    content,
  ].join("\r\n");
}
