// Cloudflare Realtime TURN: a relay whose credentials are asked for, each time, with a key of the operator's
// (developers.cloudflare.com/realtime/turn/generate-credentials).
//
// What comes back goes on to browsers, so it is bounded and read by a schema. The key's token goes to that one host:
// no redirect is followed, and a failure is told by a code of ours, not in anybody else's words.

import { z } from "zod";
import { type Millis, millis, type Seconds } from "../../base/brand";
import { err, ok, type Result } from "../../base/result";
import type { CloudflareTurnKey } from "../../env";

/** As RTCPeerConnection takes it (WebRTC §4.2.2, RTCIceServer). */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
}

export type SendRequest = (request: Request) => Promise<Response>;

/** Why there are no credentials: stable codes for the log. */
export type ProviderFailure = "timeout" | "unreachable" | "refused" | "too-long" | "malformed";

const patience: Millis = millis(5000);
const longestAnswer = 16 * 1024;

const text = z.string().min(1).max(1024);
const url = text.regex(/^(?:stun|turn)s?:[^\s]+$/i);
const iceServer = z.object({
  urls: z
    .array(url)
    .min(1)
    .max(32)
    .or(url.transform((one) => [one])),
  username: text.optional(),
  credential: text.optional(),
});
const answer = z.object({ iceServers: z.array(iceServer).min(1).max(16) });

/** Has credentials made that are good for `lifetime`. Never rejects. */
export async function generateIceServers(
  send: SendRequest,
  key: CloudflareTurnKey,
  lifetime: Seconds,
): Promise<Result<readonly IceServer[], ProviderFailure>> {
  const overdue = new AbortController();
  const timer = setTimeout(() => overdue.abort(), patience);
  try {
    const response = await send(requestFor(key, lifetime, overdue.signal));
    if (!response.ok) {
      await response.body?.cancel();
      return err("refused");
    }
    const body = await readAtMost(response, longestAnswer);
    return body === undefined ? err("too-long") : readAnswer(body);
  } catch {
    return err(overdue.signal.aborted ? "timeout" : "unreachable");
  } finally {
    clearTimeout(timer);
  }
}

const requestFor = ({ keyId, token }: CloudflareTurnKey, lifetime: Seconds, signal: AbortSignal): Request =>
  new Request(`https://rtc.live.cloudflare.com/v1/turn/keys/${keyId}/credentials/generate-ice-servers`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ ttl: lifetime }),
    redirect: "manual",
    signal,
  });

/** The body as text; undefined when it is longer. The rest is then not fetched. */
async function readAtMost(response: Response, octets: number): Promise<string | undefined> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let read = 0;
  let body = "";
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    read += part.value.byteLength;
    if (read > octets) {
      await reader?.cancel();
      return undefined;
    }
    body += decoder.decode(part.value, { stream: true });
  }
  return body + decoder.decode();
}

function readAnswer(body: string): Result<readonly IceServer[], ProviderFailure> {
  try {
    const parsed = answer.safeParse(JSON.parse(body));
    return parsed.success ? ok(parsed.data.iceServers) : err("malformed");
  } catch {
    return err("malformed");
  }
}
