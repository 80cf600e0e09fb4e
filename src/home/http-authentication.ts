// A user's login over HTTP (RFC 7616, RFC 6750), judged where one over SIP is: the same H(A1)s, the same back-off, the
// same answer to a wrong password and to a name nobody has.
//
// There is no socket to keep a count with, so nonces are stateless: a timestamp under a key (RFC 7616 §5.5). While one
// lives, a few minutes, the answer to it is good for its method and target as often as it comes; a body is not part of
// it (`qop=auth`). TLS keeps it from others.

import { parseCredentials } from "../auth/credentials";
import { type Millis, millis, seconds, secondsUntil } from "../base/brand";
import type { HttpAuthentication, HttpLogin, HttpPurpose } from "../contracts/user-authentication";
import { admitToken, challengeValues, judgeLogin } from "./authentication";
import { type Rate, takeRequest } from "./rate";
import { log, realmOf, type Turn } from "./turn";

/** What nonces of HTTP are bound to in a socket's place: they are good on none, and a socket's are not good here. */
const noSocket = "http";

/** Long enough for a client that keeps its nonce between two calls, short for whoever comes by a request. */
const nonceLifetime: Millis = millis(5 * 60_000);

/**
 * Requests a second, and at once, that one account is served. Only its owner's count, so that no stranger can use
 * them up. Each may cost a call to a relay's provider, and a page needs one for a call of hours.
 */
const rates: Readonly<Record<HttpPurpose, Rate>> = {
  "turn-credentials": { requestRate: 1, requestBurst: 30 },
  calls: { requestRate: 1, requestBurst: 30 },
  rules: { requestRate: 1, requestBurst: 30 },
  presence: { requestRate: 1, requestBurst: 30 },
  watchers: { requestRate: 1, requestBurst: 30 },
  // A client that starts reads all of a user's documents, and one that edits a list puts an element at a time.
  xcap: { requestRate: 5, requestBurst: 100 },
};

/** Whether the request is this user's. */
export function authenticateHttp(turn: Turn, login: HttpLogin): HttpAuthentication {
  if (!login.hasValidToken) return byDigest(turn, login);
  return admitToken(turn) ? serve(turn, login) : { kind: "no-account" };
}

function byDigest(turn: Turn, login: HttpLogin): HttpAuthentication {
  if (login.authorization.length === 0) return challenged(turn, false);
  const judgement = judgeLogin(turn, {
    values: login.authorization,
    method: login.method,
    requestUri: login.target,
    spelling: spellingOf(turn, login),
    address: login.address,
    binding: { socketId: noSocket, aor: turn.state.aor },
    nonceUse: undefined,
    nonceLifetime: millis(Math.min(nonceLifetime, turn.ports.settings.limits.nonceLifetime)),
  });
  switch (judgement.kind) {
    case "authenticated":
      return serve(turn, login);
    case "held-off":
      return { kind: "held-off", retryAfter: secondsUntil(judgement.until, turn.now) };
    case "challenge":
      return challenged(turn, judgement.stale);
  }
}

const challenged = (turn: Turn, stale: boolean): HttpAuthentication => ({
  kind: "challenged",
  challenges: challengeValues(turn, noSocket, stale),
});

function serve(turn: Turn, { purpose }: HttpLogin): HttpAuthentication {
  const { state, now, ports } = turn;
  if (!takeRequest(state, `http ${purpose}`, rates[purpose], now)) {
    log(turn, "too many requests", { purpose });
    return { kind: "held-off", retryAfter: seconds(1) };
  }
  return { kind: "authenticated", pseudonym: ports.keyring.deriveToken(purpose, state.aor) };
}

/** The user's name as the client writes it: digest user names are compared with case. */
function spellingOf(turn: Turn, { authorization }: HttpLogin): string {
  const credentials = parseCredentials(authorization[0] ?? "");
  const username = credentials?.kind === "digest" ? credentials.username : undefined;
  const user = username?.replace(/@[^@]*$/, "");
  const spelling = `${user ?? ""}@${realmOf(turn)}`;
  return spelling.toLowerCase() === turn.state.aor ? spelling : turn.state.aor;
}
