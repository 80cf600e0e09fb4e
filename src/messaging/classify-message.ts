// How a MESSAGE is to be treated: whether it is stored, and until when it is worth anything (RFC 3428 §4 and §7,
// RFC 3994, RFC 5438).
//
// Disposition notifications (message/imdn+xml) are messages like any other here: they pass intact and are
// stored, else a report that comes while the sender is away would be lost. We make none ourselves.

import { after, type EpochMs, seconds, toMillis } from "../base/brand";
import { parseContentType } from "../sip/headers/content-type";
import { parseDate } from "../sip/headers/date";
import { parseDeltaSeconds } from "../sip/headers/integer";
import { body, headerValue, type SipRequest } from "../sip/message";
import { readCpim } from "./cpim";

/**
 * `storable`: kept for devices that did not take it. `transient`: goes to live devices or nowhere.
 * `composing`: transient, and refused by nobody.
 */
export type Treatment = "storable" | "transient" | "composing";

export interface MessageClass {
  readonly treatment: Treatment;
  /** Not to be delivered from the log after this moment. */
  readonly expiresAt?: EpochMs;
}

export interface MessageContext {
  /** True for a request with a To-tag: it belongs to a call, and the log knows none. */
  readonly inDialog: boolean;
  readonly receivedAt: EpochMs;
}

/** The treatment of a MESSAGE request. */
export function classifyMessage(request: SipRequest, context: MessageContext): MessageClass {
  if (isComposing(request)) return { treatment: "composing" };
  if (context.inDialog) return { treatment: "transient" };
  const expires = parseDeltaSeconds(headerValue(request, "expires") ?? "");
  if (expires === undefined) return { treatment: "storable" };
  const expiresAt = after(sentAt(request) ?? context.receivedAt, toMillis(seconds(expires)));
  const worthless = expires === 0 || expiresAt <= context.receivedAt;
  return worthless ? { treatment: "transient" } : { treatment: "storable", expiresAt };
}

/** The IMDN Message-ID of a message in CPIM (RFC 5438 §6.3): equal ones are one message sent twice. */
export function imdnMessageId(request: SipRequest): string | undefined {
  return contentType(request) === "message/cpim" ? readCpim(body(request)).imdnMessageId : undefined;
}

/** RFC 3428 §7: Expires counts from Date, and from the arrival only where there is none. */
function sentAt(request: SipRequest): EpochMs | undefined {
  const date = headerValue(request, "date");
  return date === undefined ? undefined : parseDate(date);
}

/** RFC 3994 §3.5: as the body itself or in CPIM. */
function isComposing(request: SipRequest): boolean {
  const type = contentType(request);
  const inner = type === "message/cpim" ? mediaType(readCpim(body(request)).contentType) : type;
  return inner === "application/im-iscomposing+xml";
}

const contentType = (request: SipRequest): string | undefined =>
  mediaType(headerValue(request, "content-type"));

function mediaType(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const parsed = parseContentType(value);
  return parsed.ok ? parsed.value.type : undefined;
}
