// The ICE servers of a call, from the gateway, with credentials for its relay that end: to be had anew before they do.
// Without a relay the list is short, and two users behind strict networks see each other ring and hear nothing.

import { httpUrl, pageHeaders } from "./session.js";

/** A bearer token; left out, the page's session counts (session.ts). */
export type IceAuthorization = { readonly token: string };

export interface IceServers {
  /** For the configuration of an RTCPeerConnection as it is. */
  readonly iceServers: RTCIceServer[];
  readonly expiresAt: Date;
}

/** Asked again this long before the end, so that no call begins with credentials that end while it rings. */
const margin = 5 * 60_000;
const retryPause = 60_000;
/** What a timer can hold, in milliseconds. */
const longestPause = 2 ** 31 - 1;

/** The user's ICE servers. Rejects when the gateway gives none; the message has the HTTP status. */
export async function iceServers(
  gateway: string,
  aor: string,
  authorization?: IceAuthorization,
): Promise<IceServers> {
  const url = new URL("/v1/turn-credentials", httpUrl(gateway));
  // A plus sign begins a telephone number, and is written as what it is.
  url.search = `?aor=${encodeURIComponent(aor)}`;
  const response =
    authorization === undefined
      ? await fetch(url, { headers: pageHeaders, credentials: "same-origin" })
      : await fetch(url, {
          headers: { Authorization: `Bearer ${authorization.token}` },
          credentials: "omit",
        });
  if (!response.ok) throw new Error(`The gateway gives no ICE servers: ${response.status}`);
  const answer = (await response.json()) as {
    readonly iceServers: RTCIceServer[];
    readonly expiresAt: string;
  };
  return { iceServers: answer.iceServers, expiresAt: new Date(answer.expiresAt) };
}

/**
 * Has the ICE servers ready at all times: `use` is given them now, and anew before each set ends. `authorize` is asked
 * each time, for a token may have ended too. The result ends it.
 *
 *     const configuration = { iceServers: [] };   // SIP.js: sessionDescriptionHandlerFactoryOptions.peerConnectionConfiguration
 *     keepIceServers(gateway, aor, (servers) => { configuration.iceServers = servers; });   // JsSIP: pcConfig of each call
 */
export function keepIceServers(
  gateway: string,
  aor: string,
  use: (servers: RTCIceServer[]) => void,
  authorize: () => IceAuthorization | undefined = () => undefined,
): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let isOver = false;
  const renew = async (): Promise<void> => {
    const servers = await iceServers(gateway, aor, authorize()).catch(() => undefined);
    if (isOver) return;
    if (servers !== undefined) use(servers.iceServers);
    timer = setTimeout(renew, pauseAfter(servers));
  };
  void renew();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Of what is good for less than twice the margin, half of it. */
function pauseAfter(servers: IceServers | undefined): number {
  if (servers === undefined) return retryPause;
  const left = servers.expiresAt.getTime() - Date.now();
  return Math.min(Math.max(left - margin, left / 2, 5_000), longestPause);
}
