// The account: who may log in as an address-of-record, and what the user has decided. It lives in its
// address-of-record's own object and nowhere else; the realm keeps a list of names only.

import type { Ha1Set } from "../auth/digest";
import type { EpochMs } from "../base/brand";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import type { CallRules, RingGroup } from "./call-rules";

export interface Account {
  readonly aor: AddressOfRecord;
  /** `user@realm` with the case its owner writes. */
  readonly spelling: string;
  /** Never the password. Empty for one who logs in by token alone. */
  readonly ha1s: Ha1Set;
  /** Other names that lead here and that the user may write in From. */
  readonly aliases: readonly AddressOfRecord[];
  /**
   * Names that may lead here though they are no aliases: written down before they are claimed or freed at their own
   * objects, so that a crash in between leaves none that nobody could free.
   */
  readonly looseAliases?: readonly AddressOfRecord[];
  readonly enabled: boolean;
  /** Who may not reach or watch this user. */
  readonly blocked: readonly AddressOfRecord[];
  /** What becomes of calls to this user; absent: every device rings. */
  readonly rules?: CallRules;
  /** Set for a name that stands for others. */
  readonly group?: RingGroup;
  readonly createdAt: EpochMs;
  /** When all who were logged in had to do so anew; absent: never. */
  readonly loggedOutAt?: EpochMs;
}

/** What the object of a name holds: an account, or the way to the account this name is an alias of. */
export type Tenancy =
  | { readonly kind: "account"; readonly account: Account }
  | { readonly kind: "alias"; readonly of: AddressOfRecord };
