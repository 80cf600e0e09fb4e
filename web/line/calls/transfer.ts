// A transfer that was asked for (RFC 3515 §2.4.4): what the NOTIFYs say of it.

import type { Call } from "../contract";

/** The status of a message/sipfrag body; undefined for what is none. */
export function sipfragStatus(body: string): number | undefined {
  const [, status] = /^SIP\/2\.0 ([1-6]\d\d)(?:[ \r\n]|$)/.exec(body) ?? [];
  return status === undefined ? undefined : Number(status);
}

/** What the views see of it, by the last status below 200 or from 300. */
export function transferOf(to: string, status: number): Call["transfer"] {
  if (status >= 300) return { to, state: "failed", status };
  return { to, state: status >= 180 ? "ringing" : "trying", status: undefined };
}
