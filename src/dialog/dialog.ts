// A dialog as one of its two user agents sees it, RFC 3261 §12, as plain data. Our notifier is one; a home is
// one as well when it speaks for a page that is gone.
//
// A subscriber's dialog is made from the first NOTIFY and not from the 200 (RFC 6665 §4.4.1): it is the UAS
// side of that NOTIFY, `dialogFromRequest`. URIs stay the text they were. Values come as they stand in the
// header fields, checked here, since a dialog outlives the message.

import { err, ok, type Result } from "../base/result";
import { parseContacts } from "../sip/headers/contact";
import { type NameAddr, parseNameAddr } from "../sip/headers/name-addr";
import { parseRoutes } from "../sip/headers/route";
import { parameter } from "../sip/parameters";
import type { Refusal } from "../sip/refusal";

export interface DialogId {
  readonly callId: string;
  /** Undefined for a peer of RFC 2543, which has none: a null tag (§12.1.1). */
  readonly localTag: string | undefined;
  readonly remoteTag: string | undefined;
}

/** All a user agent keeps of a dialog besides its name and phase (§12). */
export interface DialogState {
  /** Undefined until the first request is sent. */
  readonly localCSeq?: number;
  /** Undefined until the first request arrives. */
  readonly remoteCSeq?: number;
  readonly localUri: string;
  readonly remoteUri: string;
  /** The peer's Contact URI. */
  readonly remoteTarget: string;
  /** Route values as they were in Record-Route, the next hop first. */
  readonly routeSet: readonly string[];
  /** sips over a transport that is secure: its Contacts must be sips. */
  readonly secure: boolean;
}

export interface Dialog extends DialogState {
  readonly id: DialogId;
  readonly phase: "early" | "confirmed";
}

/** The header field values of a request that make a dialog. */
export interface DialogRequest {
  readonly requestUri: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  readonly contact: readonly string[];
  readonly recordRoute: readonly string[];
  /** It came, or went, over TLS: wss. */
  readonly overTls: boolean;
}

/** The header field values of a response that make a dialog. */
export interface DialogResponse {
  readonly status: number;
  readonly to: string;
  readonly contact: readonly string[];
  readonly recordRoute: readonly string[];
}

/**
 * RFC 3261 §12.1.1: the dialog of a UAS that answers `request` with `localTag` in its To. A missing or
 * unusable Contact or Record-Route is a 400.
 */
export function dialogFromRequest(
  request: DialogRequest,
  localTag: string,
  phase: Dialog["phase"] = "confirmed",
): Result<Dialog, Refusal> {
  const parties = partiesOf(request);
  if (!parties.ok) return parties;
  const remoteTarget = contactUri(request.contact);
  if (!remoteTarget.ok) return remoteTarget;
  const routeSet = routeSetOf(request.recordRoute);
  if (!routeSet.ok) return routeSet;
  const { from, to } = parties.value;
  return ok({
    id: { callId: request.callId, localTag, remoteTag: tagOf(from) },
    phase,
    remoteCSeq: request.cseq,
    localUri: to.uri,
    remoteUri: from.uri,
    remoteTarget: remoteTarget.value,
    routeSet: routeSet.value,
    secure: isSecure(request),
  });
}

/** RFC 3261 §12.1.2: the dialog of a UAC whose `request` was answered by a 101-199 or 2xx `response`. */
export function dialogFromResponse(
  request: DialogRequest,
  response: DialogResponse,
): Result<Dialog, Refusal> {
  const parties = partiesOf({ from: request.from, to: response.to });
  if (!parties.ok) return parties;
  const remoteTarget = contactUri(response.contact);
  if (!remoteTarget.ok) return remoteTarget;
  const routeSet = routeSetOf(response.recordRoute);
  if (!routeSet.ok) return routeSet;
  const { from, to } = parties.value;
  return ok({
    id: { callId: request.callId, localTag: tagOf(from), remoteTag: tagOf(to) },
    phase: response.status < 200 ? "early" : "confirmed",
    localCSeq: request.cseq,
    localUri: from.uri,
    remoteUri: to.uri,
    remoteTarget: remoteTarget.value,
    routeSet: [...routeSet.value].reverse(),
    secure: isSecure(request),
  });
}

/**
 * RFC 3261 §13.2.2.4: the early dialog of a UAC, confirmed by the 2xx of its INVITE. Only the route set is
 * computed anew, and the target follows the Contact (§12.2.1.2); the sequence numbers have moved on.
 */
export function confirmDialog(dialog: Dialog, response: DialogResponse): Result<Dialog, Refusal> {
  const routeSet = routeSetOf(response.recordRoute);
  if (!routeSet.ok) return routeSet;
  const remoteTarget = refreshedTarget(dialog.remoteTarget, response.contact);
  if (!remoteTarget.ok) return remoteTarget;
  const routes = [...routeSet.value].reverse();
  return ok({ ...dialog, phase: "confirmed", routeSet: routes, remoteTarget: remoteTarget.value });
}

/** The one URI of a Contact that a target refresh may carry: the new target, or the old one without a Contact. */
export function refreshedTarget(target: string, contact: readonly string[]): Result<string, Refusal> {
  return contact.length === 0 ? ok(target) : contactUri(contact);
}

/** RFC 3261 §8.1.1.8: exactly one URI, sip or sips. */
function contactUri(values: readonly string[]): Result<string, Refusal> {
  const contacts = parseContacts(values);
  if (!contacts.ok || contacts.value === "*") return err({ status: 400, reason: "Bad Contact" });
  const [contact, second] = contacts.value;
  if (contact === undefined || second !== undefined)
    return err({ status: 400, reason: "One Contact Needed" });
  const { uri } = contact.nameAddr;
  return /^sips?:/i.test(uri) ? ok(uri) : err({ status: 400, reason: "Bad Contact" });
}

function routeSetOf(recordRoute: readonly string[]): Result<readonly string[], Refusal> {
  const routes = parseRoutes(recordRoute);
  if (!routes.ok) return err({ status: 400, reason: "Bad Record-Route" });
  return ok(routes.value.map((route) => route.text));
}

function partiesOf(values: {
  readonly from: string;
  readonly to: string;
}): Result<{ readonly from: NameAddr; readonly to: NameAddr }, Refusal> {
  const from = parseNameAddr(values.from);
  if (!from.ok) return err({ status: 400, reason: "Bad From" });
  const to = parseNameAddr(values.to);
  return to.ok ? ok({ from: from.value, to: to.value }) : err({ status: 400, reason: "Bad To" });
}

const tagOf = (party: NameAddr): string | undefined => parameter(party.parameters, "tag") ?? undefined;

const isSecure = (request: DialogRequest): boolean =>
  request.overTls && request.requestUri.slice(0, 5).toLowerCase() === "sips:";
