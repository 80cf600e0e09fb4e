// An answer of XCAP as a response of HTTP. What the engine refuses without a word (RFC 4825 §8 asks for a body with 409
// alone) bears a problem, like all errors of this gateway.

import type { XcapAnswer } from "../../contracts/xcap-access";
import { type Problem, problemResponse } from "../problem";

export function xcapResponse({ status, headers, body }: Extract<XcapAnswer, { kind: "answered" }>): Response {
  const problem = status >= 400 && body === undefined ? problems[status] : undefined;
  return problem === undefined
    ? new Response(body ?? null, { status, headers })
    : problemResponse({ ...problem, status, headers });
}

const problems: Readonly<Record<number, Omit<Problem, "status">>> = {
  400: { name: "invalid-request", title: "The URI or a condition cannot be read" },
  403: { name: "forbidden", title: "Not allowed" },
  404: { name: "not-found", title: "Not found" },
  405: { name: "method-not-allowed", title: "Method not allowed" },
  412: { name: "precondition-failed", title: "The document is another by now" },
  413: { name: "too-large", title: "Too large" },
  414: { name: "uri-too-long", title: "The URI is too long" },
  415: { name: "unsupported-media-type", title: "The body is of another type than this resource" },
  507: { name: "no-room", title: "There is no room for it" },
};
