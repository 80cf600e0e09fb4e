// The calls of a home that may yet fail, while no recording is on: what was seen of each is held in memory, and is
// handed over to be written when the call fails. A call that goes well writes nothing.
//
// Bounded: so many calls, and of each its beginning and its end. Memory that is lost takes what was held with it, and
// begins again with the INVITEs that are in the rows of calls.

import type { EpochMs } from "../base/brand";
import type { FlightRecord } from "../contracts/flight-record";
import type { Frame } from "../sip/frame";
import type { SipMessage } from "../sip/message";
import { callSignOf, hasCredentials, refusesLogin } from "./failure";
import type { Observed } from "./sighting";

/** Calls held at once, records of one, and characters of one. */
const mostCalls = 64;
const mostRecords = 60;
/** Of its beginning, when the middle has to go. */
const mostFirst = 30;
const mostCharacters = 256 * 1024;
/** What follows a failure (its ACK, the BYE's answer) is written too, but not without end. */
const mostAfterwards = 16;
/** Calls that went well and are shown still. */
const mostOver = 8;
/** Refused logins in an hour: whoever guesses passwords does not fill the ring. */
const loginsPerHour = 10;
const hour = 3_600_000;

interface OpenCall {
  readonly records: FlightRecord[];
  readonly sockets: Set<string>;
  /** A device of this home's placed it. */
  readonly isOwn: boolean;
  /** Somebody has taken it back: a CANCEL came. */
  isTakenBack: boolean;
  characters: number;
  /** Records that may yet be written, once the call has failed. */
  afterwards: number | undefined;
}

/** Methods that are of a call, or may be within one. */
const ofCalls = /^(?:INVITE|ACK|CANCEL|BYE|PRACK|UPDATE|INFO|REFER|NOTIFY) /;

export class OpenCalls {
  readonly #calls = new Map<string, OpenCall>();
  /** The last that went well, for whoever was looking at them: nobody writes them. */
  readonly #over = new Map<string, FlightRecord[]>();
  #logins: { since: number; count: number } = { since: 0, count: 0 };

  /** Whether a frame has to be read at all: most of a home's are no part of a call. */
  mayMatter(frame: Frame, isAnswer: boolean): boolean {
    if (typeof frame !== "string") return true;
    if (frame.startsWith("INVITE ")) return true;
    if (frame.startsWith("SIP/2.0 ")) return this.#calls.size > 0 || isAnswer;
    if (this.#calls.size > 0 && ofCalls.test(frame)) return true;
    return frame.startsWith("REGISTER ") && /\nauthorization\s*:/i.test(frame);
  }

  /** What was held of a call, for whoever looks at it while it goes on. */
  held(callId: string): readonly FlightRecord[] {
    const call = this.#calls.get(callId);
    if (call === undefined) return this.#over.get(callId) ?? [];
    return call.afterwards === undefined ? call.records : [];
  }

  /** A call that went on before this memory began. */
  resume(record: FlightRecord): void {
    this.#hold(record.callId, record);
  }

  /** Takes the records of one step; those that are to be written now. */
  take(observed: readonly Observed[], now: EpochMs): readonly FlightRecord[] {
    const login = this.#refusedLogin(observed, now);
    for (const { callId } of login) this.#calls.delete(callId);
    const written: FlightRecord[] = [...login];
    for (const { record, message } of observed) {
      if (record.callId === "") {
        this.#aboutSocket(record);
        continue;
      }
      const sign =
        message === undefined || record.kind === "event" ? undefined : callSignOf(message, record.direction);
      const call = this.#calls.get(record.callId);
      if (call === undefined && sign !== "began") {
        this.#afterTheEnd(record);
        continue;
      }
      if (call?.afterwards !== undefined) {
        written.push(record);
        if (--call.afterwards <= 0) this.#calls.delete(record.callId);
        continue;
      }
      const held = this.#hold(record.callId, record);
      if (isCancel(message) && record.kind === "message" && record.direction === "in")
        held.isTakenBack = true;
      if (sign === "ended") this.#end(record.callId, held.records);
      if (sign === "failed" || isGivenUp(held, record, message)) {
        written.push(...held.records.splice(0));
        held.afterwards = mostAfterwards;
      }
    }
    return written;
  }

  /**
   * Those of a step of somebody who has not logged in. Such a one has no calls here: what he says of one neither begins it,
   * nor ends it, nor has it written, or he could push out those of the user and fill the ring with his own.
   */
  takeStrangers(observed: readonly Observed[], now: EpochMs): readonly FlightRecord[] {
    for (const { record } of observed) if (record.callId === "") this.#aboutSocket(record);
    return this.#refusedLogin(observed, now);
  }

  /** What is held goes too. */
  clear(): void {
    this.#calls.clear();
    this.#over.clear();
  }

  #end(callId: string, records: FlightRecord[]): void {
    this.#calls.delete(callId);
    this.#over.delete(callId);
    this.#over.set(callId, records);
    for (const oldest of this.#over.keys()) {
      if (this.#over.size <= mostOver) break;
      this.#over.delete(oldest);
    }
  }

  #afterTheEnd(record: FlightRecord): void {
    const records = this.#over.get(record.callId);
    if (records !== undefined && records.length < mostRecords) records.push(record);
  }

  /** A request with credentials and what refused it, of one step. */
  #refusedLogin(observed: readonly Observed[], now: EpochMs): readonly FlightRecord[] {
    const asked = observed.find(({ message }) => message?.kind === "request" && hasCredentials(message));
    if (asked === undefined || this.#calls.get(asked.record.callId)?.afterwards !== undefined) return [];
    const isRefused = observed.some(
      ({ record, message }) =>
        record.kind === "message" &&
        record.direction === "out" &&
        record.callId === asked.record.callId &&
        message !== undefined &&
        refusesLogin(message),
    );
    if (!isRefused) return [];
    // A clock that is set back must not stop the hour.
    if (Math.abs(now - this.#logins.since) > hour) this.#logins = { since: now, count: 0 };
    if (++this.#logins.count > loginsPerHour) return [];
    return observed.filter(({ record }) => record.callId === asked.record.callId).map(({ record }) => record);
  }

  /** A socket that is gone is news of the calls it carried. */
  #aboutSocket(record: FlightRecord): void {
    const { hop } = record;
    if (record.kind !== "event" || hop?.kind !== "socket") return;
    for (const [callId, call] of this.#calls) {
      if (call.afterwards === undefined && call.sockets.has(hop.socket))
        this.#hold(callId, { ...record, callId });
    }
  }

  #hold(callId: string, record: FlightRecord): OpenCall {
    const isOwn = record.hop?.kind === "socket";
    const call = this.#calls.get(callId) ?? this.#open(callId, isOwn);
    call.records.push(record);
    call.characters += sizeOf(record);
    if (record.hop?.kind === "socket") call.sockets.add(record.hop.socket);
    while (
      call.records.length > mostRecords ||
      (call.characters > mostCharacters && call.records.length > 1)
    ) {
      const [gone] = call.records.splice(Math.min(mostFirst, call.records.length - 2), 1);
      if (gone === undefined) break;
      call.characters -= sizeOf(gone);
    }
    return call;
  }

  #open(callId: string, isOwn: boolean): OpenCall {
    for (const oldest of this.#calls.keys()) {
      if (this.#calls.size < mostCalls) break;
      this.#calls.delete(oldest);
    }
    const call: OpenCall = {
      records: [],
      sockets: new Set(),
      isOwn,
      isTakenBack: false,
      characters: 0,
      afterwards: undefined,
    };
    this.#calls.set(callId, call);
    return call;
  }
}

const isCancel = (message: SipMessage | undefined): boolean =>
  message?.kind === "request" && message.method === "CANCEL";

/** The home itself takes a call of its user's back: the page that placed it is gone. */
const isGivenUp = (call: OpenCall, { hop }: FlightRecord, message: SipMessage | undefined): boolean =>
  call.isOwn && !call.isTakenBack && hop?.kind === "home" && isCancel(message);

const sizeOf = (record: FlightRecord): number => (record.kind === "message" ? record.text.length : 64);
