// Problem details for HTTP APIs (RFC 9457): the body of every error under /v1, and of those under /xcap that RFC 4825 has no body for. Short and poor on purpose; what
// lies behind one is in the log.

import type { Seconds } from "../base/brand";

/** What may be wrong, by the last part of the problem's type URI. docs/http-api.md says each in a sentence. */
export type ProblemName =
  | "account-conflict"
  | "admin-token-missing"
  | "admin-token-wrong"
  | "admin-api-closed"
  | "configuration"
  | "forbidden"
  | "internal"
  | "invalid-request"
  | "message-refused"
  | "method-not-allowed"
  | "not-authenticated"
  | "no-room"
  | "not-found"
  | "precondition-failed"
  | "rules-conflict"
  | "share-token-wrong"
  | "too-large"
  | "too-many-requests"
  | "unavailable"
  | "unsupported-media-type"
  | "uri-too-long";

/** One part of a request that is not as it must be. */
export interface RequestFault {
  /** RFC 6901 pointer into the body as a URI fragment (`#/aliases/0`), or the name of a parameter. */
  readonly where: string;
  readonly detail: string;
}

export interface Problem {
  readonly name: ProblemName;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly RequestFault[];
  /** The SIP status a message came to. */
  readonly sip?: { readonly status: number; readonly reason: string };
  /** A list is a field line each. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** The prefix of the type URIs: names, not addresses to fetch. */
export const problemTypePrefix = "urn:durasip:problem:";

export const problemContentType = "application/problem+json";

/** The response that carries a problem. */
export function problemResponse(problem: Problem): Response {
  const { name, status, title, detail, errors, sip } = problem;
  const headers = new Headers({ "Content-Type": problemContentType });
  for (const [field, values] of Object.entries(problem.headers ?? {})) {
    for (const value of [values].flat()) headers.append(field, value);
  }
  const body = { type: `${problemTypePrefix}${name}`, title, status, detail, errors, sip };
  return new Response(`${JSON.stringify(body)}\n`, { status, headers });
}

export const notFound = (detail: string): Problem => ({
  name: "not-found",
  status: 404,
  title: "Not found",
  detail,
});

export const invalidRequest = (errors: readonly RequestFault[]): Problem => ({
  name: "invalid-request",
  status: 400,
  title: "The request is not as it must be",
  errors,
});

export const tooLarge = (detail: string): Problem => ({
  name: "too-large",
  status: 413,
  title: "Too large",
  detail,
});

export const methodNotAllowed = (allowed: readonly string[]): Problem => ({
  name: "method-not-allowed",
  status: 405,
  title: "Method not allowed",
  headers: { Allow: allowed.join(", ") },
});

export const forbidden = (detail: string): Problem => ({
  name: "forbidden",
  status: 403,
  title: "Not allowed",
  detail,
});

/** RFC 9110 §11.6.1: with the challenges, preferred first. The same for all that may be wrong with a login. */
export const notAuthenticated = (challenges: readonly string[]): Problem => ({
  name: "not-authenticated",
  status: 401,
  title: "Log in",
  headers: { "WWW-Authenticate": challenges },
});

/** The problem without the challenges of a 401: RFC 9110 §15.5.2 wants them, and a browser acts on them by itself. */
export const unchallenged = (problem: Problem): Problem =>
  problem.status === 401 ? notAuthenticated([]) : problem;

/** RFC 6585 §4. */
export const tooManyRequests = (retryAfter: Seconds): Problem => ({
  name: "too-many-requests",
  status: 429,
  title: "Too many requests, or too many failed logins",
  headers: { "Retry-After": String(retryAfter) },
});

export const unavailable: Problem = {
  name: "unavailable",
  status: 503,
  title: "Try again later",
  headers: { "Retry-After": "2" },
};

export const internalProblem: Problem = { name: "internal", status: 500, title: "Internal error" };

export const brokenConfiguration: Problem = {
  name: "configuration",
  status: 500,
  title: "The gateway is not configured correctly",
  detail: "Its log names the variable.",
};
