// The Origin allow-list at the upgrade (RFC 6455 §10.2, RFC 6454): a browser opens a WebSocket to any host from
// any page and sends that host's cookies along, so the gateway must judge the page itself.

import type { UpgradeRequest } from "./upgrade-request";

/** How a page stands to this gateway; `none` is a client that is no browser. */
export type OriginVerdict = "none" | "own" | "listed" | "any" | "refused";

/** Judges the Origin of a request. `allowed` holds origins such as `https://app.example.com`, or `*` for any. */
export function judgeOrigin(request: UpgradeRequest, allowed: readonly string[]): OriginVerdict {
  if (request.origin === undefined) return "none";
  const page = parseUrl(request.origin);
  if (page !== undefined && isOwn(page, request)) return "own";
  if (page !== undefined && allowed.some((entry) => parseUrl(entry)?.origin === page.origin)) return "listed";
  return allowed.includes("*") ? "any" : "refused";
}

function isOwn(page: URL, request: UpgradeRequest): boolean {
  // A reverse proxy that ends TLS makes the page's scheme the better one; the other way round it is no match.
  const schemeFits = page.protocol === "https:" || page.protocol === `${request.scheme}:`;
  if (schemeFits && page.host === request.host) return true;
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
