// The Reason of a BYE, a CANCEL or a response (RFC 3326), in words.

import { parseReasons } from "../sip/headers/reason";
import { headerValues, type SipMessage } from "../sip/message";

const longest = 200;

/** `Media Error (SIP 500)`; undefined where there is none that reads. */
export function reasonWords(message: SipMessage): string | undefined {
  for (const value of headerValues(message, "reason")) {
    const reasons = parseReasons(value);
    if (!reasons.ok) continue;
    for (const { protocol, cause, text } of reasons.value) {
      const code = cause === undefined ? protocol : `${protocol} ${cause}`;
      if (text !== undefined && text !== "") return `${text.slice(0, longest)} (${code})`;
      if (cause !== undefined) return code;
    }
  }
  return undefined;
}
