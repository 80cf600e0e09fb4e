// The bare relay: what the platform charges for a MESSAGE between two users before anybody has read a word of it.
//
// Two hibernatable objects and one awaited call, as the gateway has them, and nothing else: a frame from one
// socket goes to the other object, out on its socket, and the frame that comes back there is the call's result.

import { DurableObject } from "cloudflare:workers";

interface BareEnv {
  readonly PEER: DurableObjectNamespace<Peer>;
}

export class Peer extends DurableObject<BareEnv> {
  /** Calls that wait for the next frame from this object's own socket, in order. */
  readonly #waiting: ((answer: string) => void)[] = [];
  #socket: WebSocket | undefined = this.ctx.getWebSockets()[0];
  #other: DurableObjectStub<Peer> | undefined;

  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    this.#socket = server;
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: { "Sec-WebSocket-Protocol": "sip" },
    });
  }

  override webSocketMessage(webSocket: WebSocket, frame: string): void | Promise<void> {
    const resolve = this.#waiting.shift();
    if (resolve !== undefined) return resolve(frame);
    this.#other ??= this.env.PEER.getByName(otherName(this.ctx.id.name ?? ""));
    return this.#other.relay(frame).then((answer) => webSocket.send(answer));
  }

  relay(frame: string): Promise<string> {
    this.#socket?.send(frame);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Pairs are neighbours: user0 and user1, user2 and user3. */
function otherName(aor: string): string {
  return aor.replace(/[0-9]+/, (digits) => String(Number(digits) ^ 1));
}

export default {
  fetch(request, env) {
    const aor = new URL(request.url).searchParams.get("aor");
    return aor === null ? new Response("ready") : env.PEER.getByName(aor).fetch(request);
  },
} satisfies ExportedHandler<BareEnv>;
