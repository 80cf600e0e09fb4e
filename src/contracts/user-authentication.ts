// What the HTTP of users asks of a home: whether a request is the user's own. The home judges, for it alone has the
// H(A1)s, the failed logins and the word on whether there is an account.

import type { EpochMs, Seconds } from "../base/brand";

/** What an authenticated request is for: each has a rate and a pseudonym of its own. */
export type HttpPurpose =
  | "turn-credentials"
  | "calls"
  | "messages"
  | "rules"
  | "session"
  | "xcap"
  | "presence"
  | "watchers";

/** A request of HTTP, as far as its login goes. The Worker vouches for all but the values. */
export interface HttpLogin {
  readonly purpose: HttpPurpose;
  readonly method: string;
  /** The request-target: path and query as they came. Digest credentials are about it. */
  readonly target: string;
  /** The values of Authorization. */
  readonly authorization: readonly string[];
  /** A Bearer token of this user's has been verified: there is nothing left to judge but the account. */
  readonly hasValidToken: boolean;
  /** The sealed session of the page that asks; undefined where it shows other credentials, or is not one of ours. */
  readonly session?: string | undefined;
  /** The client's IP address; undefined where nobody vouches for one. */
  readonly address: string | undefined;
}

export type HttpAuthentication =
  /** `pseudonym` names the user to somebody who may not know the address-of-record; it stays the same. */
  | {
      readonly kind: "authenticated";
      readonly pseudonym: string;
      /** The session it was by, if it was by one. */
      readonly session?: SessionState;
    }
  /** The values of WWW-Authenticate. Also for a wrong password and for a name nobody has. */
  | { readonly kind: "challenged"; readonly challenges: readonly string[] }
  /** Not judged now: too many failed logins, or too many requests. */
  | { readonly kind: "held-off"; readonly retryAfter: Seconds }
  /** A valid token for a name that has no account, or a closed one. */
  | { readonly kind: "no-account" };

export interface SessionState {
  readonly expiresAt: EpochMs;
  /** The session anew, in place of the one that was shown: half its time was over. */
  readonly renewed?: string;
}

/** What a page logs in with to have a session. */
export interface SessionOpening {
  /** `user@realm` as the user wrote it. */
  readonly spelling: string;
  readonly address: string | undefined;
  readonly proof:
    | { readonly kind: "password"; readonly password: string }
    /** A Bearer token of this user's has been verified; undefined for one that never ends. */
    | { readonly kind: "token"; readonly expiresAt: EpochMs | undefined };
}

export type SessionOpened =
  | { readonly kind: "opened"; readonly session: string; readonly expiresAt: EpochMs }
  /** A wrong password, a name nobody has, a closed account: there is no telling which. */
  | { readonly kind: "refused" }
  | { readonly kind: "held-off"; readonly retryAfter: Seconds }
  | { readonly kind: "no-account" };

/** The calls that the HTTP of users makes on the object of an address-of-record. They may be made twice. */
export interface UserAuthentication {
  openSession(opening: SessionOpening): Promise<SessionOpened>;
  authenticateHttp(login: HttpLogin): Promise<HttpAuthentication>;
}
