// What a page is sent within its dialogs without anybody waiting for its answer.

import { gruuOf } from "../flow/gruu";
import { withoutPageParameter } from "../flow/page-parameter";
import { liveCopy } from "../messaging/copy";
import { maxForwardsOf } from "../proxy/admit";
import type { SipRequest } from "../sip/message";
import { parseUri } from "../sip/uri/uri";
import { newBranch, realmOf, sendFrame, type Turn } from "./turn";

/**
 * The Request-URI under which a page gets what was sent to its Contact: as the page wrote it, or, where that is a GRUU,
 * the Contact it registered (RFC 5627 §5.1), since a client need not know itself by the GRUU's user part.
 */
export function targetAtPage(turn: Turn, requestUri: string, page: string): string {
  const plain = withoutPageParameter(requestUri);
  if (plain === page) return page;
  const uri = parseUri(plain);
  const isGruu =
    uri.ok && uri.value.kind === "sip" && gruuOf(turn.ports.keyring.seal("gruu"), uri.value) !== undefined;
  return isGruu ? page : plain;
}

/** An ACK, or what the page was owed. */
export function sendToPage(turn: Turn, socket: string, page: string, request: SipRequest): void {
  const copy = {
    requestUri: targetAtPage(turn, request.requestUri, page),
    via: `SIP/2.0/WSS ${realmOf(turn)};branch=${newBranch(turn)}`,
    maxForwards: maxForwardsOf(request) - 1,
  };
  sendFrame(turn, socket, liveCopy(request, copy));
}
