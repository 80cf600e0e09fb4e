// A call at one of its homes: an INVITE with the machine that handles it, and what its pages are owed (decision 0015).
//
// Its dialogs stand in the table of dialogs, and in the call's own row: INVITE, dialog and the entry of the log are one
// row, written at most once a step. An INVITE within a dialog is a call without a record: it lives in memory alone.

import type { EpochMs } from "../../base/brand";
import type { CallRecord } from "../../contracts/call-record";
import type { CallSettings } from "../../contracts/call-settings";
import type { Parcel } from "../../contracts/parcel";
import type { Leg } from "../../proxy/leg-state";
import type { ResponseContext } from "../../proxy/response-context-state";
import type { Frame } from "../../sip/frame";
import type { SipRequest } from "../../sip/message";

/** A request that waits for a page to come back, as it reached this home. */
export interface OwedRequest {
  readonly page: string;
  readonly frame: Frame;
}

/** A page with a confirmed dialog of the call has no socket; at that time the dialog ends. */
export interface Absence {
  readonly page: string;
  readonly endsAt: EpochMs;
}

interface CallAtHome {
  readonly id: string;
  /** Absent for an INVITE within a dialog. */
  readonly record?: CallRecord;
  /** As it reached this home. */
  readonly invite: SipRequest;
  readonly startedAt: EpochMs;
  /** The row of the dialog that an INVITE within it belongs to. */
  readonly within?: string;
  /** It was over, and goes on because its page may not have heard so. */
  readonly isReopened?: true;
  readonly owed: readonly OwedRequest[];
  readonly absences: readonly Absence[];
}

/** Of one of our pages. */
export interface OutgoingCall extends CallAtHome {
  readonly side: "caller";
  readonly leg: Leg;
  /** The device of the page. */
  readonly device: string;
  readonly parcel: Parcel;
  /** A response that waits for the page. */
  readonly kept?: Frame;
}

/** What a branch of a fork is known by to whoever it went to. */
export interface CallBranch {
  /** The branch parameter of our Via. */
  readonly via: string;
  /** The value of our Record-Route: its token is for the page rung. */
  readonly recordRoute?: string;
  /** Objects the INVITE has crossed on it, where it went to another home. */
  readonly hops?: number;
}

/** For our user. */
export interface IncomingCall extends CallAtHome {
  readonly side: "callee";
  readonly context: ResponseContext;
  readonly parcel: Parcel;
  readonly branches: readonly CallBranch[];
  /** Branches to other homes on which the call was taken and has ended since. */
  readonly endedOn?: readonly number[];
  /** An INVITE within a dialog that the other side has acknowledged. */
  readonly isAcknowledged?: true;
  /** Refusals by branch, as they would go back. */
  readonly kept: Readonly<Record<number, Frame>>;
  /** Which of the user's rules is at work: his devices ring, or it was sent on. */
  readonly stage: "devices" | "forwarded";
  /** Why it was sent on, as Diversion says it (RFC 5806 §4); absent for the members of a group. */
  readonly diversion?: string;
  /** How this call rings, where it is not as any other. */
  readonly policy: Partial<Pick<CallSettings, "ringFor" | "serial" | "groupRingsFor">>;
}

export type Call = OutgoingCall | IncomingCall;
