// The token of a shared ladder: it opens that one ladder until it expires, and nothing else.
//
// Whoever holds it needs no other login, so it is sealed, and short-lived. It cannot be taken back but by deleting what
// was recorded, or with the deployment's secret.

import { type EpochMs, epochMs } from "../base/brand";
import { type AddressOfRecord, parseAddressOfRecord } from "../sip/uri/address-of-record";
import type { Seal } from "./seal";
import { openFields, sealFields } from "./sealed-fields";

export interface SharedLadder {
  readonly aor: AddressOfRecord;
  readonly callId: string;
  readonly expiresAt: EpochMs;
}

/** The seal is the one for "ladder". */
export const mintLadderToken = (seal: Seal, { aor, callId, expiresAt }: SharedLadder): string =>
  sealFields(seal, [aor, callId, String(expiresAt)]);

/** What a token opens; undefined for one that is not ours or has expired. Never throws. */
export function readLadderToken(seal: Seal, token: string, now: EpochMs): SharedLadder | undefined {
  const [name = "", callId = "", until = ""] = openFields(seal, token, 3) ?? [];
  const aor = parseAddressOfRecord(name);
  if (aor === undefined || !/^[0-9]{1,15}$/.test(until) || Number(until) <= now) return undefined;
  return { aor, callId, expiresAt: epochMs(Number(until)) };
}
