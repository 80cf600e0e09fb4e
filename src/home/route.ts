// Routes that name this gateway (RFC 3261 §16.4): its domains, the host its sockets are opened to, or a token of ours.

import { realmOf } from "../proxy/next-hop";
import { parseUri } from "../sip/uri/uri";
import type { Turn } from "./turn";

export function namesThisGateway(turn: Turn, uriText: string): boolean {
  const uri = parseUri(uriText);
  if (!uri.ok || uri.value.kind !== "sip") return false;
  if (realmOf(uri.value, turn.ports.settings.realms) !== undefined) return true;
  const host = uri.value.host.toLowerCase();
  return [...turn.state.sockets.values()].some((socket) => socket.facts.host?.replace(/:\d+$/, "") === host);
}
