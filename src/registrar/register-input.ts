// A REGISTER as the registrar takes it up, and what it says beside its Contacts (RFC 3261 §10.2): its place in the
// order, how long it asks for, the extensions it supports.

import { type Seconds, seconds } from "../base/brand";
import type { RegistrationSettings } from "../contracts/settings";
import { parseDeltaSeconds } from "../sip/headers/integer";
import { tokenList } from "../sip/headers/list";
import { headerValue, headerValues, type SipRequest } from "../sip/message";
import type { Binding } from "./binding";

/** The bindings of one open socket. */
export interface FlowBindings {
  readonly socket: string;
  readonly bindings: readonly Binding[];
}

export interface RegisterInput {
  /** It has passed validate.ts. */
  readonly request: SipRequest;
  /** The socket it came on, and its bindings. */
  readonly own: FlowBindings;
  /** Every other open socket of this address-of-record. */
  readonly others: readonly FlowBindings[];
  /** A keep-alive was seen on this socket: a long lifetime is safe. */
  readonly pinged: boolean;
  readonly settings: RegistrationSettings;
  /** RFC 5627 §3.1: the GRUUs of a binding; undefined for a device without instance-id. */
  readonly gruus: (binding: Binding) => { readonly pub: string; readonly temp: string } | undefined;
}

export interface Order {
  readonly callId: string;
  readonly sequence: number;
}

export function orderOf(request: SipRequest): Order {
  const sequence = Number.parseInt(headerValue(request, "cseq") ?? "", 10);
  return { callId: headerValue(request, "call-id") ?? "", sequence };
}

/** RFC 3261 §10.3 step 7: the same Call-ID and a CSeq that is not higher came late. */
export const isOutOfOrder = (known: Binding, { callId, sequence }: Order): boolean =>
  known.callId === callId && sequence <= known.sequence;

export function expiresHeader(request: SipRequest): number | undefined {
  const value = headerValue(request, "expires");
  return value === undefined ? undefined : parseDeltaSeconds(value);
}

/** RFC 3261 §10.3 step 7: it would come again sooner than is borne. */
export const isTooBrief = (asked: number | undefined, settings: RegistrationSettings): boolean =>
  asked !== undefined && asked > 0 && asked < settings.minExpires;

/** A device that has shown no keep-alive is asked back soon, before its silence cuts the socket. */
export function grantedExpires(asked: number | undefined, input: RegisterInput): Seconds {
  if (asked === 0) return seconds(0);
  const most = input.pinged ? input.settings.maxExpires : input.settings.silentExpires;
  return seconds(Math.min(asked ?? most, most));
}

export const supports = (request: SipRequest, option: string): boolean =>
  tokenList(headerValues(request, "supported")).some((token) => token.toLowerCase() === option);
