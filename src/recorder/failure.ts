// Which message says that a call has failed, that it is over, or that a login was refused.
//
// A final response counts where this home passes it on or makes it (`out`): of a fork, one phone's refusal is not the
// call's. A call that its caller took back, or that another device took, has not failed.

import { parseCSeq } from "../sip/headers/cseq";
import { parseReasons } from "../sip/headers/reason";
import { headerValue, headerValues, type SipMessage } from "../sip/message";

/** `ended`: over as calls are; `failed`: it is to be kept. */
export type CallSign = "began" | "ended" | "failed";

/** What that message means for its call; undefined for most. */
export function callSignOf(message: SipMessage, direction: "in" | "out"): CallSign | undefined {
  if (message.kind === "request") {
    if (message.method === "INVITE") return "began";
    if (message.method === "BYE" || message.method === "CANCEL")
      return isForFailure(message) ? "failed" : undefined;
    return undefined;
  }
  const method = cseqMethod(message);
  if (method === "BYE") return message.status >= 200 ? "ended" : undefined;
  if (method !== "INVITE" || direction === "in" || message.status < 300) return undefined;
  if (message.status === 401 || message.status === 407 || message.status === 491) return undefined;
  return message.status === 487 ? "ended" : "failed";
}

/** RFC 3326: a BYE or CANCEL that says why, and not that all went well. Q.850 16 is a call that was hung up. */
function isForFailure(message: SipMessage): boolean {
  return headerValues(message, "reason").some((value) => {
    const reasons = parseReasons(value);
    return (
      reasons.ok &&
      reasons.value.some(({ protocol, cause }) => {
        if (cause === undefined) return false;
        if (/^SIP$/i.test(protocol)) return cause >= 300 && cause !== 487;
        return /^Q\.850$/i.test(protocol) && cause !== 16 && cause !== 26;
      })
    );
  });
}

export const hasCredentials = (message: SipMessage): boolean =>
  headerValue(message, "authorization") !== undefined ||
  headerValue(message, "proxy-authorization") !== undefined;

/** Whether that response refuses credentials; a nonce that is too old is no refusal (RFC 7616 §3.3). */
export function refusesLogin(message: SipMessage): boolean {
  if (message.kind !== "response") return false;
  if (message.status === 403) return true;
  if (message.status === 503) return cseqMethod(message) === "REGISTER";
  if (message.status !== 401 && message.status !== 407) return false;
  const challenges = [
    ...headerValues(message, "www-authenticate"),
    ...headerValues(message, "proxy-authenticate"),
  ];
  return !challenges.some((value) => /\bstale\s*=\s*"?true/i.test(value));
}

/** The method of a CSeq; `""` where it does not read. */
export function cseqMethod(message: SipMessage): string {
  const read = parseCSeq(headerValue(message, "cseq") ?? "");
  return read.ok ? read.value.method : "";
}
