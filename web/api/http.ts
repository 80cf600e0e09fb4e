// Requests with a bearer token, which travels in the Authorization field and nowhere else: no URL, no storage, no
// cookie. The token lives in this closure and goes with the page (docs/decisions/0024).

import { problemOf, unreachable } from "./problem";

export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Of the query; undefined ones are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface Http {
  /** The body of a success; throws RequestProblem. An abort throws what `fetch` throws. */
  json<Body>(path: string, ask?: Ask): Promise<Body>;
  /** A success's body as it is, with the name the gateway gives the file. */
  file(path: string, ask?: Ask): Promise<{ readonly blob: Blob; readonly name: string | undefined }>;
}

/** Asks as whoever holds the token. */
export function openHttp(token: string): Http {
  const send = async (path: string, ask: Ask = {}): Promise<Response> => {
    const { method = "GET", signal } = ask;
    const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
    if (ask.body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(`${path}${queryOf(ask.query)}`, {
      ...{ method, headers, cache: "no-store", credentials: "omit", redirect: "error" },
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((thrown: unknown) => {
      throw signal?.aborted ? thrown : unreachable;
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  };
  return {
    async json<Body>(path: string, ask?: Ask) {
      const answer = await send(path, ask);
      return (answer.status === 204 ? undefined : await answer.json()) as Body;
    },
    async file(path, ask) {
      const answer = await send(path, ask);
      return { blob: await answer.blob(), name: nameOf(answer.headers.get("content-disposition")) };
    },
  };
}

export function queryOf(query: Ask["query"] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

const nameOf = (disposition: string | null): string | undefined =>
  /filename="?([^";]+)"?/.exec(disposition ?? "")?.[1];
