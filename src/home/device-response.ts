// A response from one of the user's devices: it counts only for a branch we sent, on the page that branch went to
// (RFC 3261 §16.7 step 1; design "Responses return on the stored Via set").

import { parseCSeq } from "../sip/headers/cseq";
import { branchOf } from "../sip/headers/via";
import { headerValue, type SipResponse } from "../sip/message";
import { byeAnswered } from "./calls/absent-page";
import { answeredOnBranch } from "./calls/incoming-call";
import { advanceDelivery } from "./messages/deliver";
import { advanceRedelivery } from "./messages/redeliver";
import { isPageOf } from "./page";
import type { Socket } from "./state";
import { log, type Turn } from "./turn";

export function receiveDeviceResponse(turn: Turn, socket: Socket, response: SipResponse): void {
  const branch = branchOf(headerValue(response, "via") ?? "");
  const known = branch === undefined ? undefined : turn.state.branches.get(branch);
  if (branch === undefined || known === undefined) return answeredUnasked(turn, socket, response);
  if (!isPageOf(socket, known.page))
    return log(turn, "response from another page", { status: response.status });
  if (known.kind === "delivery") {
    const { key, index } = known;
    return advanceDelivery(
      turn,
      key,
      { kind: "responded", branch: index, status: response.status },
      response,
    );
  }
  if (known.kind === "fork") {
    // RFC 3261 §17.1.3: a CANCEL has the branch of its INVITE, and its answer says nothing of that.
    const cseq = parseCSeq(headerValue(response, "cseq") ?? "");
    if (cseq.ok && cseq.value.method === "INVITE") answeredOnBranch(turn, known.call, known.index, response);
    return;
  }
  if (response.status < 200) return;
  turn.state.branches.delete(branch);
  advanceRedelivery(turn, known.device, { kind: "responded", seq: known.sequence, status: response.status });
}

/** Of what a page is sent without anybody waiting for its answer, a BYE is said again until there is one. */
function answeredUnasked(turn: Turn, socket: Socket, response: SipResponse): void {
  const cseq = response.status < 200 ? undefined : parseCSeq(headerValue(response, "cseq") ?? "");
  if (cseq?.ok && cseq.value.method === "BYE") byeAnswered(turn, socket, response);
}
