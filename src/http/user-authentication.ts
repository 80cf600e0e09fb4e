// Who asks over HTTP: a user with a Bearer token (RFC 6750; RFC 8898 says whom it names) or by digest (RFC 7616), or a
// page of ours with the session of the user that its URL names (session-cookie.ts).
//
// Tokens are verified here, as at the upgrade; all else is the home's to judge (contracts/user-authentication.ts). To
// know which home, the request must name its user before the first challenge: by its URL, by its token, or, when it
// carries them at once, by the user name and realm of its digest credentials. The URL is believed over the
// credentials: those of somebody else are then simply wrong.

import { challengeLines } from "../auth/authenticate";
import { findBearerToken } from "../auth/bearer";
import { parseCredentials } from "../auth/credentials";
import { err, ok, type Result } from "../base/result";
import type { Keyring } from "../contracts/keyring";
import type { Settings } from "../contracts/settings";
import type {
  HttpAuthentication,
  HttpLogin,
  HttpPurpose,
  SessionState,
} from "../contracts/user-authentication";
import { type AddressOfRecord, aorHost, parseAddressOfRecord } from "../sip/uri/address-of-record";
import { noSuchRealm } from "./admin/address-parameter";
import { log } from "./log";
import { asNewcomer } from "./newcomers";
import { type Objects, twice } from "./objects";
import {
  forbidden,
  invalidRequest,
  notAuthenticated,
  type Problem,
  tooManyRequests,
  unavailable,
  unchallenged,
} from "./problem";
import { type SessionCookie, sessionCookieOf } from "./session-cookie";
import { challengeUnproven } from "./unproven";
import { servesRealm } from "./upgrade/route-upgrade";
import type { VerifyToken } from "./upgrade/upgrade";
import { readUpgradeRequest } from "./upgrade/upgrade-request";

export interface AuthenticatedUser {
  readonly aor: AddressOfRecord;
  /** Names the user, for this purpose, to somebody who may not know the address-of-record. */
  readonly pseudonym: string;
  /** The page's session, where it was by one. */
  readonly session?: SessionState & { readonly cookie: SessionCookie };
}

export interface UserAuthenticationOptions {
  readonly settings: Settings;
  readonly objects: Objects;
  readonly verifyToken: VerifyToken;
  readonly keyring: () => Promise<Keyring>;
}

/** A login that a home has to judge, and whose home that is. */
export interface Login {
  readonly aor: AddressOfRecord;
  readonly login: HttpLogin;
}

/** The user who makes this request, or the answer to it. `named` is the user its URL names, if it names one. */
export async function authenticateUser(
  request: Request,
  purpose: HttpPurpose,
  named: AddressOfRecord | undefined,
  options: UserAuthenticationOptions,
): Promise<Result<AuthenticatedUser, Problem>> {
  const cookie = sessionOf(request, named, options.settings);
  const prepared = await prepareLogin(request, purpose, named, options, cookie);
  const user = prepared.ok ? await atHome(prepared.value, cookie, options) : prepared;
  return user.ok || (cookie === undefined && !isByPage(request)) ? user : err(unchallenged(user.error));
}

/**
 * A page that asks its user itself says so. To it, and to who shows a session, a challenge would be a window that the
 * browser opens over the page.
 */
const isByPage = (request: Request): boolean =>
  request.headers.get("x-requested-with")?.toLowerCase() === "durasip";

/** The session of the user that the URL names; undefined where other credentials stand beside it, or none are kept. */
export const sessionOf = (
  request: Request,
  named: AddressOfRecord | undefined,
  { sessionLifetime }: Settings,
): SessionCookie | undefined =>
  sessionLifetime === 0 || named === undefined
    ? undefined
    : sessionCookieOf(readUpgradeRequest(request), named);

/** All of a login that needs no home: the token, whom the request names, and whether anything is there to be judged. */
export async function prepareLogin(
  request: Request,
  purpose: HttpPurpose,
  named: AddressOfRecord | undefined,
  options: UserAuthenticationOptions,
  cookie?: SessionCookie,
): Promise<Result<Login, Problem>> {
  const { settings } = options;
  if (named !== undefined && !servesRealm(named, settings)) return err(noSuchRealm);
  const value = request.headers.get("authorization");
  const authorization = value === null ? [] : [value];
  // Where no tokens are accepted, the challenge must not ask for one.
  const token = settings.tokens === undefined ? undefined : findBearerToken(authorization);
  const login = loginOf(request, purpose, authorization, settings);
  if (token !== undefined) return byToken(token, named, login, options);
  const aor = named ?? userOf(value ?? "", settings);
  if (aor !== undefined) {
    const shown = cookie === undefined ? login : { ...login, session: cookie.value };
    const challenges = await challengeUnproven(aor, shown, settings, options.keyring);
    return challenges === undefined ? ok({ aor, login: shown }) : err(notAuthenticated(challenges));
  }
  return err(settings.tokens === undefined ? nobodyNamed : bearerChallenge(undefined, settings));
}

async function byToken(
  token: string,
  named: AddressOfRecord | undefined,
  login: HttpLogin,
  options: UserAuthenticationOptions,
): Promise<Result<Login, Problem>> {
  const verified = await options.verifyToken(token, options.settings);
  if (!verified.ok) {
    const { code, transient } = verified.error;
    log(transient ? "error" : "info", "token refused", { code });
    return err(transient ? unavailable : bearerChallenge(named, options.settings, "invalid_token"));
  }
  const { aor } = verified.value;
  if (aor !== (named ?? aor)) return err(forbidden("The token is another user's."));
  return ok({ aor, login: { ...login, hasValidToken: true, authorization: [] } });
}

async function atHome(
  { aor, login }: Login,
  cookie: SessionCookie | undefined,
  { objects, settings }: UserAuthenticationOptions,
): Promise<Result<AuthenticatedUser, Problem>> {
  const judge = () => twice(() => objects.home(aor).authenticateHttp(login));
  const judged: HttpAuthentication = login.hasValidToken
    ? await judge()
    : await asNewcomer(login.address, settings.limits, judge);
  if (judged.kind === "authenticated") {
    const { pseudonym, session } = judged;
    return ok({
      aor,
      pseudonym,
      ...(session === undefined || cookie === undefined ? {} : { session: { ...session, cookie } }),
    });
  }
  return err(problemOfLogin(judged));
}

/** Why a home does not take a login. */
export function problemOfLogin(judged: Exclude<HttpAuthentication, { kind: "authenticated" }>): Problem {
  switch (judged.kind) {
    case "challenged":
      return notAuthenticated(judged.challenges);
    case "held-off":
      return tooManyRequests(judged.retryAfter);
    case "no-account":
      return forbidden("The token is valid; its user has no account here, or a closed one.");
  }
}

function loginOf(
  request: Request,
  purpose: HttpPurpose,
  authorization: readonly string[],
  settings: Settings,
): HttpLogin {
  const { method, path, query, address } = readUpgradeRequest(request, settings.clientAddressHeader);
  const target = query === "" ? path : `${path}?${query}`;
  return { purpose, method, target, authorization, hasValidToken: false, address };
}

/** Whom the digest credentials of a request name. */
export const userInCredentials = (request: Request, settings: Settings): AddressOfRecord | undefined =>
  userOf(request.headers.get("authorization") ?? "", settings);

/** `alice@realm`, or `alice` of the realm in the credentials; undefined when they name nobody of ours. */
function userOf(value: string, settings: Settings): AddressOfRecord | undefined {
  const credentials = parseCredentials(value);
  if (credentials?.kind !== "digest" || credentials.userhash) return undefined;
  const { username = "", realm = "" } = credentials;
  const aor = parseAddressOfRecord(username.includes("@") ? username : `${username}@${realm}`);
  return aor !== undefined && servesRealm(aor, settings) ? aor : undefined;
}

/** RFC 6750 §3, where no home was asked: the token was no good, or nothing names a home. */
function bearerChallenge(
  named: AddressOfRecord | undefined,
  { tokens, realms }: Settings,
  error?: "invalid_token",
): Problem {
  const realm = named === undefined ? (realms[0] ?? "") : aorHost(named);
  const bearer = { authorizationServer: tokens?.authorizationServer, error };
  return notAuthenticated(challengeLines({ realm, nonce: "", stale: false, algorithms: [], bearer }));
}

const nobodyNamed = invalidRequest([
  { where: "aor", detail: "names the user, unless the credentials of the request do" },
]);
