import type { Ha1Set } from "../../../src/auth/digest";
import type { EpochMs } from "../../../src/base/brand";
import type { AddressOfRecord } from "../../../src/sip/uri/address-of-record";
import type { CallRules, RingGroup } from "./call-rules";
export interface Account {
  readonly aor: AddressOfRecord;
  readonly spelling: string;
  readonly ha1s: Ha1Set;
  readonly aliases: readonly AddressOfRecord[];
  readonly looseAliases?: readonly AddressOfRecord[];
  readonly enabled: boolean;
  readonly blocked: readonly AddressOfRecord[];
  readonly rules?: CallRules;
  readonly group?: RingGroup;
  readonly createdAt: EpochMs;
  readonly loggedOutAt?: EpochMs;
}
export type Tenancy =
  | {
      readonly kind: "account";
      readonly account: Account;
    }
  | {
      readonly kind: "alias";
      readonly of: AddressOfRecord;
    };
