// What clients of a chaos run sent and were told, and which promises of the gateway (design.md, "MESSAGE" and "away in a
// call") it breaks.

export interface Copy {
  readonly callId: string;
  /** The socket it came on: a second copy on one socket came although the answer to the first had been read. */
  readonly socket: string;
}

export interface SentMessage {
  /** Its body. */
  readonly name: string;
  /** Its Call-ID, as far as it was sent at all. */
  callId: string | undefined;
  readonly devices: readonly string[];
  /** Its final response; undefined when that was lost. */
  status: number | undefined;
}

export type SideOfCall = "calling" | "ringing" | "talking" | "over";

export interface Undelivered {
  readonly name: string;
  readonly callId: string;
  readonly device: string;
}

export interface OpenSide {
  readonly callId: string;
  readonly device: string;
  readonly side: SideOfCall;
}

export class Ledger {
  /** By their names. */
  readonly messages = new Map<string, SentMessage>();
  /** Sides of calls to which the sound of the other has come. */
  readonly heard = new Set<string>();
  readonly #copies = new Map<string, Copy[]>();
  /** By Call-ID and device. */
  readonly #calls = new Map<string, SideOfCall>();

  sent(name: string, devices: readonly string[]): void {
    this.messages.set(name, { name, devices, callId: undefined, status: undefined });
  }

  calledItself(name: string, callId: string): void {
    const message = this.messages.get(name);
    if (message !== undefined) message.callId = callId;
  }

  answered(name: string, status: number): void {
    const message = this.messages.get(name);
    if (message !== undefined) message.status = status;
  }

  delivered(name: string, device: string, copy: Copy): void {
    const key = `${name} at ${device}`;
    this.#copies.set(key, [...(this.#copies.get(key) ?? []), copy]);
  }

  callIs(callId: string, device: string, side: SideOfCall): void {
    this.#calls.set(`${callId} at ${device}`, side);
  }

  callAt(callId: string, device: string): SideOfCall | undefined {
    return this.#calls.get(`${callId} at ${device}`);
  }

  get callsPlaced(): number {
    return new Set([...this.#calls.keys()].map((key) => key.split(" ")[0])).size;
  }

  /** Acknowledged, and not with every device it was for. */
  undelivered(): readonly Undelivered[] {
    return [...this.messages.values()]
      .filter(({ status }) => status === 200 || status === 202)
      .flatMap(({ name, callId = "", devices }) =>
        devices
          .filter((device) => !this.#copies.has(`${name} at ${device}`))
          .map((device) => ({ name, callId, device })),
      );
  }

  /** Delivered again although the answer had come, or under a third Call-ID. */
  repeated(): readonly string[] {
    return [...this.#copies].flatMap(([key, copies]) => {
      const own = this.messages.get(key.split(" ")[0] ?? "")?.callId;
      const made = new Set(copies.map(({ callId }) => callId).filter((callId) => callId !== own));
      // Of a page that was loaded anew as it sent nobody saw its own.
      const most = own === undefined ? 2 : 1;
      const sockets = new Set(copies.map(({ socket }) => socket));
      return [
        ...(sockets.size < copies.length ? [`${key}: twice on one socket`] : []),
        ...(made.size > most ? [`${key}: ${[...made].join(", ")}`] : []),
      ];
    });
  }

  /** Sides of calls that have not heard of an end. */
  openCalls(): readonly OpenSide[] {
    return [...this.#calls]
      .filter(([, side]) => side !== "over")
      .map(([key, side]) => {
        const [callId = "", device = ""] = key.split(" at ");
        return { callId, device, side };
      });
  }
}
