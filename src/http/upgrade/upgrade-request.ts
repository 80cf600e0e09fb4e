// The facts of an HTTP request that the WebSocket edge judges, taken out of it once as plain data
// (RFC 6455 §4.2.1, RFC 7118 §4.1).

import { isCountry } from "../../contracts/socket-facts";
import { isIpv4, isIpv6 } from "../../sip/uri/host";

export interface UpgradeRequest {
  readonly method: string;
  /** Scheme of the gateway's own URL as this request saw it. */
  readonly scheme: "http" | "https";
  /** Host and port of the gateway as the client named it, lower case. */
  readonly host: string;
  /** The path, percent-encoded as it came. */
  readonly path: string;
  /** The query without its question mark, as it came. It may hold a token: never logged, never passed on. */
  readonly query: string;
  readonly upgrade: string | undefined;
  readonly protocols: string | undefined;
  readonly origin: string | undefined;
  /** Sec-Fetch-Site (Fetch Metadata Request Headers §2.3): how the page stands to us, in the browser's own word. */
  readonly fetchSite: string | undefined;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  readonly country: string | undefined;
}

/** The facts of a request; `addressHeader` is the setting for a gateway behind a proxy of its own. */
export function readUpgradeRequest(request: Request, addressHeader?: string): UpgradeRequest {
  const url = new URL(request.url);
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined;
  return {
    method: request.method,
    scheme: url.protocol === "https:" ? "https" : "http",
    host: url.host,
    path: url.pathname,
    query: url.search.slice(1),
    upgrade: header("upgrade"),
    protocols: header("sec-websocket-protocol"),
    origin: header("origin"),
    fetchSite: header("sec-fetch-site"),
    authorization: header("authorization"),
    cookie: header("cookie"),
    address: clientAddress(request, addressHeader),
    userAgent: shortText(header("user-agent")),
    country: countryOf(request),
  };
}

/** A request that asks for a WebSocket. */
export const wantsWebSocket = (request: UpgradeRequest): boolean =>
  request.upgrade?.toLowerCase().trim() === "websocket";

/**
 * The client's address, from the header that the operator's own proxy writes, else as Cloudflare's edge states it.
 * Only where that edge is in front (it alone gives a request its `cf` property) is CF-Connecting-IP its word;
 * elsewhere any client could write it. Undefined where nobody says, and for what is no address.
 */
function clientAddress(request: Request, addressHeader: string | undefined): string | undefined {
  const isBehindEdge = (request as { readonly cf?: unknown }).cf !== undefined;
  const name = addressHeader ?? (isBehindEdge ? "cf-connecting-ip" : undefined);
  const value = name === undefined ? null : request.headers.get(name);
  // Each proxy of X-Forwarded-For adds to its end: what stands before the last comma, a client may have written.
  const address = value?.slice(value.lastIndexOf(",") + 1).trim();
  return address !== undefined && (isIpv4(address) || isIpv6(address)) ? address : undefined;
}

/** Cloudflare's edge alone gives a request its `cf` property: no client can write it. */
function countryOf(request: Request): string | undefined {
  const { cf } = request as { readonly cf?: { readonly country?: unknown } };
  return isCountry(cf?.country) ? cf.country : undefined;
}

const shortText = (text: string | undefined): string | undefined => text?.slice(0, 256);

/** The first value of a query parameter, percent-decoded; a plus sign stays one (it starts phone numbers). */
export function queryParameter(query: string, name: string): string | undefined {
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    if (equals >= 0 && pair.slice(0, equals) === name) return percentDecoded(pair.slice(equals + 1));
  }
  return undefined;
}

/** The text with its percent-escapes decoded; as it came when they are malformed, which nothing then accepts. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A cookie's value (RFC 6265 §4.2.1). */
export function cookieValue(cookie: string | undefined, name: string): string | undefined {
  for (const pair of cookie?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    if (equals >= 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}
