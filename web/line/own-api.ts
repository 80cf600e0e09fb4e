// The user's own part of the HTTP API (/v1/me, /v1/turn-credentials): asked with the session's cookie, or with the
// password where the page has no session. The browser answers a Digest challenge itself, but to XMLHttpRequest alone.

export interface OwnApi {
  /** The JSON that came; rejects with ApiProblem when it is no 2xx. */
  get(path: string, query?: Readonly<Record<string, string>>): Promise<unknown>;
  put(path: string, body: unknown): Promise<unknown>;
  /** Milliseconds by which the gateway's clock was ahead of this one at the latest answer. */
  ahead(): number;
}

export class ApiProblem extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`the gateway answered ${status}`);
    this.status = status;
  }
}

export interface ApiAccount {
  readonly gateway: string;
  readonly aor: string;
  /** Undefined: the session's cookie. */
  readonly password?: string | undefined;
}

/** What is waited for an answer. */
const patience = 15_000;

export function createOwnApi({ gateway, aor, password }: ApiAccount): OwnApi {
  const user = aor.slice(0, aor.lastIndexOf("@"));
  const urlOf = (path: string, query: Readonly<Record<string, string>>): string => {
    const url = new URL(path, gateway);
    url.search = new URLSearchParams({ aor, ...query }).toString();
    return url.href;
  };
  let ahead = 0;
  const ask = (method: string, url: string, body?: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      if (password === undefined) {
        request.open(method, url);
        // A session that is over is then no reason for a window of the browser's own.
        request.setRequestHeader("X-Requested-With", "durasip");
      } else request.open(method, url, true, user, password);
      request.timeout = patience;
      request.onload = () => {
        const now = Date.parse(request.getResponseHeader("Date") ?? "");
        if (!Number.isNaN(now)) ahead = now - Date.now();
        if (request.status < 200 || request.status > 299) reject(new ApiProblem(request.status));
        else resolve(parsed(request.responseText));
      };
      request.onerror = () => reject(new ApiProblem(0));
      request.ontimeout = () => reject(new ApiProblem(0));
      if (body === undefined) request.send();
      else {
        request.setRequestHeader("Content-Type", "application/json");
        request.send(JSON.stringify(body));
      }
    });
  return {
    get: (path, query = {}) => ask("GET", urlOf(path, query)),
    ahead: () => ahead,
    put: (path, body) => ask("PUT", urlOf(path, {}), body),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
