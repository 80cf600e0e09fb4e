// The Origin allow-list at the upgrade (RFC 6455 §10.2, RFC 6454): a browser opens a WebSocket to any host from
// any page and sends that host's cookies along, so the gateway must judge the page itself.
//
// Whatever is no origin is refused, not trimmed into one: a browser writes nothing else, and what else somebody
// writes must not travel into an object.

import type { UpgradeRequest } from "./upgrade-request";

/** How a page stands to this gateway; `none` is a client that is no browser. */
export type OriginVerdict = "none" | "own" | "listed" | "any" | "refused";

/** The longest host name is 253 characters (RFC 1035 §2.3.4). */
const longest = 256;

/** RFC 6454 §6.2: a scheme and a host, perhaps a port, nothing behind them. */
const originSyntax = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\\\s]*$/i;

/** An Origin in its canonical spelling, or `null` (a page that hides its own); undefined for what is none. */
export function canonicalOrigin(text: string): string | undefined {
  if (text === "null") return text;
  const url = text.length <= longest && originSyntax.test(text) ? parseUrl(text) : undefined;
  // URL.origin is "null" for every scheme but the web's: those of apps would all be one.
  return url === undefined ? undefined : `${url.protocol}//${url.host}`;
}

/** Judges the Origin of a request. `allowed` holds origins such as `https://app.example.com`, or `*` for any. */
export function judgeOrigin(request: UpgradeRequest, allowed: readonly string[]): OriginVerdict {
  if (request.origin === undefined) return "none";
  const origin = canonicalOrigin(request.origin);
  if (origin === undefined) return "refused";
  const page = parseUrl(origin);
  if (page !== undefined && isOwn(page, request)) return "own";
  if (page !== undefined && allowed.some((entry) => canonicalOrigin(entry) === origin)) return "listed";
  return allowed.includes("*") ? "any" : "refused";
}

/** Whether the page's origin is this gateway's, to the letter: what it may do with a user's session goes by that. */
export function isOwnOrigin(request: GatewayFacts): boolean {
  const origin = request.origin === undefined ? undefined : canonicalOrigin(request.origin);
  const page = origin === undefined ? undefined : parseUrl(origin);
  return page !== undefined && isSame(page, request);
}

type GatewayFacts = Pick<UpgradeRequest, "origin" | "scheme" | "host">;

function isSame(page: URL, { scheme, host }: GatewayFacts): boolean {
  // A reverse proxy that ends TLS makes the page's scheme the better one; the other way round it is no match.
  const schemeFits = page.protocol === "https:" || page.protocol === `${scheme}:`;
  return schemeFits && page.host === host;
}

function isOwn(page: URL, request: UpgradeRequest): boolean {
  if (isSame(page, request)) return true;
  // A developer's page on another port of the same machine.
  const gateway = parseUrl(`${request.scheme}://${request.host}`);
  return gateway !== undefined && isLoopback(gateway.hostname) && isLoopback(page.hostname) && isWeb(page);
}

const isWeb = (url: URL): boolean => url.protocol === "http:" || url.protocol === "https:";

/** RFC 6761 §6.3 and the loopback networks. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(?:\.[0-9]{1,3}){3}$/.test(hostname)
  );
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
