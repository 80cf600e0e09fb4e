// Which SUBSCRIBEs are to a list that the subscriber's own home serves (RFC 4662 §4.1): one that brings its list along (RFC
// 5367), and one to a URI that a document of the user's makes a list (RFC 4826 §4).

import { err, ok, type Result } from "../base/result";
import type { SubscribedList } from "../events/subscription";
import { RLMI_TYPE } from "../rls/rlmi";
import {
  EVENT_LIST,
  RECIPIENT_LIST_SUBSCRIBE,
  readSubscribedList,
  refuseWithoutEventList,
} from "../rls/subscribed-list";
import { accepts } from "../sip/headers/accept";
import { tokenList } from "../sip/headers/list";
import { headerValues, type SipRequest } from "../sip/message";
import type { Refusal } from "../sip/refusal";
import { log, type Turn } from "./turn";

/** Extensions that a SUBSCRIBE to a list may require (RFC 3261 §8.2.2.3). */
const extensions: ReadonlySet<string> = new Set([EVENT_LIST, RECIPIENT_LIST_SUBSCRIBE]);

export const requiresMore = (request: SipRequest, isOfList: boolean): readonly string[] =>
  tokenList(headerValues(request, "require")).filter(
    (token) => !(isOfList && extensions.has(token.toLowerCase())),
  );

/** Whether this home, its sender's, is who serves it: it goes no further. */
export function isForOwnLists(_turn: Turn, request: SipRequest): boolean {
  if (request.method !== "SUBSCRIBE") return false;
  const list = readSubscribedList(request);
  return !list.ok || list.value !== undefined;
}

/** The list that a SUBSCRIBE outside of dialogs is to; undefined when it is to none, or why it cannot be served. */
export function listOf(turn: Turn, request: SipRequest): Result<SubscribedList | undefined, Refusal> {
  const brought = readSubscribedList(request);
  if (!brought.ok) return brought;
  if (brought.value === undefined) return ok(undefined);
  const refused = refuseWithoutEventList(request) ?? refuseAccept(request);
  if (refused !== undefined) return err(refused);
  const { displayNames, entries, omissions } = brought.value;
  if (omissions.length > 0) log(turn, "list entries left out", { omissions });
  return ok({ uri: request.requestUri, from: "body", displayNames, entries });
}

/** RFC 4662 §4.3: an Accept names the types that a list is told in, beside those of the package. */
function refuseAccept(request: SipRequest): Refusal | undefined {
  const values = headerValues(request, "accept");
  const isServed =
    values.length === 0 || [RLMI_TYPE, "multipart/related"].every((type) => accepts(values, type));
  return isServed ? undefined : { status: 406 };
}
