// The open sockets of an object, by the names the home gives them.
//
// Relies on the platform: an attachment survives hibernation and dies with its socket; a message always comes on a
// WebSocket object that getWebSockets() also gives; a socket that is closing may still be listed (readyState 2);
// bufferedAmount counts what the peer's connection has not taken, and nobody else bounds it: send() never waits.

import { type EpochMs, epochMs } from "../../src/base/brand";
import type { Socket } from "../../src/home/state";
import type { Frame } from "../../src/sip/frame";

const open = 1;
/** WebSocket close reasons are at most 123 octets (RFC 6455 §5.5); ours are ASCII. */
const longestReason = 123;

interface Line {
  readonly webSocket: WebSocket;
  /** No fewer octets than its peer has not taken: `bufferedAmount` is not free to ask for. */
  unread: number;
}

/** Octets of one UTF-16 unit in UTF-8. */
const mostOctets = 3;

interface Load {
  on: Socket;
  readonly what: unknown;
  readonly revision: number;
}

export class SocketTable {
  readonly #byId = new Map<string, Line>();
  readonly #ids = new WeakMap<WebSocket, string>();
  /** Frames sent since the object woke. */
  sent = 0;
  /** What one of the attachments holds beside its socket. */
  #load: Load | undefined;

  /** The sockets the platform kept over a hibernation, as their attachments say. */
  restore(sockets: readonly WebSocket[]): readonly Socket[] {
    const restored: Socket[] = [];
    for (const webSocket of sockets) {
      const attachment = webSocket.deserializeAttachment() as (Socket & { readonly load?: unknown }) | null;
      if (webSocket.readyState !== open || attachment === null) continue;
      const { load, ...socket } = attachment;
      // What waited before is not known: the first frame asks.
      this.#byId.set(socket.id, { webSocket, unread: Number.POSITIVE_INFINITY });
      this.#ids.set(webSocket, socket.id);
      restored.push(socket);
      if (load !== undefined) this.#load = { on: socket, what: load, revision: 1 };
    }
    return restored;
  }

  add(id: string, webSocket: WebSocket): void {
    this.#byId.set(id, { webSocket, unread: 0 });
    this.#ids.set(webSocket, id);
  }

  idOf(webSocket: WebSocket): string | undefined {
    const known = this.#ids.get(webSocket);
    if (known !== undefined) return known;
    return (webSocket.deserializeAttachment() as Socket | null)?.id;
  }

  /** When the platform last answered a keep-alive on it. */
  pingedAt(id: string, platform: DurableObjectState): EpochMs | undefined {
    const webSocket = this.get(id);
    const at = webSocket === undefined ? null : platform.getWebSocketAutoResponseTimestamp(webSocket);
    return at === null ? undefined : epochMs(at.getTime());
  }

  get(id: string): WebSocket | undefined {
    return this.#byId.get(id)?.webSocket;
  }

  attach(socket: Socket): void {
    const load = this.#load;
    if (load?.on.id !== socket.id) {
      this.get(socket.id)?.serializeAttachment(socket);
      return;
    }
    load.on = socket;
    this.#write(load);
  }

  /** What the attachments of a memory before this one held beside their sockets. */
  carried(): unknown {
    return this.#load?.what;
  }

  /** Whether an attachment holds that revision, or there is none to hold it; of revision 0 there is nothing. */
  isCarried(revision: number): boolean {
    const load = this.#load;
    if (load === undefined || !this.#byId.has(load.on.id)) return this.#byId.size === 0 || revision === 0;
    return load.revision === revision;
  }

  /** Has one of the attachments hold that beside its socket, as long as there is one. */
  carry(what: unknown, revision: number, sockets: Iterable<Socket>): void {
    const known = this.#load;
    const [first] = sockets;
    const on = known !== undefined && this.#byId.has(known.on.id) ? known.on : first;
    this.#load = on === undefined ? undefined : { on, what, revision };
    if (this.#load !== undefined) this.#write(this.#load);
  }

  /** A socket fills its attachment but for some hundred octets at worst: what does not fit is left out. */
  #write({ on, what }: Load): void {
    const webSocket = this.get(on.id);
    try {
      webSocket?.serializeAttachment({ ...on, load: what });
    } catch {
      webSocket?.serializeAttachment(on);
    }
  }

  /**
   * Sends a frame; one to a socket that is closing goes nowhere, and its close event says so. False, and nothing sent, when
   * its peer has not read so much of what came before.
   */
  send(id: string, frame: Frame, unreadOctets: number): boolean {
    const line = this.#byId.get(id);
    if (line === undefined) return true;
    const { webSocket } = line;
    if (webSocket.readyState !== open) return true;
    if (line.unread > unreadOctets) line.unread = webSocket.bufferedAmount;
    if (line.unread > unreadOctets) return false;
    webSocket.send(frame);
    line.unread += frame.length * mostOctets;
    this.sent++;
    return true;
  }

  close(id: string, code: number, reason: string): void {
    const webSocket = this.get(id);
    this.#byId.delete(id);
    if (webSocket !== undefined && webSocket.readyState <= open) {
      webSocket.close(code, reason.slice(0, longestReason));
    }
  }

  delete(id: string): void {
    this.#byId.delete(id);
  }
}
