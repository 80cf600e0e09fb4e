// Logging in (RFC 3261 §22, 8760, 8898; design "Trust"): once for a socket, by a token at its opening, a token in a
// request, or a digest. On a socket that has logged in, credentials of later requests are not judged.

import {
  type CredentialsInput,
  type CredentialsJudgement,
  challengeLines,
  judgeCredentials,
} from "../auth/authenticate";
import { allowedAt, type FailedLogins, networkOf, recordFailure, recordSuccess } from "../auth/back-off";
import { mintNonce, type NonceUse } from "../auth/nonce";
import { after, type EpochMs, epochMs, type Seconds, secondsUntil } from "../base/brand";
import type { Account } from "../contracts/account";
import type { HeaderLine } from "../sip/build";
import { parseNameAddr } from "../sip/headers/name-addr";
import { headerValue, headerValues, type SipRequest } from "../sip/message";
import { type AddressOfRecord, addressOfRecordOf } from "../sip/uri/address-of-record";
import { parseUri } from "../sip/uri/uri";
import type { Socket } from "./state";
import { accountOf, accountToJudge, createAccount, tokenAccount } from "./tenancy";
import { emit, log, putSocket, realmOf, refuse, respond, type Scope, type Turn } from "./turn";

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
    const status = turn.state.tenancy === undefined ? 404 : 403;
    refuse(turn, socket.id, request, { status }, "no account for the token");
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
  const judgement = judgeLogin(turn, loginOf(turn, socket, request, values));
  switch (judgement.kind) {
    case "held-off":
      return holdOff(turn, socket, request, judgement.until);
    case "challenge":
      return challenge(turn, socket, request, asServer, judgement.stale);
    case "authenticated":
      return putSocket(turn, { ...socket, authenticatedUntil: never, nonceUse: judgement.nonceUse });
  }
}

/** The login that those credentials of a SIP request make. */
export const loginOf = (
  scope: Scope,
  socket: Socket,
  request: SipRequest,
  values: readonly string[],
): DigestLogin => ({
  values,
  method: request.method,
  requestUri: request.requestUri,
  spelling: spellingOf(scope, request),
  address: socket.facts.address,
  binding: { socketId: socket.id, aor: scope.state.aor },
  nonceUse: socket.nonceUse,
  nonceLifetime: scope.ports.settings.limits.nonceLifetime,
});

/** A login by digest, whatever protocol it came by. */
export interface DigestLogin
  extends Pick<
    CredentialsInput,
    "values" | "method" | "requestUri" | "binding" | "nonceUse" | "nonceLifetime"
  > {
  /** `user@realm` as the client writes it. */
  readonly spelling: string;
  readonly address: string | undefined;
}

export type LoginJudgement =
  | { readonly kind: "authenticated"; readonly nonceUse: NonceUse }
  /** Also for a wrong response: the wire may see no difference. */
  | { readonly kind: "challenge"; readonly stale: boolean }
  /** Too many failed logins: nothing is judged before then. */
  | { readonly kind: "held-off"; readonly until: EpochMs };

/** Judges a login, counts it when it fails, and in a demonstration makes the account when it is right. */
export function judgeLogin(turn: Turn, login: DigestLogin): LoginJudgement {
  const judgement = behindBackOff(turn, login, byCredentials(turn, login));
  return judgement.kind === "failed" ? { kind: "challenge", stale: false } : judgement;
}

/** How an account is looked at for a login by digest. */
export const byCredentials =
  (scope: Scope, { address: _address, spelling: _spelling, ...credentials }: DigestLogin) =>
  (account: Account | undefined): CredentialsJudgement => {
    const { hash, mac } = scope.ports.keyring;
    const { digestAlgorithms: algorithms } = scope.ports.settings;
    const { now } = scope;
    return judgeCredentials({ ...credentials, realm: realmOf(scope), account, algorithms, now }, hash, mac);
  };

/** From when a login is judged at this account, whatever is known of its address elsewhere. */
export const judgedFrom = (scope: Scope, address: string | undefined): EpochMs =>
  allowedAt(scope.state.failedLogins, address, isNearLiveDevice(scope, address), scope.now);

/**
 * Judges by whatever a login proves itself with, unless too many have failed; counts it when it fails, and makes the
 * account where a right one does.
 */
export function behindBackOff<Judgement extends { readonly kind: string }>(
  turn: Turn,
  { address, spelling }: Pick<DigestLogin, "address" | "spelling">,
  judge: (account: Account | undefined) => Judgement,
): Judgement | { readonly kind: "failed" } | Extract<LoginJudgement, { readonly kind: "held-off" }> {
  const { state, now } = turn;
  const account = accountToJudge(turn, spelling);
  const here = judgedFrom(turn, address);
  const until = epochMs(Math.max(here, turn.heldUntil ?? 0));
  if (until > now) {
    log(turn, "login held off", { address, by: here > now ? "account" : "address" });
    // By its address alone: it counts at the account all the same. Who shares the address with a device is heard once he is right, and
    // would else have as many tries as he likes; what is right counts too, or the next pause would tell that it was.
    if (here <= now) changeFailures(turn, recordFailure(state.failedLogins, address, now));
    return { kind: "held-off", until };
  }
  const judgement = judge(account);
  if (judgement.kind === "failed" || (judgement.kind === "authenticated" && account === undefined)) {
    changeFailures(turn, recordFailure(state.failedLogins, address, now));
    log(turn, "login failed", { address });
    return { kind: "failed" };
  }
  if (judgement.kind !== "authenticated" || account === undefined) return judgement;
  const forgiven = recordSuccess(state.failedLogins, address);
  if (forgiven.networks.length < state.failedLogins.networks.length) changeFailures(turn, forgiven);
  createAccount(turn, account);
  return judgement;
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
function isNearLiveDevice({ state }: Scope, address: string | undefined): boolean {
  if (address === undefined) return false;
  const network = networkOf(address);
  return [...state.sockets.values()].some(
    ({ authenticatedUntil, facts }) =>
      authenticatedUntil !== undefined && facts.address !== undefined && networkOf(facts.address) === network,
  );
}

function holdOff(turn: Turn, socket: Socket, request: SipRequest, from: EpochMs): undefined {
  const lines: readonly HeaderLine[] = [["Retry-After", String(secondsUntil(from, turn.now))]];
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
  if (socket.challengedAt === undefined) putSocket(turn, { ...socket, challengedAt: turn.now });
  const name = asServer ? "WWW-Authenticate" : "Proxy-Authenticate";
  const values = challengeValues(turn, socket.id, stale, error);
  respond(turn, socket.id, request, asServer ? 401 : 407, { lines: values.map((value) => [name, value]) });
  return undefined;
}

/** The values of a challenge, preferred first, with a fresh nonce for that socket. */
export function challengeValues(
  turn: Turn,
  socketId: string,
  stale: boolean,
  error?: "invalid_token",
): readonly string[] {
  const { settings, keyring } = turn.ports;
  return challengeLines({
    realm: realmOf(turn),
    nonce: mintNonce(keyring.mac, { socketId, aor: turn.state.aor }, turn.now),
    stale,
    algorithms: settings.digestAlgorithms,
    bearer:
      settings.tokens === undefined
        ? undefined
        : { authorizationServer: settings.tokens.authorizationServer, error },
  });
}

/** The user's name as the client writes it: digest user names are compared with case. */
function spellingOf(scope: Scope, request: SipRequest): string {
  const from = parseNameAddr(headerValue(request, "from") ?? "");
  const uri = from.ok ? parseUri(from.value.uri) : from;
  if (!uri.ok || uri.value.kind !== "sip" || addressOfRecordOf(uri.value) !== scope.state.aor)
    return scope.state.aor;
  return `${uri.value.user ?? ""}@${realmOf(scope)}`;
}
