// XCAP (RFC 4825) as a function: one request and the owner's documents in, the response and the change to store
// out. Nothing is stored, sent, awaited or drawn at random here; a caller that stores `change` before it answers
// keeps every promise of the response.

import { DEFAULT_XML_LIMITS } from "../xml/xml-error";
import type { Documents, XcapContext, XcapLimits } from "./application-usage";
import { isReading, locateResource } from "./resource";
import { serveReading } from "./serve-reading";
import { serveDelete, servePut } from "./serve-writing";
import { notAllowed, type XcapRequest, type XcapResponse } from "./xcap-message";

export const DEFAULT_XCAP_LIMITS: XcapLimits = {
  document: DEFAULT_XML_LIMITS,
  maxDocuments: 32,
  maxUriLength: 4096,
  maxSteps: 64,
};

/** Never throws on input. `documents` are those of `context.user`, who is authenticated. */
export function serveXcap(request: XcapRequest, documents: Documents, context: XcapContext): XcapResponse {
  const resource = locateResource(request, context);
  if (!resource.ok) return resource.error;
  if (isReading(request.method)) {
    const response = serveReading(request, resource.value, documents, context);
    return request.method === "HEAD" ? withoutBody(response) : response;
  }
  const { usage } = resource.value;
  if (usage.kind === "generated") return notAllowed("GET, HEAD");
  const writing = { request, resource: resource.value, usage, documents, context };
  return request.method === "PUT" ? servePut(writing) : serveDelete(writing);
}

/** RFC 9110 §9.3.2: the headers of the GET. */
const withoutBody = ({ status, headers }: XcapResponse): XcapResponse => ({ status, headers });
