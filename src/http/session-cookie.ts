// The cookies that pages keep their sessions in (RFC 6265, draft-ietf-httpbis-rfc6265bis §4.1.3.2): one for each
// user, so that two tabs may be two users, and how far each is believed.
//
// A browser sends a cookie along whoever made it ask, so a session counts only for a page of the gateway's own origin
// (cross-site request forgery, cross-site WebSocket hijacking). SameSite alone does not say that: to it another port,
// and another host of the domain, are the same site.

import { createHash } from "node:crypto";
import { type EpochMs, secondsUntil } from "../base/brand";
import { longestSession } from "../flow/session-token";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { isOwnOrigin } from "./upgrade/origin";
import { cookieValue, type UpgradeRequest } from "./upgrade/upgrade-request";

/** A cookie of this name came over TLS from this very host, and no other can have planted it. */
const hostPrefix = "__Host-";
const namePrefix = "durasip_session_";

/** Users who may be logged in in one browser; those that were first go when there is one more. */
const mostSessions = 8;

/** Names looked at when they are counted. */
const mostCookies = 64;

export interface SessionCookie {
  readonly name: string;
  /** As it came: for the home to judge. */
  readonly value: string;
}

type CookieFacts = Pick<
  UpgradeRequest,
  "method" | "scheme" | "host" | "origin" | "fetchSite" | "cookie" | "authorization" | "upgrade"
>;

/**
 * The session of that user in a request, where it may count: a page of ours sent it, and nothing that was shown on
 * purpose stands beside it.
 */
export function sessionCookieOf(request: CookieFacts, aor: AddressOfRecord): SessionCookie | undefined {
  return request.authorization === undefined && isOwnPage(request) ? cookieOf(request, aor) : undefined;
}

/** Whether the browser vouches that the request is made by a page of this very origin. */
export function isOwnPage(request: CookieFacts): boolean {
  const { origin, fetchSite, method, upgrade } = request;
  if (fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none") return false;
  // Fetch Standard §3.1: browsers say the Origin of all but plain readings.
  const isReading = (method === "GET" || method === "HEAD") && upgrade === undefined;
  return origin === undefined ? isReading : isOwnOrigin(request);
}

function cookieOf({ cookie, scheme }: CookieFacts, aor: AddressOfRecord): SessionCookie | undefined {
  const bare = bareNameOf(aor);
  // Over TLS the bare name may be the work of somebody who can write this host's cookies but is not it.
  const names = scheme === "https" ? [hostPrefix + bare] : [hostPrefix + bare, bare];
  for (const name of names) {
    const value = cookieValue(cookie, name);
    if (value !== undefined && value !== "" && value.length <= longestSession) return { name, value };
  }
  return undefined;
}

/** The name tells nobody's address to who merely sees it. */
const bareNameOf = (aor: AddressOfRecord): string =>
  namePrefix + createHash("sha256").update(aor, "utf8").digest("hex").slice(0, 16);

/** The name of that user's cookie for the page that asks. */
export function sessionCookieName({ scheme, origin }: CookieFacts, aor: AddressOfRecord): string {
  // Where a proxy ends the TLS, the page's own scheme is the one the browser goes by.
  const isSecure = scheme === "https" || origin?.toLowerCase().startsWith("https:") === true;
  return isSecure ? hostPrefix + bareNameOf(aor) : bareNameOf(aor);
}

/** The value of a Set-Cookie that keeps a session in the browser. */
export function keptCookie(cookie: SessionCookie, expiresAt: EpochMs, now: EpochMs): string {
  return `${cookie.name}=${cookie.value}; ${attributesOf(cookie.name)}; Max-Age=${secondsUntil(expiresAt, now)}`;
}

/** The value of a Set-Cookie that takes one out of it. */
export const clearedCookie = (name: string): string => `${name}=; ${attributesOf(name)}; Max-Age=0`;

const attributesOf = (name: string): string =>
  `Path=/; HttpOnly; SameSite=Strict${name.startsWith(hostPrefix) ? "; Secure" : ""}`;

/** Both names of a user's cookie: whichever the browser has, it goes. */
export const sessionCookieNames = (aor: AddressOfRecord): readonly string[] => [
  hostPrefix + bareNameOf(aor),
  bareNameOf(aor),
];

/** The sessions that have to go when one of that name is added (RFC 6265 §5.4: the eldest come first). */
export function crowdedOut({ cookie }: CookieFacts, name: string): readonly string[] {
  const names = (cookie ?? "").split(";", mostCookies).map((pair) => pair.slice(0, pair.indexOf("=")).trim());
  const others = names.filter((each) => each !== name && sessionName.test(each));
  return [...new Set(others)].slice(0, Math.max(0, others.length - (mostSessions - 1)));
}

const sessionName = new RegExp(`^(?:${hostPrefix})?${namePrefix}[0-9a-f]{16}$`);
