// Sessions of pages (flow/session-token.ts) as the home judges them: it alone has the H(A1)s that they are bound to.
// There is no row of them. What ends one before its time is a change of the account.

import { constantTimeEquals } from "../auth/constant-time";
import { after, type EpochMs, epochMs, toMillis } from "../base/brand";
import type { Account } from "../contracts/account";
import type { SessionState } from "../contracts/user-authentication";
import { mintSession, readSession, type SessionToken } from "../flow/session-token";
import { accountOf } from "./tenancy";
import type { Turn } from "./turn";

/** A session from now on; undefined where nobody may have one. */
export function beginSession(
  turn: Turn,
  notAfter: EpochMs | undefined,
): { readonly session: string; readonly expiresAt: EpochMs } | undefined {
  const account = accountOf(turn);
  const { sessionLifetime } = turn.ports.settings;
  if (account === undefined || sessionLifetime === 0) return undefined;
  const expiresAt = epochMs(
    Math.min(after(turn.now, toMillis(sessionLifetime)), notAfter ?? Number.MAX_SAFE_INTEGER),
  );
  const token = {
    aor: turn.state.aor,
    issuedAt: turn.now,
    expiresAt,
    notAfter,
    tag: accountTag(turn, account),
  };
  return { session: mintSession(turn.ports.keyring.seal("session"), token), expiresAt };
}

/** The session, if it is this user's, of this deployment, in its time and of the account as it is. */
export function judgeSession(turn: Turn, shown: string): SessionToken | undefined {
  const account = accountOf(turn);
  const { keyring, settings } = turn.ports;
  if (account === undefined || settings.sessionLifetime === 0) return undefined;
  const session = readSession(keyring.seal("session"), shown);
  if (session === undefined || session.aor !== turn.state.aor || session.expiresAt <= turn.now)
    return undefined;
  // A setting that was made shorter holds for those that are out already.
  if (after(session.issuedAt, toMillis(settings.sessionLifetime)) <= turn.now) return undefined;
  if (session.issuedAt < (account.loggedOutAt ?? 0)) return undefined;
  return constantTimeEquals(session.tag, accountTag(turn, account)) ? session : undefined;
}

/** How long a session that was used is good; after half of its time, another in its place. */
export function renewSession(turn: Turn, used: SessionToken): SessionState {
  const { issuedAt, expiresAt, notAfter } = used;
  if (turn.now < issuedAt + (expiresAt - issuedAt) / 2) return { expiresAt };
  const next = beginSession(turn, notAfter);
  return next === undefined || next.expiresAt <= expiresAt
    ? { expiresAt }
    : { expiresAt: next.expiresAt, renewed: next.session };
}

/** Changes when the password does, and with an account that is made anew. Tells nothing of either. */
function accountTag({ ports }: Turn, { ha1s, createdAt }: Account): string {
  const hashes = [ha1s.user, ha1s.aor].map((form) => Object.entries(form).sort());
  return ports.keyring.deriveToken("session", JSON.stringify([createdAt, hashes]));
}
