// The objects behind the Worker, as the composition root hands them in: http knows their contracts, not their
// classes.

import type { AddressOfRecordAdministration, RealmAdministration } from "../contracts/administration";
import type { FlightRecorder } from "../contracts/flight-record";
import type { GuessKeeping } from "../contracts/guesses";
import type { OwnPresence } from "../contracts/own-presence";
import type { UserAuthentication } from "../contracts/user-authentication";
import type { XcapAccess } from "../contracts/xcap-access";
import type { AddressOfRecord } from "../sip/uri/address-of-record";

/** The object of an address-of-record: its administration; its user's logins, documents and own calls; his sockets. */
export interface HomeObject
  extends AddressOfRecordAdministration,
    UserAuthentication,
    OwnPresence,
    XcapAccess,
    FlightRecorder {
  /** Answers an internal upgrade request, which carries the socket's facts (contracts/socket-facts.ts). */
  fetch(request: Request): Promise<Response>;
}

/** Each call gives a fresh stub: one that has met an error never recovers. */
export interface Objects {
  readonly home: (aor: AddressOfRecord) => HomeObject;
  readonly realm: (name: string) => RealmAdministration & GuessKeeping;
}

/** What the platform tells of a failed call: which failures may pass, and which must not be pressed on. */
export function isTransient(thrown: unknown): boolean {
  const { retryable, durableObjectReset } = flagsOf(thrown);
  return (retryable === true || durableObjectReset === true) && !isOverloaded(thrown);
}

export const isOverloaded = (thrown: unknown): boolean => flagsOf(thrown).overloaded === true;

/** An object of an earlier version, while a deploy goes out: what it is asked it cannot do yet. */
export const isUnknownThere = (thrown: unknown): boolean =>
  thrown instanceof TypeError && thrown.message.includes("does not implement the method");

interface PlatformFlags {
  readonly retryable?: unknown;
  readonly durableObjectReset?: unknown;
  readonly overloaded?: unknown;
}

const flagsOf = (thrown: unknown): PlatformFlags =>
  typeof thrown === "object" && thrown !== null ? thrown : {};

/**
 * The result of a call that may be made twice. It is: once more, on a fresh stub, when the first was cut short by
 * a deploy or a move of the object. `call` must take its stub anew each time.
 */
export async function twice<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (thrown) {
    if (!isTransient(thrown)) throw thrown;
    return await call();
  }
}
