// A request of this home's on its way to another: what has to be remembered until the reply.

import { after, millis } from "../base/brand";
import { invariant } from "../base/invariant";
import type { Parcel } from "../contracts/parcel";
import { parseText } from "../sip/parser";
import type { Forward } from "./state";
import { emit, type Turn } from "./turn";

/** A reply that has not come by then never will: past Timer F (RFC 3261 §17.1.2.2) nobody waits for it. */
const replyLifetime = millis(33_000);

/** The octets that a forward keeps for the client: what this home tells its watchers is not the client's doing. */
export function weightOfForward({ request, parcel, held, purpose }: Forward): number {
  if (purpose.kind === "notify") return 0;
  return held.reduce((sum, { frame }) => sum + frame.length, request.text.length + parcel.frame.length);
}

/** Sends a request to a home under a branch of ours and remembers whom the reply is for. */
export function forward(
  turn: Turn,
  whom: Pick<Forward, "to" | "request" | "purpose" | "socket" | "page">,
  branch: string,
  frame: Parcel["frame"],
): void {
  const key = `${branch} ${whom.request.method}`;
  const parcel: Parcel = { key, frame, from: turn.state.aor, authenticated: true, hops: 1 };
  const giveUpAt = after(turn.now, replyLifetime);
  turn.state.forwards.set(key, { key, ...whom, parcel, giveUpAt, held: [] });
  emit(turn, { kind: "sendParcel", to: whom.to, parcel });
}

/** Sends a request of this home's own of which nobody waits for an answer. */
export function sendUnawaited(turn: Turn, to: Forward["to"], branch: string, text: string): void {
  const parsed = parseText(text);
  invariant(parsed.ok && parsed.value.kind === "request", "a request of ours parses");
  const purpose = { kind: "unawaited" } as const;
  forward(turn, { to, request: parsed.value, purpose, socket: undefined, page: undefined }, branch, text);
}
