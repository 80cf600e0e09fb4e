// A WebSocket of Node's as a test's Line: every frame and the end, in order, until they are asked for.

import { once } from "node:events";
import { WebSocket } from "ws";
import type { Heard, Line } from "./phone";

export class WebSocketLine implements Line {
  readonly socket: WebSocket;
  /** Octets of all messages so far. */
  octetsHeard = 0;
  readonly #heard: Heard[] = [];
  readonly #waiting: ((heard: Heard) => void)[] = [];

  private constructor(url: string) {
    this.socket = new WebSocket(url, "sip", { perMessageDeflate: false });
    this.socket.on("message", (data: Buffer, isBinary) => {
      this.octetsHeard += data.length;
      this.#hear({ kind: "message", data: isBinary ? new Uint8Array(data) : data.toString("utf8") });
    });
    this.socket.on("close", (code, reason) =>
      this.#hear({ kind: "close", code, reason: reason.toString("utf8") }),
    );
  }

  /** Rejects when the handshake is refused. */
  static async open(url: string): Promise<WebSocketLine> {
    const line = new WebSocketLine(url);
    await once(line.socket, "open");
    // From here on an error is followed by the close that says the same.
    line.socket.on("error", () => undefined);
    return line;
  }

  send(data: string | Uint8Array): void {
    this.socket.send(data);
  }

  close(code: number, reason = ""): void {
    this.socket.close(code, reason);
  }

  /** Reads nothing any more, as a client that hangs; what comes waits on the way. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  next(): Promise<Heard> {
    const heard = this.#heard.shift();
    return heard === undefined
      ? new Promise((resolve) => this.#waiting.push(resolve))
      : Promise.resolve(heard);
  }

  #hear(heard: Heard): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#heard.push(heard);
    else waiting(heard);
  }
}
