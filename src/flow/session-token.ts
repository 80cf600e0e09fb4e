// The session of a page: that its user has logged in, sealed, so that the page need not keep a password and the home
// no row.
//
// What it says is good only as long as the account is as it was: the tag is of the account's H(A1)s, so a changed
// password ends every session, and so does an account that was deleted and made anew.

import { type EpochMs, epochMs } from "../base/brand";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import type { Seal } from "./seal";
import { openFields, sealFields } from "./sealed-fields";

export interface SessionToken {
  readonly aor: AddressOfRecord;
  readonly issuedAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** The moment beyond which it is never renewed: the end of the bearer token it was given for. */
  readonly notAfter: EpochMs | undefined;
  /** Of the account as it was, by `accountTag` of the home. */
  readonly tag: string;
}

/** Characters of the longest one that is looked at: an address-of-record has 256 at most. */
export const longestSession = 1024;

/** A token of [A-Za-z0-9_-], as a cookie's value may be. The seal is the one for "session". */
export function mintSession(seal: Seal, session: SessionToken): string {
  const { aor, issuedAt, expiresAt, notAfter, tag } = session;
  return sealFields(seal, [aor, String(issuedAt), String(expiresAt), String(notAfter ?? ""), tag]);
}

/** What a token of ours says; undefined for any other. Never throws. */
export function readSession(seal: Seal, token: string): SessionToken | undefined {
  const fields = token.length > longestSession ? undefined : openFields(seal, token, 5);
  if (fields === undefined) return undefined;
  const [aor = "", issuedAt, expiresAt, notAfter, tag = ""] = fields;
  return {
    aor: aor as AddressOfRecord,
    issuedAt: epochMs(Number(issuedAt)),
    expiresAt: epochMs(Number(expiresAt)),
    notAfter: notAfter === "" ? undefined : epochMs(Number(notAfter)),
    tag,
  };
}
