// The head of a Message/CPIM object (RFC 3862 §2-4): what of it decides how the message is treated.
//
// Read only, and only its first lines: "message headers MUST NOT be modified, reformatted or reordered in
// transit" (RFC 3862 §2.2). Two things differ from SIP headers: names are compared with case, and a name has
// a namespace, bound to a prefix by an NS header that must come before its first use (§3.4).

/** What a CPIM object says of itself. */
export interface CpimHead {
  /** Content-Type of the encapsulated object, as written. */
  readonly contentType?: string;
  /** Message-ID in the namespace of RFC 5438. */
  readonly imdnMessageId?: string;
}

const imdnNamespace = "urn:ietf:params:imdn";

/** Bounds of the look: a head that is longer is not read to its end. */
const mostOctets = 16_384;
const mostLines = 128;
const longestMessageId = 256;

/** Reads the head of a CPIM body. Linear, never throws; what is malformed is as if absent. */
export function readCpim(body: string): CpimHead {
  const lines = body.slice(0, mostOctets).split("\n", mostLines);
  const namespaces = new Map<string, string>();
  let imdnMessageId: string | undefined;
  let contentType: string | undefined;
  let blanks = 0;
  for (const written of lines) {
    const line = written.endsWith("\r") ? written.slice(0, -1) : written;
    // The first empty line ends the message headers, the second the MIME headers of the content.
    if (line === "" && (++blanks === 2 || contentType !== undefined)) break;
    const header = headerOf(line);
    if (header === undefined) continue;
    // The examples of RFC 5438 §7 have the MIME headers right behind the message headers, and so have clients.
    if (header.name.toLowerCase() === "content-type") contentType ??= header.value;
    if (blanks > 0) continue;
    if (header.name === "NS") declareNamespace(namespaces, header.value);
    else if (isImdnMessageId(header.name, namespaces)) imdnMessageId ??= tokenOf(header.value);
  }
  return {
    ...(contentType === undefined ? {} : { contentType }),
    ...(imdnMessageId === undefined ? {} : { imdnMessageId }),
  };
}

/** Header-name ":" *( ";" Parameter ) SP Header-value; also without the space, as MIME headers may come. */
function headerOf(line: string): { readonly name: string; readonly value: string } | undefined {
  const colon = line.indexOf(":");
  if (colon <= 0) return undefined;
  let start = colon + 1;
  if (line.charAt(start) === ";") {
    start = line.indexOf(" ", start);
    if (start < 0) return undefined;
  }
  return { name: line.slice(0, colon), value: line.slice(start).trim() };
}

/** NS-header = "NS" ": " [ Name-prefix ] "<" URI ">" (RFC 3862 §4.6). No prefix: the default namespace. */
function declareNamespace(namespaces: Map<string, string>, value: string): void {
  const open = value.indexOf("<");
  if (open >= 0 && value.endsWith(">"))
    namespaces.set(value.slice(0, open).trim(), value.slice(open + 1, -1));
}

/**
 * RFC 5438 §6.1: "servers and intermediaries must accept any legal namespace prefix". The prefix of its
 * examples is taken also where the NS header is missing; it could mean nothing else.
 */
function isImdnMessageId(name: string, namespaces: ReadonlyMap<string, string>): boolean {
  const dot = name.indexOf(".");
  if (name.slice(dot + 1) !== "Message-ID") return false;
  const prefix = dot < 0 ? "" : name.slice(0, dot);
  const namespace = namespaces.get(prefix) ?? (prefix === "imdn" ? imdnNamespace : undefined);
  return namespace === imdnNamespace;
}

/** Token = 1*TOKENCHAR (RFC 3862 §3.6): no CTL, no separator. */
function tokenOf(value: string): string | undefined {
  return value.length <= longestMessageId && /^[^\0-\x20\x7f()<>@,;:\\"/[\]?={}]+$/.test(value)
    ? value
    : undefined;
}
