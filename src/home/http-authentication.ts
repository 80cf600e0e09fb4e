// A user's login over HTTP (RFC 7616, RFC 6750, or the session of a page), judged where one over SIP is: the same H(A1)s, the same back-off, the
// same answer to a wrong password and to a name nobody has. What proves nothing does not come here: the Worker challenges it
// (http/unproven.ts).

import { parseCredentials } from "../auth/credentials";
import { httpBinding, httpNonceLifetime } from "../auth/http-nonce";
import { verifyPassword } from "../auth/password";
import { seconds, secondsUntil } from "../base/brand";
import type { Account } from "../contracts/account";
import type { Guess } from "../contracts/guesses";
import type {
  HttpAuthentication,
  HttpLogin,
  HttpPurpose,
  SessionOpened,
  SessionOpening,
} from "../contracts/user-authentication";
import {
  admitToken,
  behindBackOff,
  byCredentials,
  challengeValues,
  type DigestLogin,
  judgeLogin,
} from "./authentication";
import { guessOf } from "./guess";
import { type Rate, takeRequest } from "./rate";
import { beginSession, judgeSession, renewSession } from "./session";
import { log, realmOf, type Scope, type Turn } from "./turn";

/**
 * Requests a second, and at once, that one account is served. Only its owner's count, so that no stranger can use
 * them up. Each may cost a call to a relay's provider, and a page needs one for a call of hours.
 */
const rates: Readonly<Record<HttpPurpose, Rate>> = {
  "turn-credentials": { requestRate: 1, requestBurst: 30 },
  calls: { requestRate: 1, requestBurst: 30 },
  messages: { requestRate: 1, requestBurst: 30 },
  rules: { requestRate: 1, requestBurst: 30 },
  session: { requestRate: 1, requestBurst: 30 },
  presence: { requestRate: 1, requestBurst: 30 },
  watchers: { requestRate: 1, requestBurst: 30 },
  // A client that starts reads all of a user's documents, and one that edits a list puts an element at a time.
  xcap: { requestRate: 5, requestBurst: 100 },
};

/** Whether the request is this user's. */
export function authenticateHttp(turn: Turn, login: HttpLogin): HttpAuthentication {
  if (login.hasValidToken) return admitToken(turn) ? serve(turn, login.purpose) : { kind: "no-account" };
  // A request is judged by what it shows on purpose; the cookie of a session comes along unasked.
  return login.session === undefined || login.authorization.length > 0
    ? byDigest(turn, login)
    : bySession(turn, login, login.session);
}

function bySession(turn: Turn, { purpose }: HttpLogin, shown: string): HttpAuthentication {
  const session = judgeSession(turn, shown);
  if (session === undefined) return challenged(turn, false);
  const served = serve(turn, purpose);
  return served.kind === "authenticated" ? { ...served, session: renewSession(turn, session) } : served;
}

/** What a request's login is to the realm, which has to be asked before `authenticateHttp`. */
export function guessInHttp(scope: Scope, login: HttpLogin): Guess | undefined {
  if (login.hasValidToken || login.authorization.length === 0) return undefined;
  const shown = loginOf(scope, login);
  return guessOf(scope, shown, byCredentials(scope, shown));
}

/** The same of a page that logs in, before `openSession`. */
export const guessInOpening = (scope: Scope, opening: SessionOpening): Guess | undefined =>
  opening.proof.kind === "token"
    ? undefined
    : guessOf(scope, writtenIn(scope, opening), byPassword(scope, opening, opening.proof.password));

/** A page logs in: what it gets lets it in until the account is another, or the time is over. */
export function openSession(turn: Turn, opening: SessionOpening): SessionOpened {
  const { proof } = opening;
  if (proof.kind === "token") {
    if (!admitToken(turn)) return { kind: "no-account" };
  } else {
    const judge = byPassword(turn, opening, proof.password);
    const judgement = behindBackOff(turn, writtenIn(turn, opening), judge);
    if (judgement.kind === "held-off") {
      return { kind: "held-off", retryAfter: secondsUntil(judgement.until, turn.now) };
    }
    if (judgement.kind === "failed") return { kind: "refused" };
  }
  const served = serve(turn, "session");
  if (served.kind !== "authenticated") return served;
  const opened = beginSession(turn, proof.kind === "token" ? proof.expiresAt : undefined);
  return opened === undefined ? { kind: "no-account" } : { kind: "opened", ...opened };
}

const writtenIn = ({ state }: Scope, { spelling, address }: SessionOpening) => ({
  spelling: spelling.toLowerCase() === state.aor ? spelling : state.aor,
  address,
});

function byPassword(scope: Scope, opening: SessionOpening, password: string) {
  const { hash } = scope.ports.keyring;
  const { digestAlgorithms } = scope.ports.settings;
  const login = { spelling: writtenIn(scope, opening).spelling, realm: realmOf(scope), password };
  return (account: Account | undefined) =>
    verifyPassword(hash, account, login, digestAlgorithms) ? authenticated : failed;
}

const authenticated = { kind: "authenticated" } as const;
const failed = { kind: "failed" } as const;

function byDigest(turn: Turn, login: HttpLogin): HttpAuthentication {
  if (login.authorization.length === 0) return challenged(turn, false);
  const judgement = judgeLogin(turn, loginOf(turn, login));
  switch (judgement.kind) {
    case "authenticated":
      return serve(turn, login.purpose);
    case "held-off":
      return { kind: "held-off", retryAfter: secondsUntil(judgement.until, turn.now) };
    case "challenge":
      return challenged(turn, judgement.stale);
  }
}

const loginOf = (scope: Scope, login: HttpLogin): DigestLogin => ({
  values: login.authorization,
  method: login.method,
  requestUri: login.target,
  spelling: spellingOf(scope, login),
  address: login.address,
  binding: httpBinding(scope.state.aor),
  nonceUse: undefined,
  nonceLifetime: httpNonceLifetime(scope.ports.settings.limits),
});

const challenged = (turn: Turn, stale: boolean): HttpAuthentication => ({
  kind: "challenged",
  challenges: challengeValues(turn, httpBinding(turn.state.aor).socketId, stale),
});

type Served = Extract<HttpAuthentication, { readonly kind: "authenticated" | "held-off" }>;

function serve(turn: Turn, purpose: HttpPurpose): Served {
  const { state, now, ports } = turn;
  if (!takeRequest(state, `http ${purpose}`, rates[purpose], now)) {
    log(turn, "too many requests", { purpose });
    return { kind: "held-off", retryAfter: seconds(1) };
  }
  return { kind: "authenticated", pseudonym: ports.keyring.deriveToken(purpose, state.aor) };
}

/** The user's name as the client writes it: digest user names are compared with case. */
function spellingOf(scope: Scope, { authorization }: HttpLogin): string {
  const credentials = parseCredentials(authorization[0] ?? "");
  const username = credentials?.kind === "digest" ? credentials.username : undefined;
  const user = username?.replace(/@[^@]*$/, "");
  const spelling = `${user ?? ""}@${realmOf(scope)}`;
  return spelling.toLowerCase() === scope.state.aor ? spelling : scope.state.aor;
}
