// What must hold of every frame that leaves a home: it is one message that reads and is valid, its lines are its own, and
// no field in it has grown out of somebody's value.

import type { Frame } from "../../src/sip/frame";
import { allFields, fieldValue, type SipMessage } from "../../src/sip/message";
import { parseMessage } from "../../src/sip/parser";
import { validateRequest, validateResponse } from "../../src/sip/validate";
import { textOf } from "../home/support/sip-text";
import { check } from "./case";
import { marker } from "./fields";

/** What inputs try to make a field of (grammar.ts). */
const smuggled = "x-smuggled";

/** The names that some input had as a field of its own, and that may be passed on; responses with the marker, too. */
export function noteFields(frame: Frame, legitimate: Set<string>): void {
  const parsed = parseMessage(frame, { headerFields: 100_000 });
  if (!parsed.ok) return;
  if (allFields(parsed.value).some(({ name }) => name === smuggled)) legitimate.add(smuggled);
  if (parsed.value.kind === "response" && textOf(frame).includes(marker)) legitimate.add(marker);
}

/** What a response has of its request (RFC 3261 §8.2.6, §10.3 step 8, RFC 3327 §5.3); a stranger's spelling is his own. */
const copied = new Set(["via", "from", "to", "call-id", "cseq", "record-route", "contact", "path"]);

/** No answer has words of the request it answers, but where it has to. */
function judgeWords(message: SipMessage, legitimate: ReadonlySet<string>): void {
  if (message.kind === "request" || legitimate.has(marker)) return;
  const own = allFields(message).filter(({ name }) => !copied.has(name));
  const words = [message.reason, ...own.map((field) => fieldValue(message, field))];
  check(!words.some((word) => word.includes(marker)), "an answer repeats what it was asked:", message.text);
}

export function judgeFrame(frame: Frame, legitimate: ReadonlySet<string>): void {
  const text = textOf(frame);
  if (text === "\r\n") return;
  const head = text.split("\r\n\r\n", 1)[0] ?? "";
  check(!/\r(?!\n)|(?<!\r)\n/.test(head), "a line end that is none leaves in", text);
  // An answer to what had as many fields as may be has a few of its own.
  const parsed = parseMessage(frame, { headerFields: 300 });
  check(parsed.ok, "what leaves cannot be read:", text);
  if (!parsed.ok) return;
  const message = parsed.value;
  // A device is asked by its Contact, of whatever scheme it is. The refusal of a request that is not valid copies what it has (RFC 3261 §8.2.6.2).
  const isValid =
    message.kind === "request"
      ? [undefined, 416].includes(validateRequest(message)?.status)
      : message.status >= 300 || validateResponse(message);
  check(isValid, "what leaves is not valid:", text);
  judgeWords(message, legitimate);
  const hasGrown = allFields(message).some(({ name }) => name === smuggled) && !legitimate.has(smuggled);
  check(!hasGrown, "a value has become a field in", text);
}
