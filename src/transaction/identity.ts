// What a transaction key is made of (key.ts), read from a request: its top Via, and for RFC 2543 the rest.

import { parseCSeq } from "../sip/headers/cseq";
import { splitList } from "../sip/headers/list";
import { tagOf } from "../sip/headers/tag";
import { parseVia } from "../sip/headers/via";
import { headerValue, type SipRequest } from "../sip/message";
import type { RequestIdentity } from "./key";

/** The identity of a request; undefined where a header field it needs is missing or malformed, which is a 400. */
export function requestIdentity(request: SipRequest): RequestIdentity | undefined {
  const [text] = splitList(headerValue(request, "via") ?? "");
  const via = text === undefined ? undefined : parseVia(text);
  const cseq = parseCSeq(headerValue(request, "cseq") ?? "");
  const callId = headerValue(request, "call-id");
  if (text === undefined || via?.ok !== true || !cseq.ok || callId === undefined) return undefined;
  const { host, port, branch } = via.value;
  return {
    method: request.method,
    requestUri: request.requestUri,
    callId,
    cseq: cseq.value.sequence,
    fromTag: tagOf(headerValue(request, "from") ?? ""),
    topVia: { text, sentBy: port === undefined ? host : `${host}:${port}`, branch },
  };
}
