// The page's session with its gateway: the user logs in once, and the browser holds what comes of it where no script can
// read it. For pages of the gateway's own origin; others log in with a password or a token in SIP.

/** A user who is logged in, and until when unless it is renewed: any call of the user's own does so in time. */
export interface Session {
  readonly aor: string;
  readonly expiresAt: Date;
}

export type SignInProof = { readonly password: string } | { readonly token: string };

export type SignInOutcome =
  | { readonly kind: "signed-in" }
  /** A wrong password, or a name nobody has: the gateway does not say which. */
  | { readonly kind: "refused" }
  /** Too many failed logins: not before so many seconds. */
  | { readonly kind: "held-off"; readonly retryAfter: number }
  /** Anything else: the HTTP status, or zero when the gateway could not be reached. */
  | { readonly kind: "failed"; readonly status: number };

/** Longest between two renewals: a laptop sleeps, and a timer with it. */
const longestPause = 60 * 60_000;
const shortestPause = 5_000;
const retryPause = 30_000;

/** By this the gateway knows a page that asks its user itself: the browser then opens no window of its own. */
export const pageHeaders: Readonly<Record<string, string>> = { "X-Requested-With": "durasip" };

/** Logs the user in. What was typed is not kept. */
export async function signIn(gateway: string, aor: string, proof: SignInProof): Promise<SignInOutcome> {
  const response = await ask(new URL("/v1/session", httpUrl(gateway)), {
    method: "POST",
    headers: { ...pageHeaders, "Content-Type": "application/json" },
    body: JSON.stringify({ aor, ...proof }),
  });
  switch (response?.status) {
    case 204:
      return { kind: "signed-in" };
    case 401:
    case 403:
      return { kind: "refused" };
    case 429:
      return { kind: "held-off", retryAfter: Number(response.headers.get("Retry-After")) || 1 };
    default:
      return { kind: "failed", status: response?.status ?? 0 };
  }
}

/** Takes the session out of this browser. The page closes its own connection. */
export async function signOut(gateway: string, aor: string): Promise<void> {
  await ask(sessionUrl(gateway, aor), { method: "DELETE", headers: pageHeaders });
}

/** Whether the user is logged in in this browser; renews it. Undefined also when the gateway cannot be reached. */
export async function currentSession(gateway: string, aor: string): Promise<Session | undefined> {
  const response = await ask(sessionUrl(gateway, aor), { headers: pageHeaders });
  return response?.ok === true ? readSession(response) : undefined;
}

/** Whether the gateway says that the user is logged in no more. One that cannot say it just now has not. */
export async function hasSessionEnded(gateway: string, aor: string): Promise<boolean> {
  const response = await ask(sessionUrl(gateway, aor), { headers: pageHeaders });
  return response !== undefined && [401, 403, 404].includes(response.status);
}

/** Renews the session as long as the page is open. `ended` hears that it is over; the result ends the renewing. */
export function keepSession(gateway: string, aor: string, ended: () => void = () => {}): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let isOver = false;
  const renew = async (): Promise<void> => {
    const response = await ask(sessionUrl(gateway, aor), { headers: pageHeaders });
    if (isOver) return;
    if (response?.status === 401) return ended();
    const session = response?.ok === true ? await readSession(response) : undefined;
    // Half of what is left: the second time at the latest it is old enough to be renewed.
    const left = session === undefined ? undefined : (session.expiresAt.getTime() - Date.now()) / 2;
    const pause = left === undefined ? retryPause : Math.min(Math.max(left, shortestPause), longestPause);
    if (!isOver) timer = setTimeout(renew, pause);
  };
  void renew();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Where the HTTP of a gateway is that was named by any of its URLs. */
export function httpUrl(gateway: string): URL {
  const url = new URL("/", gateway);
  url.protocol = url.protocol === "http:" || url.protocol === "ws:" ? "http:" : "https:";
  return url;
}

function sessionUrl(gateway: string, aor: string): URL {
  const url = new URL("/v1/session", httpUrl(gateway));
  url.search = `?aor=${encodeURIComponent(aor)}`;
  return url;
}

async function readSession(response: Response): Promise<Session> {
  const { aor, expiresAt } = (await response.json()) as { readonly aor: string; readonly expiresAt: string };
  return { aor, expiresAt: new Date(expiresAt) };
}

/** Undefined when nobody answered. */
const ask = (url: URL, init: RequestInit): Promise<Response | undefined> =>
  fetch(url, { ...init, credentials: "same-origin", cache: "no-store" }).catch(() => undefined);
