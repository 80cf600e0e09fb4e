// One end of a WebSocket that keeps all it hears, in order, until a test asks for it.

export type Heard =
  | { readonly kind: "message"; readonly data: string | Uint8Array }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

export class RecordedSocket {
  readonly socket: WebSocket;
  readonly #heard: Heard[] = [];
  readonly #waiting: ((heard: Heard) => void)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => {
      this.#hear({
        kind: "message",
        data: typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer),
      });
    });
    socket.addEventListener("close", ({ code, reason }) => this.#hear({ kind: "close", code, reason }));
    socket.accept();
  }

  send(data: string | Uint8Array): void {
    this.socket.send(data);
  }

  close(code: number, reason = ""): void {
    this.socket.close(code, reason);
  }

  /** What comes next, or has come already. */
  next(): Promise<Heard> {
    const heard = this.#heard.shift();
    return heard === undefined
      ? new Promise((resolve) => this.#waiting.push(resolve))
      : Promise.resolve(heard);
  }

  /** The next message; a close in its place fails the test that reads it. */
  async text(): Promise<string> {
    const heard = await this.next();
    return heard.kind === "message" ? String(heard.data) : JSON.stringify(heard);
  }

  #hear(heard: Heard): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#heard.push(heard);
    else waiting(heard);
  }
}
