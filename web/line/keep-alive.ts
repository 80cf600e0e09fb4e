// The client's side of the CRLF keep-alive (RFC 5626 §3.5.1, §4.4.1): a ping at times, and word when it is not
// answered. A closed laptop or a change of network leaves a socket that looks open for minutes.

import { keepAlivePing, keepAliveSeconds } from "../client-settings";

/** RFC 5626 §4.4.1: a pong must come within 10 s. */
const pongWithin = 10_000;

/** Pings the socket until it closes or fails; the result pings at once, when there is reason to doubt it. */
export function keepAlive(socket: WebSocket, failed: () => void): () => void {
  let timer: number | undefined;
  const rest = () => {
    clearTimeout(timer);
    timer = window.setTimeout(ping, keepAliveSeconds * 1000);
  };
  const ping = () => {
    clearTimeout(timer);
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(keepAlivePing);
    timer = window.setTimeout(failed, pongWithin);
  };
  // Whatever comes shows that the connection carries.
  socket.addEventListener("message", rest);
  socket.addEventListener("close", () => clearTimeout(timer));
  rest();
  return ping;
}
