// Logging in (RFC 3261 §22, 8760, 8898; design "Trust"): once for a socket, by a token at its opening, a token in a
// request, or a digest. On a socket that has logged in, credentials of later requests are not judged.

import { challengeLines, judgeCredentials } from "../auth/authenticate";
import { allowedAt, type FailedLogins, networkOf, recordFailure, recordSuccess } from "../auth/back-off";
import { mintNonce } from "../auth/nonce";
import { after, type EpochMs, epochMs, type Seconds, secondsUntil } from "../base/brand";
import type { HeaderLine } from "../sip/build";
import { parseNameAddr } from "../sip/headers/name-addr";
import { headerValue, headerValues, type SipRequest } from "../sip/message";
import { type AddressOfRecord, addressOfRecordOf } from "../sip/uri/address-of-record";
import { parseUri } from "../sip/uri/uri";
import type { Socket } from "./state";
import { accountOf, accountToJudge, createAccount, tokenAccount } from "./tenancy";
import { emit, log, putSocket, realmOf, respond, type Turn } from "./turn";

/** What became of a Bearer token that a request carried, as its signature's keeper found it. */
export type BearerFact =
  | { readonly kind: "valid"; readonly aor: AddressOfRecord; readonly expiresAt: EpochMs | undefined }
  | { readonly kind: "invalid"; readonly why: string }
  /** Not judged now, which says nothing of the token. */
  | { readonly kind: "unavailable"; readonly why: string; readonly retryAfter: Seconds };

/** The end of time for a login that does not end by itself. */
export const never = epochMs(Number.MAX_SAFE_INTEGER);

export const isAuthenticated = (socket: Socket, now: EpochMs): boolean =>
  socket.authenticatedUntil !== undefined && socket.authenticatedUntil > now;

/**
 * The socket, logged in; or undefined when the request has been answered: with a challenge (401 where the home
 * is the UAS, 407 where it is a proxy, RFC 3261 §22.2, §22.3), 404 for a name nobody has, or 503 in a back-off and when a token cannot be judged now.
 */
export function authenticate(
  turn: Turn,
  socket: Socket,
  request: SipRequest,
  bearer: BearerFact | undefined,
  asServer: boolean,
): Socket | undefined {
  if (isAuthenticated(socket, turn.now)) return socket;
  if (bearer !== undefined) return byToken(turn, socket, request, bearer, asServer);
  const values = headerValues(request, asServer ? "authorization" : "proxy-authorization");
  if (values.length === 0) return challenge(turn, socket, request, asServer, false);
  return byDigest(turn, socket, request, values, asServer);
}

function byToken(
  turn: Turn,
  socket: Socket,
  request: SipRequest,
  bearer: BearerFact,
  asServer: boolean,
): Socket | undefined {
  if (bearer.kind === "unavailable") {
    const lines: readonly HeaderLine[] = [["Retry-After", String(bearer.retryAfter)]];
    log(turn, "token not judged", { why: bearer.why });
    respond(turn, socket.id, request, 503, { lines });
    return undefined;
  }
  if (bearer.kind === "invalid" || bearer.aor !== turn.state.aor) {
    log(turn, "token refused", { why: bearer.kind === "invalid" ? bearer.why : "for another user" });
    return challenge(turn, socket, request, asServer, false, "invalid_token");
  }
  if (!admitToken(turn)) {
    respond(turn, socket.id, request, turn.state.tenancy === undefined ? 404 : 403);
    return undefined;
  }
  return putSocket(turn, { ...socket, authenticatedUntil: bearer.expiresAt ?? never });
}

/** Whether a valid token for this name finds an account, made now where the realm's tokens make accounts. */
export function admitToken(turn: Turn): boolean {
  if (turn.state.tenancy === undefined && turn.ports.settings.tokens?.createAccounts === true) {
    createAccount(turn, tokenAccount(turn, turn.state.aor));
  }
  return accountOf(turn) !== undefined;
}

function byDigest(
  turn: Turn,
  socket: Socket,
  request: SipRequest,
  values: readonly string[],
  asServer: boolean,
): Socket | undefined {
  const { state, now, ports } = turn;
  const { address } = socket.facts;
  const account = accountToJudge(turn, spellingOf(turn, request));
  const from = allowedAt(state.failedLogins, address, isNearLiveDevice(turn, address), now);
  if (from > now) return holdOff(turn, socket, request, from);
  const judgement = judgeCredentials(
    {
      values,
      method: request.method,
      requestUri: request.requestUri,
      realm: realmOf(turn),
      binding: { socketId: socket.id, aor: state.aor },
      account,
      algorithms: ports.settings.digestAlgorithms,
      nonceUse: socket.nonceUse,
      nonceLifetime: ports.settings.limits.nonceLifetime,
      now,
    },
    ports.keyring.hash,
    ports.keyring.mac,
  );
  if (judgement.kind === "challenge") return challenge(turn, socket, request, asServer, judgement.stale);
  if (judgement.kind === "failed" || account === undefined) {
    changeFailures(turn, recordFailure(state.failedLogins, address, now));
    log(turn, "login failed", { address });
    return challenge(turn, socket, request, asServer, false);
  }
  const forgiven = recordSuccess(state.failedLogins, address);
  if (forgiven.networks.length < state.failedLogins.networks.length) changeFailures(turn, forgiven);
  createAccount(turn, account);
  return putSocket(turn, { ...socket, authenticatedUntil: never, nonceUse: judgement.nonceUse });
}

function changeFailures({ state, now, ports }: Turn, failedLogins: FailedLogins): void {
  state.failedLogins = failedLogins;
  state.saveFailuresAt ??= after(now, ports.settings.limits.strangerLifetime);
}

/**
 * Writes down the failed logins. Only an account has rows, and a row holds its answer back until it is on disk: written
 * at once it would tell a name that exists from one that does not. Later, whoever was answered has been closed.
 */
export function saveFailures(turn: Turn): void {
  const { state, now } = turn;
  if (state.saveFailuresAt === undefined || state.saveFailuresAt > now) return;
  state.saveFailuresAt = undefined;
  if (state.tenancy !== undefined) emit(turn, { kind: "putFailedLogins", failedLogins: state.failedLogins });
}

/** The owner's other tab, or the owner again: a device that is here now, on the same network as far as it is known. */
function isNearLiveDevice(turn: Turn, address: string | undefined): boolean {
  if (address === undefined) return false;
  const network = networkOf(address);
  return [...turn.state.sockets.values()].some(
    ({ authenticatedUntil, facts }) =>
      authenticatedUntil !== undefined && facts.address !== undefined && networkOf(facts.address) === network,
  );
}

function holdOff(turn: Turn, socket: Socket, request: SipRequest, from: EpochMs): undefined {
  const lines: readonly HeaderLine[] = [["Retry-After", String(secondsUntil(from, turn.now))]];
  log(turn, "login held off", { address: socket.facts.address });
  respond(turn, socket.id, request, 503, { lines });
  return undefined;
}

function challenge(
  turn: Turn,
  socket: Socket,
  request: SipRequest,
  asServer: boolean,
  stale: boolean,
  error?: "invalid_token",
): undefined {
  const { settings, keyring } = turn.ports;
  if (socket.challengedAt === undefined) putSocket(turn, { ...socket, challengedAt: turn.now });
  const name = asServer ? "WWW-Authenticate" : "Proxy-Authenticate";
  const values = challengeLines({
    realm: realmOf(turn),
    nonce: mintNonce(keyring.mac, { socketId: socket.id, aor: turn.state.aor }, turn.now),
    stale,
    algorithms: settings.digestAlgorithms,
    bearer:
      settings.tokens === undefined
        ? undefined
        : { authorizationServer: settings.tokens.authorizationServer, error },
  });
  respond(turn, socket.id, request, asServer ? 401 : 407, { lines: values.map((value) => [name, value]) });
  return undefined;
}

/** The user's name as the client writes it: digest user names are compared with case. */
function spellingOf(turn: Turn, request: SipRequest): string {
  const from = parseNameAddr(headerValue(request, "from") ?? "");
  const uri = from.ok ? parseUri(from.value.uri) : from;
  if (!uri.ok || uri.value.kind !== "sip" || addressOfRecordOf(uri.value) !== turn.state.aor)
    return turn.state.aor;
  return `${uri.value.user ?? ""}@${realmOf(turn)}`;
}
