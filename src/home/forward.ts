// A request of this home's on its way to another: what has to be remembered until the reply.

import { after, millis } from "../base/brand";
import type { Parcel } from "../contracts/parcel";
import type { SipRequest } from "../sip/message";
import type { Forward, ForwardPurpose } from "./state";
import { emit, type Turn } from "./turn";

/** A reply that has not come by then never will: past Timer F (RFC 3261 §17.1.2.2) nobody waits for it. */
const replyLifetime = millis(33_000);

/** The octets that a forward keeps for the client: what this home tells its watchers is not the client's doing. */
export function weightOfForward({ request, parcel, held, purpose }: Forward): number {
  if (purpose.kind === "notify") return 0;
  const octets = (request?.text.length ?? 0) + parcel.frame.length;
  return held.reduce((sum, { frame }) => sum + frame.length, octets);
}

/** Sends a client's request to a home under a branch of ours and remembers whom the reply is for. */
export function forward(
  turn: Turn,
  whom: Pick<Forward, "to" | "purpose" | "socket" | "page"> & { readonly request: SipRequest },
  branch: string,
  frame: Parcel["frame"],
): void {
  send(turn, { ...whom, method: whom.request.method }, branch, frame);
}

/** Sends a request of this home's own; what becomes of it is known by its purpose alone. */
export function sendOwn(
  turn: Turn,
  to: Forward["to"],
  purpose: ForwardPurpose,
  branch: string,
  text: string,
): void {
  const method = text.slice(0, text.indexOf(" "));
  send(turn, { to, method, request: undefined, purpose, socket: undefined, page: undefined }, branch, text);
}

/** Sends a request of this home's own of which nobody waits for an answer. */
export function sendUnawaited(turn: Turn, to: Forward["to"], branch: string, text: string): void {
  sendOwn(turn, to, { kind: "unawaited" }, branch, text);
}

/** Sends a client's ACK to a home. Nothing answers it (RFC 3261 §17.1.1.3), so nothing of it is remembered. */
export function sendAck(turn: Turn, to: Forward["to"], branch: string, frame: Parcel["frame"]): void {
  emit(turn, { kind: "sendParcel", to, parcel: parcelOf(turn, `${branch}${ofAck}`, frame) });
}

const ofAck = " ACK";

/** Whether the key is that of an ACK, whose reply says nothing. */
export const isAck = (key: string): boolean => key.endsWith(ofAck);

const parcelOf = ({ state }: Turn, key: string, frame: Parcel["frame"]): Parcel => ({
  key,
  frame,
  from: state.aor,
  authenticated: true,
  hops: 1,
});

function send(
  turn: Turn,
  { to, method, request, purpose, socket, page }: Omit<Forward, "key" | "parcel" | "giveUpAt" | "held">,
  branch: string,
  frame: Parcel["frame"],
): void {
  const key = `${branch} ${method}`;
  const parcel = parcelOf(turn, key, frame);
  const giveUpAt = after(turn.now, replyLifetime);
  const known: Forward = { key, to, method, request, purpose, socket, page, parcel, giveUpAt, held: none };
  turn.state.forwards.set(key, known);
  emit(turn, { kind: "sendParcel", to, parcel });
}

const none: readonly Parcel[] = [];
