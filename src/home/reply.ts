// Answering a parcel: through the call's result, or by a call of its own when that has returned `pending`.

import type { RecentLimits } from "../base/recent-map";
import type { Parcel, Reply } from "../contracts/parcel";
import { type ResponseOptions, responseTo } from "../sip/build";
import type { SipRequest } from "../sip/message";
import { emit, log, longestMethod, type Turn } from "./turn";

/** Final replies remembered, so that a parcel that comes again is not served again, and their octets. */
export const rememberedReplies: RecentLimits = { entries: 256, weight: 128 * 1024 };

/** The octets of a reply. */
export const weightOfReply = (answer: Reply): number =>
  answer.kind === "answered" ? answer.frame.length : 0;

export function reply(turn: Turn, parcel: Parcel, answer: Reply): void {
  if (answer.kind !== "pending") turn.state.replies.set(answer.key, answer);
  emit(turn, { kind: "sendReply", to: parcel.from, reply: answer });
}

/** Answers a parcel with a response of this home's own. */
export function answer(
  turn: Turn,
  parcel: Parcel,
  request: SipRequest,
  status: number,
  options: ResponseOptions = {},
): void {
  // What is refused is one line at the home that refuses it: the sender's only passes it on.
  if (status >= 400) {
    log(turn, "refused", {
      method: request.method.slice(0, longestMethod),
      status,
      from: parcel.from,
      why: options.reason,
    });
  }
  const frame = responseTo(request, status, { toTag: turn.ports.entropy.token(), ...options });
  reply(turn, parcel, { kind: "answered", key: parcel.key, frame });
}
