// Which object a socket belongs to, before its first message is read: the checks of the opening handshake
// (RFC 6455 §4.2, RFC 7118 §4.1) and the address-of-record that path, query or token name.
//
// Two steps, since a token is judged in between: routeUpgrade takes apart what the request says, chooseHome
// weighs it against what the token proved. Refusals are short and hold nothing of what the client sent.

import type { Settings } from "../../contracts/settings";
import type { TokenFacts } from "../../contracts/socket-facts";
import { type AddressOfRecord, aorHost, parseAddressOfRecord } from "../../sip/uri/address-of-record";
import { sessionCookieOf } from "../session-cookie";
import { judgeOrigin, type OriginVerdict } from "./origin";
import {
  cookieValue,
  percentDecoded,
  queryParameter,
  type UpgradeRequest,
  wantsWebSocket,
} from "./upgrade-request";

/** An answer in place of the handshake's 101. */
export interface UpgradeRefusal {
  readonly kind: "refused";
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the request names and carries: an address-of-record, a token, both or none. */
export interface AcceptedUpgrade {
  readonly kind: "accepted";
  readonly named: AddressOfRecord | undefined;
  /** Presented on purpose: it holds, or the upgrade is refused. */
  readonly token: string | undefined;
  /** Sent along by a browser, asked or not: it counts where it holds and fits, and is not there otherwise. */
  readonly cookie: string | undefined;
  /** The session of the named user, from a page of ours: unread, for his home to judge. */
  readonly session?: string | undefined;
}

/** The road a socket takes: to the home it named, or to the one its first message will name. */
export type Road =
  | { readonly kind: "home"; readonly aor: AddressOfRecord; readonly token: TokenFacts | undefined }
  | { readonly kind: "bare" };

/** The cookie a page of ours keeps its token in. */
export const tokenCookie = "durasip_token";

/** What is longer is cut, and so fails. */
const longestToken = 8192;

/** A domain name of 253 characters (RFC 1035 §2.3.4), and a port. */
const longestHost = 260;

const refused = (
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): UpgradeRefusal => ({ kind: "refused", status, reason, headers });

/** True for a path that serves WebSockets. */
export const isSocketPath = (path: string): boolean =>
  path === "/" || path === "/ws" || path === "/sip" || path.startsWith("/sip/");

/** Checks the opening handshake and takes the names out of it. */
export function routeUpgrade(request: UpgradeRequest, settings: Settings): AcceptedUpgrade | UpgradeRefusal {
  if (!wantsWebSocket(request)) return refused(426, "this is a SIP WebSocket", { Upgrade: "websocket" });
  // RFC 6455 §4.1: the method of the request must be GET.
  if (request.method !== "GET") return refused(405, "a WebSocket is opened with GET", { Allow: "GET" });
  // RFC 7118 §4.1: the client must offer "sip", and the 101 must name it.
  if (!offersSip(request.protocols)) {
    return refused(400, 'the WebSocket subprotocol must be "sip"', { "Sec-WebSocket-Protocol": "sip" });
  }
  if (request.host.length > longestHost) return refused(400, "this is no host");
  const origin = judgeOrigin(request, settings.allowedOrigins);
  if (origin === "refused") return refused(403, "this Origin is not allowed");
  const named = namedAddress(request, settings);
  if (named.kind === "refused") return named;
  const token = presentedToken(request);
  const cookie = token === undefined ? tokenInCookie(request, origin, settings) : undefined;
  return { kind: "accepted", named: named.aor, token, cookie, ...sessionOf(request, named.aor, token) };
}

/** On a bare URL nobody is named yet whose session it could be. */
function sessionOf(
  request: UpgradeRequest,
  named: AddressOfRecord | undefined,
  token: string | undefined,
): Pick<AcceptedUpgrade, "session"> {
  const cookie = named === undefined || token !== undefined ? undefined : sessionCookieOf(request, named);
  return cookie === undefined ? {} : { session: cookie.value };
}

/** The road for an accepted upgrade; `token` is what its token proved, undefined when it carried none. */
export function chooseHome(
  accepted: AcceptedUpgrade,
  token: TokenFacts | undefined,
  settings: Settings,
): Road | UpgradeRefusal {
  const aor = accepted.named ?? token?.aor;
  if (aor === undefined) return { kind: "bare" };
  if (token !== undefined && token.aor !== aor)
    return refused(403, "the token is of another address-of-record");
  return servesRealm(aor, settings) ? { kind: "home", aor, token } : refused(404, "no such realm here");
}

/** The answer to a token that does not verify (RFC 6750 §3.1). */
export const invalidToken: UpgradeRefusal = refused(401, "the token is not valid", {
  "WWW-Authenticate": 'Bearer error="invalid_token"',
});

export const servesRealm = (aor: AddressOfRecord, settings: Settings): boolean =>
  settings.realms.includes(aorHost(aor));

/** RFC 6455 §11.3.4: a list of tokens; subprotocol names are compared with case. */
function offersSip(protocols: string | undefined): boolean {
  return protocols?.split(",").some((protocol) => protocol.trim() === "sip") ?? false;
}

type Named = { readonly kind: "named"; readonly aor: AddressOfRecord | undefined };

/** The address-of-record of `/sip/<aor>` or `?aor=`. */
function namedAddress(request: UpgradeRequest, settings: Settings): Named | UpgradeRefusal {
  const inPath = request.path.startsWith("/sip/") ? percentDecoded(request.path.slice(5)) : "";
  const inQuery = queryParameter(request.query, "aor") ?? "";
  const texts = [inPath, inQuery].filter((text) => text !== "");
  if (texts.length === 0) return { kind: "named", aor: undefined };
  const [first, second = first] = texts.map(parseAddressOfRecord);
  if (first === undefined || second === undefined) return refused(400, "this is no address-of-record");
  if (first !== second) return refused(400, "path and query name two addresses-of-record");
  if (!servesRealm(first, settings)) return refused(404, "no such realm here");
  return { kind: "named", aor: first };
}

/** The token that was presented, from the first place that has one. */
function presentedToken(request: UpgradeRequest): string | undefined {
  const bearer = /^Bearer +([^ ]+) *$/i.exec(request.authorization ?? "")?.[1];
  const places = [queryParameter(request.query, "access_token"), bearer];
  return places.find((token) => token !== undefined && token !== "")?.slice(0, longestToken);
}

/**
 * The token in the cookie. It is the browser's doing, not the page's: it does not count for a page whose Origin
 * nobody vouches for (cross-site WebSocket hijacking), nor where no tokens are taken.
 */
function tokenInCookie(
  request: UpgradeRequest,
  origin: OriginVerdict,
  { tokens }: Settings,
): string | undefined {
  if (origin === "any" || tokens === undefined) return undefined;
  const cookie = cookieValue(request.cookie, tokenCookie);
  return cookie === "" ? undefined : cookie?.slice(0, longestToken);
}
