// Requests within a dialog, RFC 3261 §12.2: the header fields of one to send (§12.2.1.1, strict routers
// included), the order and the target refresh of one received (§12.2.2), and what its response moves
// (§12.2.1.2). Target refresh requests are those of RFC 5057 §5.4.

import { invariant } from "../base/invariant";
import { err, ok, type Result } from "../base/result";
import type { HeaderLine } from "../sip/build";
import { isLooseRoute, parseRoutes } from "../sip/headers/route";
import type { Refusal } from "../sip/refusal";
import { formatUri, parseUri } from "../sip/uri/uri";
import { type Dialog, type DialogState, refreshedTarget } from "./dialog";

/** RFC 3261 §8.1.1.5: a sequence number to be sent is less than 2^31. */
export const largestCSeq = 2 ** 31 - 1;

const targetRefreshMethods: ReadonlySet<string> = new Set([
  "INVITE",
  "UPDATE",
  "SUBSCRIBE",
  "NOTIFY",
  "REFER",
]);

/** A request that only needs Via, Max-Forwards, Contact and a body. */
export interface RequestWithin {
  readonly method: string;
  readonly requestUri: string;
  readonly cseq: number;
  /** Route (a line each), From, To, Call-ID, CSeq. */
  readonly lines: readonly HeaderLine[];
}

/** The dialog after the request, and the request. */
export interface RequestStep {
  readonly dialog: Dialog;
  readonly request: RequestWithin;
}

/**
 * RFC 3261 §12.2.1.1: the next request of this side. `cseq` is its number when the caller counts on its own,
 * as a notifier does; it must be higher than the last one. Without it the last number is raised by one.
 * Undefined when all numbers are used up: such a dialog can only be left.
 */
export function requestWithin(dialog: Dialog, method: string, cseq?: number): RequestStep | undefined {
  invariant(method !== "ACK" && method !== "CANCEL", "ACK and CANCEL have the number of their INVITE");
  const last = dialog.localCSeq ?? 0;
  invariant(cseq === undefined || cseq > last, "sequence numbers of a dialog rise");
  const next = cseq ?? last + 1;
  if (next > largestCSeq) return undefined;
  return { dialog: { ...dialog, localCSeq: next }, request: formRequest(dialog, method, next) };
}

/** RFC 3261 §13.2.2.4: the ACK of a 2xx, with the number of the INVITE. */
export function ackWithin(dialog: Dialog, inviteCSeq: number): RequestWithin {
  return formRequest(dialog, "ACK", inviteCSeq);
}

function formRequest(dialog: Dialog, method: string, cseq: number): RequestWithin {
  const { requestUri, routes } = routeOf(dialog);
  const { id, localUri, remoteUri } = dialog;
  const lines: readonly HeaderLine[] = [
    ...routes.map((route): HeaderLine => ["Route", route]),
    ["From", addressed(localUri, id.localTag)],
    ["To", addressed(remoteUri, id.remoteTag)],
    ["Call-ID", id.callId],
    ["CSeq", `${cseq} ${method}`],
  ];
  return { method, requestUri, cseq, lines };
}

const addressed = (uri: string, tag: string | undefined): string =>
  tag === undefined ? `<${uri}>` : `<${uri}>;tag=${tag}`;

function routeOf({ routeSet, remoteTarget }: DialogState): {
  readonly requestUri: string;
  readonly routes: readonly string[];
} {
  // A Contact may have headers, which a careless peer would take for fields of the request.
  const target = remoteTarget.includes("?") ? inRequestUri(remoteTarget) : remoteTarget;
  if (isPlainlyLoose(routeSet[0])) return { requestUri: target, routes: routeSet };
  const parsed = parseRoutes(routeSet.slice(0, 1));
  const first = parsed.ok ? parsed.value[0]?.nameAddr.uri : undefined;
  if (first === undefined || isLooseRoute(first)) return { requestUri: target, routes: routeSet };
  // §12.2.1.1: a strict router takes the first Route for the Request-URI, so the target goes last.
  return { requestUri: inRequestUri(first), routes: [...routeSet.slice(1), `<${remoteTarget}>`] };
}

/** A loose route in the form that homes write theirs, told without parsing: every NOTIFY has one. */
const isPlainlyLoose = (route: string | undefined): boolean =>
  route !== undefined && plainRoute.test(route) && /;lr[;>]/.test(route);

const plainRoute = /^<sips?:[\w.~-]+@[\w.-]+(?:;[\w.~-]+(?:=[\w.~-]+)?)*>$/;

/** RFC 3261 §19.1.1 Table 1: a Request-URI has no method parameter and no headers. */
function inRequestUri(uri: string): string {
  const parsed = parseUri(uri);
  if (!parsed.ok || parsed.value.kind !== "sip") return uri;
  const parameters = parsed.value.parameters.filter(({ name }) => name !== "method");
  const unchanged = parameters.length === parsed.value.parameters.length && parsed.value.headers.length === 0;
  return unchanged ? uri : formatUri({ ...parsed.value, parameters, headers: [] });
}

export interface ReceivedWithin {
  readonly method: string;
  readonly cseq: number;
  /** Contact values; only a target refresh is asked for them. */
  readonly contact: readonly string[];
}

/**
 * RFC 3261 §12.2.2: judges a request of the peer. The value is the dialog to keep if the request is accepted
 * with a 2xx; one that is refused changes nothing of the dialog. A lower number than the last is a 500.
 */
export function receiveWithin(dialog: Dialog, request: ReceivedWithin): Result<Dialog, Refusal> {
  // They have the number of their INVITE, which other requests may have overtaken.
  if (request.method === "ACK" || request.method === "CANCEL") return ok(dialog);
  if (dialog.remoteCSeq !== undefined && request.cseq < dialog.remoteCSeq) {
    return err({ status: 500, reason: "CSeq Out Of Order" });
  }
  const received = { ...dialog, remoteCSeq: request.cseq };
  if (!targetRefreshMethods.has(request.method)) return ok(received);
  const remoteTarget = refreshedTarget(dialog.remoteTarget, request.contact);
  return remoteTarget.ok ? ok({ ...received, remoteTarget: remoteTarget.value }) : remoteTarget;
}

export interface ResponseWithin {
  readonly method: string;
  readonly status: number;
  readonly contact: readonly string[];
}

/** RFC 3261 §12.2.1.2: the dialog after a response to one of our requests. A Contact that is no use is ignored. */
export function responseWithin(dialog: Dialog, response: ResponseWithin): Dialog {
  const { method, status, contact } = response;
  if (status < 200 || status >= 300 || !targetRefreshMethods.has(method)) return dialog;
  const remoteTarget = refreshedTarget(dialog.remoteTarget, contact);
  return remoteTarget.ok ? { ...dialog, remoteTarget: remoteTarget.value } : dialog;
}
