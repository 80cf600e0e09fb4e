// The bare relay: what the platform charges for what users do before anybody has read a word of it.
//
// Hibernatable objects, calls and rows as the gateway has them, and nothing else: frames go from socket to object to
// object to socket whole, and what kind of thing one is, its first letter tells.

import { DurableObject } from "cloudflare:workers";

interface BareEnv {
  readonly PEER: DurableObjectNamespace<Peer>;
}

export class Peer extends DurableObject<BareEnv> {
  /** Calls that wait for the next frame from this object's own socket, in order. */
  readonly #waiting: ((answer: string) => void)[] = [];
  #socket: WebSocket | undefined = this.ctx.getWebSockets()[0];
  #watchers: readonly DurableObjectStub<Peer>[] | undefined;
  #other: DurableObjectStub<Peer> | undefined;
  #hasTable = false;
  #hasAlarm = false;

  override fetch(request: Request): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    this.#socket = server;
    server.serializeAttachment(Number(new URL(request.url).searchParams.get("watchers")));
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: { "Sec-WebSocket-Protocol": "sip" },
    });
  }

  override webSocketMessage(webSocket: WebSocket, frame: string): void | Promise<void> {
    const resolve = this.#waiting.shift();
    if (resolve !== undefined) return resolve(frame);
    this.#other ??= this.#peer(otherName(this.ctx.id.name ?? ""));
    switch (frame[0]) {
      case "R":
        return webSocket.send(answerTo(frame));
      case "I":
        this.#write(1, true);
        return this.#other.ring(frame);
      case "A":
        return this.#other.say(frame);
      case "P":
        return this.#publish(webSocket, frame);
      // An answer that no call waits for, as those to an INVITE are: a call of its own.
      case "S":
        if (isFinal(frame)) this.#write(1);
        return this.#other.say(frame);
      case "B":
        this.#write(1);
    }
    return this.#other.relay(frame).then((answer) => webSocket.send(answer));
  }

  relay(frame: string): Promise<string> {
    if (frame[0] === "B") this.#write(1);
    this.#socket?.send(frame);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** An INVITE: its answers come later. */
  ring(frame: string): void {
    this.#write(1, true);
    this.#socket?.send(frame);
  }

  say(frame: string): void {
    if (frame[0] === "S" && isFinal(frame)) this.#write(1);
    this.#socket?.send(frame);
  }

  override alarm(): void {
    this.#hasAlarm = false;
  }

  async #publish(webSocket: WebSocket, frame: string): Promise<void> {
    this.#write(3);
    webSocket.send(answerTo(frame));
    const notify = frame.replace("PUBLISH", "NOTIFY");
    this.#watchers ??= Array.from({ length: webSocket.deserializeAttachment() as number }, (_, index) =>
      this.#peer(`user${index}@example.test`),
    );
    await Promise.all(this.#watchers.map((watcher) => watcher.relay(notify)));
  }

  #peer(aor: string): DurableObjectStub<Peer> {
    return this.env.PEER.getByName(aor);
  }

  /** Rows in one commit, and the alarm that a call has. */
  #write(rows: number, isCall = false): void {
    const { sql } = this.ctx.storage;
    if (!this.#hasTable) sql.exec("CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, what TEXT)");
    this.#hasTable = true;
    for (let row = 0; row < rows; row++) sql.exec("INSERT OR REPLACE INTO kept VALUES (?, ?)", row, keptText);
    if (!isCall || this.#hasAlarm) return;
    this.#hasAlarm = true;
    void this.ctx.storage.setAlarm(Date.now() + 120_000);
  }
}

/** As long as the row of a call. */
const keptText = "x".repeat(600);

const isFinal = (frame: string): boolean => frame[8] === "2";
const answerTo = (frame: string): string => `SIP/2.0 200 OK${frame.slice(frame.indexOf("\r\n"))}`;

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
