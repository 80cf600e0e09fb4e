// The WebSocket edge (RFC 7118): judges the opening handshake, then hands the upgrade to the home it names, or
// serves the bare URL itself. Both roads give the object the same facts.

import type { Entropy } from "../../base/entropy";
import type { Result } from "../../base/result";
import type { Settings } from "../../contracts/settings";
import type { OpeningFacts, SocketFacts, TokenFacts } from "../../contracts/socket-facts";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { describeThrow, log } from "../log";
import { type HeldOff, refuseNewcomer } from "../newcomers";
import type { Objects } from "../objects";
import { serveBareSocket } from "./bare-socket";
import { openHomeSocket } from "./home-socket";
import { NamelessSockets } from "./nameless-sockets";
import { canonicalOrigin } from "./origin";
import {
  type AcceptedUpgrade,
  chooseHome,
  invalidToken,
  routeUpgrade,
  type UpgradeRefusal,
} from "./route-upgrade";
import { readUpgradeRequest, type UpgradeRequest } from "./upgrade-request";

/** Why a token is not believed: a stable code for the log, and whether the trouble is ours and may pass. */
export interface TokenFailure {
  readonly code: string;
  readonly transient: boolean;
}

/** Proves whom a bearer token speaks for. Never rejects. */
export type VerifyToken = (token: string, settings: Settings) => Promise<Result<TokenFacts, TokenFailure>>;

export interface EdgeOptions {
  readonly settings: Settings;
  readonly objects: Objects;
  readonly verifyToken: VerifyToken;
  readonly entropy: Entropy;
}

/** Answers a request for a WebSocket: 101, or a short plain-text refusal. */
export async function serveUpgrade(request: Request, options: EdgeOptions): Promise<Response> {
  const facts = readUpgradeRequest(request, options.settings.clientAddressHeader);
  const accepted = routeUpgrade(facts, options.settings);
  if (accepted.kind === "refused") return refuse(accepted, facts);
  const token = await judgeAccepted(accepted, options);
  if (token?.kind === "refused") return refuse(token, facts);
  const road = chooseHome(accepted, token?.facts, options.settings);
  if (road.kind === "refused") return refuse(road, facts);
  if (road.kind === "bare") return bareRoad(socketFacts(facts, undefined), options);
  const held = road.token === undefined ? refuseNewcomer(facts.address, options.settings.limits) : undefined;
  if (held !== undefined) return refuse(tooMany(held), facts);
  const session = road.token === undefined ? accepted.session : undefined;
  return homeRoad(road.aor, { ...socketFacts(facts, road.token), session }, options);
}

type JudgedToken = { readonly kind: "valid"; readonly facts: TokenFacts } | UpgradeRefusal;

async function judgeAccepted(
  { named, token, cookie }: AcceptedUpgrade,
  options: EdgeOptions,
): Promise<JudgedToken | undefined> {
  if (token !== undefined) return judgeToken(token, options);
  const judged = cookie === undefined ? undefined : await judgeToken(cookie, options);
  // A stale cookie, or one of another user, would shut out whoever logs in with a password.
  if (judged === invalidToken) return undefined;
  return judged?.kind === "valid" && judged.facts.aor !== (named ?? judged.facts.aor) ? undefined : judged;
}

async function judgeToken(token: string, { settings, verifyToken }: EdgeOptions): Promise<JudgedToken> {
  if (settings.tokens === undefined) return invalidToken;
  const verified = await verifyToken(token, settings);
  if (verified.ok) return { kind: "valid", facts: verified.value };
  const { code, transient } = verified.error;
  log(transient ? "error" : "info", "token refused", { code });
  return transient ? unavailable : invalidToken;
}

const unavailable: UpgradeRefusal = {
  kind: "refused",
  status: 503,
  reason: "try again later",
  headers: { "Retry-After": "5" },
};

const tooMany = ({ retryAfter }: HeldOff): UpgradeRefusal => ({
  ...unavailable,
  reason: "too many newcomers",
  headers: { "Retry-After": String(retryAfter) },
});

const socketFacts = (request: UpgradeRequest, token: TokenFacts | undefined): SocketFacts => ({
  address: request.address,
  origin: request.origin,
  scheme: request.scheme === "https" ? "wss" : "ws",
  host: request.host,
  token,
  userAgent: request.userAgent,
  ...(request.country === undefined ? {} : { country: request.country }),
});

/** The cheap road: the upgrade goes to the object, and the Worker leaves the path. */
async function homeRoad(aor: AddressOfRecord, facts: OpeningFacts, options: EdgeOptions): Promise<Response> {
  try {
    const response = await openHomeSocket(options.objects, aor, facts);
    if (response.webSocket !== null) return switching(response.webSocket, response.headers);
    return plainAnswer(response.status, await response.text(), response.headers);
  } catch (thrown) {
    log("error", "home could not be reached", { aor, ...describeThrow(thrown) });
    return plainAnswer(unavailable.status, unavailable.reason, new Headers(unavailable.headers));
  }
}

/** Of this isolate, whichever request each came with. */
const nameless = new NamelessSockets();

/** The road of stock clients: the Worker stays between the client and the home of its first message. */
function bareRoad(facts: SocketFacts, options: EdgeOptions): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  serveBareSocket(server, {
    settings: options.settings,
    entropy: options.entropy,
    address: facts.address,
    nameless,
    openHome: (aor) => openHome(aor, facts, options),
  });
  return switching(client, new Headers());
}

async function openHome(
  aor: AddressOfRecord,
  facts: SocketFacts,
  { objects, settings }: EdgeOptions,
): Promise<WebSocket | undefined> {
  if (refuseNewcomer(facts.address, settings.limits) !== undefined) {
    log("info", "too many newcomers", { address: facts.address });
    return undefined;
  }
  try {
    const response = await openHomeSocket(objects, aor, facts);
    if (response.webSocket !== null) return response.webSocket;
    log("warn", "home refused a socket", { aor, status: response.status });
  } catch (thrown) {
    log("error", "home could not be reached", { aor, ...describeThrow(thrown) });
  }
  return undefined;
}

/** RFC 7118 §4.1: the 101 names the subprotocol. */
function switching(webSocket: WebSocket, from: Headers): Response {
  const headers = new Headers(from);
  headers.set("Sec-WebSocket-Protocol", "sip");
  return new Response(null, { status: 101, webSocket, headers });
}

function refuse(refusal: UpgradeRefusal, request: UpgradeRequest): Response {
  const { status, reason, headers } = refusal;
  const origin = request.origin === undefined ? undefined : (canonicalOrigin(request.origin) ?? "malformed");
  log("info", "upgrade refused", { status, reason, origin, address: request.address });
  return plainAnswer(status, reason, new Headers(headers));
}

function plainAnswer(status: number, text: string, from: Headers): Response {
  const headers = new Headers(from);
  headers.set("Content-Type", "text/plain; charset=utf-8");
  return new Response(`${text.trimEnd()}\n`, { status, headers });
}
