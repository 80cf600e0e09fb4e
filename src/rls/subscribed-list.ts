// Lists in the body of a SUBSCRIBE (RFC 5367), and what any subscription to a list must support (RFC 4662 §4.1).
// A stored list that is too long is cut, for its owner can see it; one in a body is refused: the subscriber would not
// learn who is missing. RFC 5367 §4 lets us discard what only XCAP gives a meaning: references lead nowhere here.

import { err, ok, type Result } from "../base/result";
import { parseContentDisposition } from "../sip/headers/content-disposition";
import { parseContentType } from "../sip/headers/content-type";
import { tokenList } from "../sip/headers/list";
import { tagOf } from "../sip/headers/tag";
import { body, headerValue, headerValues, type SipRequest } from "../sip/message";
import type { Refusal } from "../sip/refusal";
import { parseXml } from "../xml/parse";
import { childElements, isElement } from "../xml/read";
import { DEFAULT_LIST_LIMITS, type FlatList, flattenLists, type ListLimits } from "./flat-list";
import { readMultipart } from "./multipart";
import { RESOURCE_LISTS } from "./namespace";

/** RFC 4662 §8.1: in Supported of a SUBSCRIBE, and in Require of what answers it and of each NOTIFY. */
export const EVENT_LIST = "eventlist";
/** RFC 5367 §9.2. */
export const RECIPIENT_LIST_SUBSCRIBE = "recipient-list-subscribe";

const RESOURCE_LISTS_TYPE = "application/resource-lists+xml";

/** RFC 4662 §4.1: 421 for a subscription to a list by one who does not support lists. */
export function refuseWithoutEventList(request: SipRequest): Refusal | undefined {
  const named = [...headerValues(request, "supported"), ...headerValues(request, "require")];
  return tokenList(named).some((token) => token.toLowerCase() === EVENT_LIST)
    ? undefined
    : { status: 421, lines: [["Require", EVENT_LIST]] };
}

/**
 * The list that a SUBSCRIBE brings; undefined when it brings none and does not say that it does. A body counts by
 * its disposition, whether or not Require names the extension as it MUST (§3): it has no other reading.
 */
export function readSubscribedList(
  request: SipRequest,
  limits: ListLimits = DEFAULT_LIST_LIMITS,
): Result<FlatList | undefined, Refusal> {
  const required = tokenList(headerValues(request, "require"));
  const isRequired = required.some((token) => token.toLowerCase() === RECIPIENT_LIST_SUBSCRIBE);
  const part = listPart(request, isRequired);
  if (!part.ok) return part;
  if (part.value === undefined) return ok(undefined);
  // §5.1: a list has no meaning in a SUBSCRIBE within a dialog.
  if (tagOf(headerValue(request, "to") ?? "") !== undefined) return unsupported("No List Within A Dialog");
  return readList(part.value, limits);
}

interface ListPart {
  readonly contentType: string;
  readonly contentDisposition?: string | undefined;
  readonly body: string;
}

/** The body with the disposition `recipient-list`: the whole, or a part of it. */
function listPart(request: SipRequest, isRequired: boolean): Result<ListPart | undefined, Refusal> {
  const contentType = headerValue(request, "content-type") ?? "";
  const text = body(request);
  const contentDisposition = headerValue(request, "content-disposition");
  const whole: ListPart = { contentType, contentDisposition, body: text };
  const isMultipart = /^multipart\//i.test(contentType);
  const multipart = isMultipart ? readMultipart(contentType, text) : undefined;
  if (multipart?.ok === false) return isRequired ? bad("Bad Multipart Body") : ok(undefined);
  const parts: readonly ListPart[] = multipart === undefined ? [whole] : multipart.value.parts;
  const found = parts.find((part) => isRecipientList(part, isRequired));
  if (found === undefined) return isRequired ? missing(whole) : ok(undefined);
  const encoding = headerValue(request, "content-encoding")?.toLowerCase() ?? "identity";
  if (encoding !== "identity") {
    return err({
      status: 415,
      reason: "Unsupported Content-Encoding",
      lines: [["Accept-Encoding", "identity"]],
    });
  }
  // Octets that are not UTF-8 (RFC 4826 §3.1).
  return request.octets ? bad("Bad List Encoding") : ok(found);
}

/** Where the extension is required, a list that does not say what it is for can be for nothing else. */
function isRecipientList({ contentType, contentDisposition }: ListPart, isRequired: boolean): boolean {
  if (contentDisposition === undefined) return isRequired && mediaType(contentType) === RESOURCE_LISTS_TYPE;
  const parsed = parseContentDisposition(contentDisposition);
  return parsed.ok && parsed.value.type === "recipient-list";
}

function mediaType(contentType: string): string | undefined {
  const parsed = parseContentType(contentType);
  return parsed.ok ? parsed.value.type : undefined;
}

/** Required, and not there: no body at all, or one that is for something else. */
const missing = (whole: ListPart): Result<never, Refusal> =>
  whole.body === "" ? bad("Missing Recipient List") : unsupported("No Recipient List");

function readList({ contentType, body }: ListPart, limits: ListLimits): Result<FlatList, Refusal> {
  // RFC 5367 §4: the default format, and the only one we read.
  if (mediaType(contentType) !== RESOURCE_LISTS_TYPE) return unsupported("Unsupported List Format");
  const parsed = parseXml(body, limits.xml);
  if (!parsed.ok && parsed.error.kind.startsWith("too-")) return tooLong();
  if (!parsed.ok || !isElement(parsed.value, RESOURCE_LISTS, "resource-lists"))
    return bad("Bad Resource List");
  const lists = childElements(parsed.value, RESOURCE_LISTS, "list");
  const flat = flattenLists(lists, undefined, limits);
  return flat.isCut ? tooLong() : ok(flat);
}

const bad = (reason: string): Result<never, Refusal> => err({ status: 400, reason });
const tooLong = (): Result<never, Refusal> => err({ status: 413, reason: "Resource List Too Long" });
const unsupported = (reason: string): Result<never, Refusal> =>
  err({ status: 415, reason, lines: [["Accept", RESOURCE_LISTS_TYPE]] });
