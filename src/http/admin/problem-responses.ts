// The problems of a route, as its OpenAPI description lists them (RFC 9457).

import { z } from "@hono/zod-openapi";
import { problemContentType, problemTypePrefix } from "../problem";

const requestFault = z
  .object({
    where: z
      .string()
      .openapi({ description: "JSON Pointer into the body as a URI fragment, or a parameter's name" }),
    detail: z.string(),
  })
  .openapi("RequestFault");

const problem = z
  .object({
    type: z.string().openapi({ example: `${problemTypePrefix}not-found` }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(requestFault).optional(),
    sip: z.object({ status: z.int(), reason: z.string() }).optional(),
  })
  .openapi("Problem");

const descriptions = {
  400: "The request is not as it must be",
  401: "The admin token, or the user's login, is missing or wrong",
  403: "Not for this user, or not for pages of this origin",
  404: "There is no such thing",
  409: "It conflicts with what exists",
  413: "The body is too large",
  415: "The body is no JSON",
  422: "The message was refused",
  429: "Too many requests, or too many failed logins",
  503: "The administration is closed, or something that is needed cannot be reached now",
} as const;

type ProblemStatus = keyof typeof descriptions;

/** The given statuses and those every route of the API may answer with. */
export function problemResponses<const Status extends ProblemStatus>(
  ...statuses: readonly Status[]
): Readonly<Record<Status | 401 | 429 | 503, { readonly description: string }>> {
  const entries = [...new Set<ProblemStatus>([...statuses, 401, 429, 503])].map((status) => [
    status,
    { description: descriptions[status], content: { [problemContentType]: { schema: problem } } },
  ]);
  return Object.fromEntries(entries);
}
