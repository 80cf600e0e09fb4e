// What the HTTP of users asks of a home: whether a request is the user's own. The home judges, for it alone has the
// H(A1)s, the failed logins and the word on whether there is an account.

import type { Seconds } from "../base/brand";

/** What an authenticated request is for: each has a rate and a pseudonym of its own. */
export type HttpPurpose = "turn-credentials" | "calls" | "rules" | "xcap" | "presence" | "watchers";

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
  /** The client's IP address; undefined where nobody vouches for one. */
  readonly address: string | undefined;
}

export type HttpAuthentication =
  /** `pseudonym` names the user to somebody who may not know the address-of-record; it stays the same. */
  | { readonly kind: "authenticated"; readonly pseudonym: string }
  /** The values of WWW-Authenticate. Also for a wrong password and for a name nobody has. */
  | { readonly kind: "challenged"; readonly challenges: readonly string[] }
  /** Not judged now: too many failed logins, or too many requests. */
  | { readonly kind: "held-off"; readonly retryAfter: Seconds }
  /** A valid token for a name that has no account, or a closed one. */
  | { readonly kind: "no-account" };

/** The call that the HTTP of users makes on the object of an address-of-record. It may be made twice. */
export interface UserAuthentication {
  authenticateHttp(login: HttpLogin): Promise<HttpAuthentication>;
}
