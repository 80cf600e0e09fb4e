// What a page is sent within its dialogs without anybody waiting for its answer.

import { withoutPageParameter } from "../flow/page-parameter";
import { liveCopy } from "../messaging/copy";
import { maxForwardsOf } from "../proxy/admit";
import type { SipRequest } from "../sip/message";
import { newBranch, realmOf, sendFrame, type Turn } from "./turn";

/** An ACK, or what the page was owed. */
export function sendToPage(turn: Turn, socket: string, request: SipRequest): void {
  const copy = {
    requestUri: withoutPageParameter(request.requestUri),
    via: `SIP/2.0/WSS ${realmOf(turn)};branch=${newBranch(turn)}`,
    maxForwards: maxForwardsOf(request) - 1,
  };
  sendFrame(turn, socket, liveCopy(request, copy));
}
