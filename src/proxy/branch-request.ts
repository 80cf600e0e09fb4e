// What a fork sends on one of its branches: the INVITE, its CANCEL, and the ACK of a refusal (RFC 3261 §16.6, §9.1,
// §17.1.1.3). The INVITE is spliced, so that every byte a proxy has no business with goes on as it came.

import { buildRequest, type HeaderLine } from "../sip/build";
import type { Frame } from "../sip/frame";
import { parseCSeq } from "../sip/headers/cseq";
import { headerValue, type SipRequest, type SipResponse } from "../sip/message";
import {
  headerLine,
  insertAt,
  removeHeaders,
  replaceRequestUri,
  setHeader,
  spliceFrame,
} from "../sip/splice";

export interface BranchRoute {
  /** Where the branch goes. */
  readonly requestUri: string;
  /** The value of our Via. */
  readonly via: string;
  /** The value of our Record-Route; none for a request within a dialog, and where this home does not stay in the way. */
  readonly recordRoute?: string;
  readonly maxForwards: number;
  /** RFC 5393 §5.3.3. */
  readonly maxBreadth?: number;
  /** Fields of this home's, as Diversion. */
  readonly lines?: readonly HeaderLine[];
}

/** RFC 3261 §16.6 steps 1 to 8. */
export function branchInvite(invite: SipRequest, to: BranchRoute): Frame {
  const { requestUri, via, recordRoute, maxForwards, maxBreadth, lines = [] } = to;
  const head: readonly HeaderLine[] = [
    ["Via", via],
    ...(recordRoute === undefined ? [] : ([["Record-Route", recordRoute]] as const)),
    ...lines,
  ];
  return spliceFrame(invite, [
    replaceRequestUri(invite, requestUri),
    insertAt(invite.headStart, head.map(([name, value]) => headerLine(name, value)).join("")),
    setHeader(invite, "Max-Forwards", String(maxForwards)),
    ...(maxBreadth === undefined ? [] : [setHeader(invite, "Max-Breadth", String(maxBreadth))]),
    ...removeHeaders(invite, ["route"]),
  ]);
}

/** RFC 3261 §9.1: the CANCEL of the INVITE that went with that Request-URI and Via. */
export function cancelFor(
  invite: SipRequest,
  to: { readonly requestUri: string; readonly via: string; readonly reason?: string },
): string {
  const reason: readonly HeaderLine[] = to.reason === undefined ? [] : [["Reason", to.reason]];
  return hopRequest(invite, "CANCEL", to, headerValue(invite, "to") ?? "", reason);
}

/** RFC 3261 §17.1.1.3: the ACK of a final response that is no 2xx. */
export function ackFor(
  invite: SipRequest,
  response: SipResponse,
  to: { readonly requestUri: string; readonly via: string },
): string {
  return hopRequest(invite, "ACK", to, headerValue(response, "to") ?? "", []);
}

function hopRequest(
  invite: SipRequest,
  method: string,
  { requestUri, via }: { readonly requestUri: string; readonly via: string },
  to: string,
  more: readonly HeaderLine[],
): string {
  const cseq = parseCSeq(headerValue(invite, "cseq") ?? "");
  return buildRequest(method, requestUri, [
    ["Via", via],
    ["Max-Forwards", "70"],
    ["From", headerValue(invite, "from") ?? ""],
    ["To", to],
    ["Call-ID", headerValue(invite, "call-id") ?? ""],
    ["CSeq", `${cseq.ok ? cseq.value.sequence : 0} ${method}`],
    ...more,
  ]);
}
