// A password in the clear, as a page's login brings it: compared with an account's H(A1)s, which is all there is of
// the right one. It takes the same time whether there is an account or not.

import type { DigestAccount } from "./authenticate";
import { constantTimeEquals } from "./constant-time";
import { type DigestAlgorithm, digestAlgorithms, type Hash, ha1Set } from "./digest";

/**
 * Whether the password is the account's. `spelling` is the name as it was written, for a name without an account;
 * `algorithms` are those that our challenges offer: who could not log in by digest cannot by this either.
 */
export function verifyPassword(
  hash: Hash,
  account: DigestAccount | undefined,
  login: { readonly spelling: string; readonly realm: string; readonly password: string },
  algorithms: readonly DigestAlgorithm[],
): boolean {
  const spelling = account?.spelling ?? login.spelling;
  const user = spelling.slice(0, spelling.lastIndexOf("@"));
  const given = ha1Set(hash, user, login.realm, login.password);
  let isRight = false;
  for (const algorithm of digestAlgorithms) {
    for (const form of ["user", "aor"] as const) {
      const known = account?.ha1s[form][algorithm];
      const made = given[form][algorithm] ?? "";
      const isEqual = constantTimeEquals(known ?? "0".repeat(made.length), made);
      if (isEqual && known !== undefined && algorithms.includes(algorithm)) isRight = true;
    }
  }
  return isRight;
}
