// Two versions at once (docs/upgrading.md): what objects offer each other now, held to what they offered when it was last deployed
// (test/contracts/kept). Nothing runs here; `npm run check` fails where one version could not read what the other writes,
// and names the call.
//
// Each call that was there is there, and of its arguments and its result each version's is one that the other takes: members
// may be added as optional ones; none is left out, made necessary or given another type, and no alternative is added to a union.
// What has to be another is a call of another name. A call that the older object has not got fails, and whoever makes it says
// what then (src/http/objects.ts `isUnknownThere`, src/http/guess-guard.ts).

import type * as administration from "../../src/contracts/administration";
import type * as flightRecord from "../../src/contracts/flight-record";
import type * as guesses from "../../src/contracts/guesses";
import type * as ownPresence from "../../src/contracts/own-presence";
import type * as parcel from "../../src/contracts/parcel";
import type * as socketFacts from "../../src/contracts/socket-facts";
import type * as userAuthentication from "../../src/contracts/user-authentication";
import type * as xcapAccess from "../../src/contracts/xcap-access";
import type * as keptAdministration from "./kept/administration";
import type * as keptFlightRecord from "./kept/flight-record";
import type * as keptGuesses from "./kept/guesses";
import type * as keptOwnPresence from "./kept/own-presence";
import type * as keptParcel from "./kept/parcel";
import type * as keptSocketFacts from "./kept/socket-facts";
import type * as keptUserAuthentication from "./kept/user-authentication";
import type * as keptXcapAccess from "./kept/xcap-access";

type Call = (...values: never[]) => unknown;
type Passed<Method> = Method extends Call ? Parameters<Method> : never;
type Answered<Method> = Method extends Call ? Awaited<ReturnType<Method>> : never;

/** Each of the two is one that the other's reader takes. */
type IsSame<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;

/** What either version passes the other takes; the later one may pass more at the end, which the earlier one leaves alone. */
type IsTaken<Kept extends unknown[], Present extends unknown[]> = [Kept] extends [Present]
  ? [Present] extends [[...Kept, ...unknown[]]]
    ? true
    : false
  : false;

/** The calls of an interface that the two versions do not agree on. */
type Disagreements<Kept, Present> = {
  [Name in keyof Kept]: Name extends keyof Present
    ? IsTaken<Passed<Kept[Name]>, Passed<Present[Name]>> extends true
      ? IsSame<Answered<Kept[Name]>, Answered<Present[Name]>> extends true
        ? never
        : Name
      : Name
    : Name;
}[keyof Kept];

function agree<_Found extends never>(): void {}

export function versionsAgree(): void {
  agree<Disagreements<keptParcel.Home, parcel.Home>>();
  agree<
    Disagreements<
      keptAdministration.AddressOfRecordAdministration,
      administration.AddressOfRecordAdministration
    >
  >();
  agree<Disagreements<keptAdministration.RealmAdministration, administration.RealmAdministration>>();
  agree<Disagreements<keptGuesses.GuessKeeping, guesses.GuessKeeping>>();
  agree<Disagreements<keptUserAuthentication.UserAuthentication, userAuthentication.UserAuthentication>>();
  agree<Disagreements<keptOwnPresence.OwnPresence, ownPresence.OwnPresence>>();
  agree<Disagreements<keptXcapAccess.XcapAccess, xcapAccess.XcapAccess>>();
  agree<Disagreements<keptFlightRecord.FlightRecorder, flightRecord.FlightRecorder>>();
  agree<
    IsSame<keptSocketFacts.OpeningFacts, socketFacts.OpeningFacts> extends true ? never : "OpeningFacts"
  >();
}
