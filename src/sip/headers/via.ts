// Via (RFC 3261 §20.42, §25.1; IPv6 in received: RFC 5118 §4.5).

import { err, ok, type Result } from "../../base/result";
import { formatParameters, type Parameters, parameter, parseParameters } from "../parameters";
import { codeAt, isToken, runEnd, skipWhite, TOKEN } from "../scan";
import { hostEnd } from "../uri/host";
import { parsePort } from "../uri/uri";
import type { HeaderFailure } from "./header-failure";
import { splitList } from "./list";

export interface Via {
  /** As written; `SIP` wherever it is not an experiment. */
  readonly protocol: string;
  readonly version: string;
  /** As written: `WSS`, `udp`. */
  readonly transport: string;
  /** As written; an IPv6 address with its brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string | undefined;
  readonly parameters: Parameters;
}

/** Parses one via-parm. */
export function parseVia(value: string): Result<Via, HeaderFailure> {
  const protocol = part(value, skipWhite(value, 0), 0x2f);
  const version = protocol && part(value, protocol.next, 0x2f);
  const transportStart = version?.next ?? value.length;
  const transportEnd = runEnd(value, transportStart, TOKEN);
  const hostStart = skipWhite(value, transportEnd);
  if (!protocol || !version || transportEnd === transportStart || hostStart === transportEnd) {
    return err("syntax");
  }
  let at = hostEnd(value, hostStart);
  if (at < 0) return err("syntax");
  const host = value.slice(hostStart, at);
  let port: number | undefined;
  at = skipWhite(value, at);
  if (codeAt(value, at) === 0x3a) {
    const digits = part(value, skipWhite(value, at + 1));
    port = digits && parsePort(digits.text);
    if (!digits || port === undefined) return err("syntax");
    at = digits.next;
  }
  const parameters = parseParameters(value, at);
  if (parameters === undefined || !areViaParameters(parameters)) return err("syntax");
  const transport = value.slice(transportStart, transportEnd);
  const branch = parameter(parameters, "branch") ?? undefined;
  return ok({ protocol: protocol.text, version: version.text, transport, host, port, branch, parameters });
}

/** A token, the white space behind it and the divider, where one is due. */
function part(value: string, at: number, divider?: number): { text: string; next: number } | undefined {
  const end = runEnd(value, at, TOKEN);
  const next = skipWhite(value, end);
  if (end === at || (divider !== undefined && codeAt(value, next) !== divider)) return undefined;
  return { text: value.slice(at, end), next: divider === undefined ? next : skipWhite(value, next + 1) };
}

/** branch is a token, ttl 0 to 255, rport nothing or a port (RFC 3261 §25.1, RFC 3581 §5). */
function areViaParameters(parameters: Parameters): boolean {
  const branch = parameter(parameters, "branch");
  const ttl = parameter(parameters, "ttl");
  const rport = parameter(parameters, "rport");
  return (
    (branch === undefined || (branch !== null && isToken(branch))) &&
    (ttl === undefined || (/^[0-9]{1,3}$/.test(ttl ?? "") && Number(ttl) <= 255)) &&
    (rport === undefined || rport === null || parsePort(rport) !== undefined)
  );
}

/** The branch of the first via-parm of a value, without parsing the rest where that is safe. */
export function branchOf(value: string): string | undefined {
  // A quoted string can hold ";branch=" and mean none. For a malformed value the answer means nothing.
  if (value.includes('"')) {
    const via = parseVia(value);
    return via.ok ? via.value.branch : undefined;
  }
  const start = value.indexOf(";branch=") + 8;
  // In a list the first branch may be spelled otherwise.
  if (start > 7 && !value.includes(",")) {
    const end = runEnd(value, start, TOKEN);
    if (end > start && (end === value.length || value.charCodeAt(end) === 0x3b))
      return value.slice(start, end);
  }
  return /;[ \t]*branch[ \t]*=[ \t]*([^ \t;,]+)/i.exec(value)?.[1];
}

/** Every via-parm of all the values of a message, the topmost first. */
export function parseVias(values: readonly string[]): Result<readonly Via[], HeaderFailure> {
  const vias: Via[] = [];
  for (const item of values.flatMap(splitList)) {
    const via = parseVia(item);
    if (!via.ok) return via;
    vias.push(via.value);
  }
  return ok(vias);
}

/** The text of a via-parm. The branch stands among the parameters. */
export function formatVia(via: Omit<Via, "branch">): string {
  const port = via.port === undefined ? "" : `:${via.port}`;
  const sentProtocol = `${via.protocol}/${via.version}/${via.transport}`;
  return `${sentProtocol} ${via.host}${port}${formatParameters(via.parameters)}`;
}
