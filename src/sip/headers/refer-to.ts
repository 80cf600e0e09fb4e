// Refer-To (RFC 3515 §2.1), with the Replaces that an attended transfer escapes into its URI (RFC 3891 §6.1).

import { err, ok, type Result } from "../../base/result";
import { decodeEscapes } from "../uri/escape";
import { parseUri, type Uri } from "../uri/uri";
import type { HeaderFailure } from "./header-failure";
import { type NameAddr, parseNameAddr } from "./name-addr";

export interface ReferTo {
  readonly nameAddr: NameAddr;
  readonly uri: Uri;
  /** The URI's Replaces header, decoded. */
  readonly replaces: string | undefined;
}

export function parseReferTo(value: string): Result<ReferTo, HeaderFailure> {
  const nameAddr = parseNameAddr(value);
  if (!nameAddr.ok) return nameAddr;
  const uri = parseUri(nameAddr.value.uri);
  if (!uri.ok) return err("syntax");
  return ok({ nameAddr: nameAddr.value, uri: uri.value, replaces: replacesOf(uri.value) });
}

function replacesOf(uri: Uri): string | undefined {
  if (uri.kind !== "sip") return undefined;
  const header = uri.headers.find(([name]) => name.toLowerCase() === "replaces");
  return header && decodeEscapes(header[1]);
}
