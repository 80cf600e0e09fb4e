// The token in our Record-Route lines: which page a request on this route belongs to (RFC 5626 §5.2, §5.3.1).
//
// It is the user part of the URI, where every client keeps it as it stands. Direction is not in it: a request
// from a socket of that page is leaving, from anywhere else it is arriving.

import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { parseUri } from "../sip/uri/uri";
import type { Seal } from "./seal";
import { openFields, sealFields, sealFieldsOnce } from "./sealed-fields";

export interface RouteTarget {
  readonly aor: AddressOfRecord;
  /** The page's Contact URI. */
  readonly page: string;
}

/** A token for that page, for the user part of a URI. The seal is the one for "route". */
export function mintRouteToken(seal: Seal, target: RouteTarget): string {
  return sealFields(seal, [target.aor, target.page]);
}

/** The same for all that this page says under its own name: as constant as its Contact. */
export function knownRouteToken(seal: Seal, { aor, page }: RouteTarget): string {
  return sealFieldsOnce(seal, [aor, page]);
}

/** The page a token of ours names; undefined for any other. Never throws. */
export function readRouteToken(seal: Seal, token: string): RouteTarget | undefined {
  const fields = openFields(seal, token, 2);
  if (fields === undefined) return undefined;
  const [aor = "", page = ""] = fields;
  return { aor: aor as AddressOfRecord, page };
}

/**
 * The value of a Record-Route or Path line with that token, brackets included. `lr` makes clients route loosely
 * (RFC 3261 §16.6 step 4); the URI's transport is "ws" over TLS, too (RFC 7118 §5.2).
 */
export function routeValue(token: string, host: string): string {
  return `<sip:${token}@${host};transport=ws;lr>`;
}

/** As `routeValue` spells it: what is authentic need not be parsed. */
const ownRoute = /^sip:([A-Za-z0-9_-]+)@[A-Za-z0-9.-]+;transport=ws;lr$/;

/** The page a Route URI of ours names; undefined when the URI is not ours. `uri` is without brackets. Never throws. */
export function readRoute(seal: Seal, uri: string): RouteTarget | undefined {
  const [, token] = ownRoute.exec(uri) ?? [];
  if (token !== undefined) return readRouteToken(seal, token);
  const parsed = parseUri(uri);
  if (!parsed.ok || parsed.value.kind !== "sip" || parsed.value.user === undefined) return undefined;
  return readRouteToken(seal, parsed.value.user);
}
