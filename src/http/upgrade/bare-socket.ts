// The bare URL, for stock clients that cannot name anybody in it: the Worker holds the socket until its first
// message names a home, and pipes every frame both ways from then on. What to do with that message is
// first-message.ts's decision; this is the pipe.
//
// Relies on the platform: a socket may say `error` and `close` both, in either order; a `send` after the end throws.

import type { Entropy } from "../../base/entropy";
import type { Settings } from "../../contracts/settings";
import { type Frame, frameLength } from "../../sip/frame";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { log } from "../log";
import { type Close, closeFromClient, closeFromObject } from "./close-code";
import { type FirstAnswer, firstMessage, homeUnreachable, isKeepAlive, isPing } from "./first-message";
import type { NamelessSockets, Place } from "./nameless-sockets";

export interface BareSocketOptions {
  readonly settings: Settings;
  readonly entropy: Entropy;
  /** The client's, as far as it is known. */
  readonly address: string | undefined;
  /** Where it is counted until it has named its home. */
  readonly nameless: NamelessSockets;
  /** The home's end of a socket to it, not yet accepted; undefined when the home takes none now. Never rejects. */
  readonly openHome: (aor: AddressOfRecord) => Promise<WebSocket | undefined>;
}

/** Frames that wait for the home may hold this many times the longest frame. */
const waitingFrames = 4;

/** Milliseconds after which a socket without a home looks whether its place is still its own. */
const lookInterval = 500;

/** Serves the Worker's end of a client's socket until it closes. */
export function serveBareSocket(client: WebSocket, options: BareSocketOptions): void {
  new BareSocket(client, options).accept();
}

/** Frames that came while the home's socket is being opened, the first message in front. */
interface Opening {
  readonly kind: "opening";
  readonly waiting: Frame[];
  octets: number;
}

interface Stranger {
  readonly kind: "stranger";
  readonly place: Place;
  timer: ReturnType<typeof setTimeout> | undefined;
}

type Phase =
  | Stranger
  | Opening
  | { readonly kind: "open"; readonly home: WebSocket }
  | { readonly kind: "closed"; readonly close: Close };

class BareSocket {
  readonly #client: WebSocket;
  readonly #options: BareSocketOptions;
  #phase: Phase;

  constructor(client: WebSocket, options: BareSocketOptions) {
    this.#client = client;
    this.#options = options;
    const place = options.nameless.enter(options.address, options.settings.limits);
    this.#phase = { kind: "stranger", place, timer: undefined };
  }

  accept(): void {
    this.#look(this.#options.settings.limits.strangerLifetime);
    const client = this.#client;
    client.binaryType = "arraybuffer";
    client.addEventListener("message", (event) => this.#received(event.data as string | ArrayBuffer));
    client.addEventListener("close", (event) => this.#end(closeFromClient(event.code, event.reason)));
    client.addEventListener("error", () => this.#end(closeFromClient(1006, "")));
    client.accept();
  }

  /** Goes when its time is over or its place taken, else looks again. */
  #look(left: number): void {
    const phase = this.#phase;
    if (phase.kind !== "stranger") return;
    if (phase.place.isTaken) this.#end({ code: 1013, reason: "too many connections" });
    else if (left <= 0) this.#end({ code: 1008, reason: "no SIP request came" });
    else {
      const pause = Math.min(lookInterval, left);
      phase.timer = setTimeout(() => this.#look(left - pause), pause);
    }
  }

  #received(data: string | ArrayBuffer): void {
    const phase = this.#phase;
    if (phase.kind === "open") trySend(phase.home, data);
    else if (phase.kind === "stranger") this.#heard(frameOf(data));
    else if (phase.kind === "opening") this.#wait(phase, frameOf(data));
  }

  #heard(frame: Frame): void {
    // RFC 7118 §6, RFC 5626 §4.4.1: keep-alives are answered and name nobody.
    if (isKeepAlive(frame)) {
      if (isPing(frame)) trySend(this.#client, "\r\n");
      return;
    }
    const { settings, entropy } = this.#options;
    const first = firstMessage(frame, settings, entropy);
    if (first.kind === "answer") {
      this.#answer(first);
      return;
    }
    this.#leaveStrangers();
    this.#phase = { kind: "opening", waiting: [frame], octets: frameLength(frame) };
    void this.#openHome(first.aor, frame);
  }

  #wait(phase: Opening, frame: Frame): void {
    const { frame: longest, queuedPerSocket } = this.#options.settings.limits;
    phase.waiting.push(frame);
    phase.octets += frameLength(frame);
    if (phase.waiting.length > queuedPerSocket || phase.octets > waitingFrames * longest) {
      this.#end({ code: 1008, reason: "too many messages before the first answer" });
    }
  }

  async #openHome(aor: AddressOfRecord, first: Frame): Promise<void> {
    const home = await this.#options.openHome(aor);
    if (home === undefined) {
      if (this.#phase.kind === "opening") this.#answer(homeUnreachable(first, this.#options.entropy));
      return;
    }
    home.binaryType = "arraybuffer";
    home.addEventListener("message", (event) => this.#toClient(event.data as string | ArrayBuffer));
    home.addEventListener("close", (event) => this.#end(closeFromObject(event.code, event.reason)));
    home.addEventListener("error", () => this.#end(closeFromObject(1006, "")));
    home.accept();
    const phase = this.#phase;
    if (phase.kind === "closed") {
      tryClose(home, phase.close);
      return;
    }
    this.#phase = { kind: "open", home };
    if (phase.kind === "opening") for (const frame of phase.waiting) trySend(home, frame);
  }

  /** A client that does not read ends: its home sees only this end of the pipe, which always reads. */
  #toClient(data: string | ArrayBuffer): void {
    if (this.#client.bufferedAmount > this.#options.settings.limits.unreadOctets) {
      log("warn", "client does not read", { address: this.#options.address });
      this.#end({ code: 1008, reason: "does not read" });
    } else trySend(this.#client, data);
  }

  #answer(answer: FirstAnswer): void {
    if (answer.text !== undefined) trySend(this.#client, answer.text);
    this.#end(answer.close);
  }

  /** The end of one side is the end of both; whoever has closed already takes no harm from it. */
  #end(close: Close): void {
    const phase = this.#phase;
    if (phase.kind === "closed") return;
    this.#leaveStrangers();
    this.#phase = { kind: "closed", close };
    if (phase.kind === "open") tryClose(phase.home, close);
    tryClose(this.#client, close);
  }

  #leaveStrangers(): void {
    if (this.#phase.kind !== "stranger") return;
    clearTimeout(this.#phase.timer);
    this.#options.nameless.leave(this.#phase.place);
  }
}

const frameOf = (data: string | ArrayBuffer): Frame =>
  typeof data === "string" ? data : new Uint8Array(data);

/** What cannot be sent any more is followed by the socket's `close`, which ends the pipe. */
function trySend(socket: WebSocket, data: string | ArrayBuffer | Uint8Array): void {
  try {
    socket.send(data);
  } catch {
    tryClose(socket, closeFromObject(1006, ""));
  }
}

function tryClose(socket: WebSocket, { code, reason }: Close): void {
  try {
    socket.close(code, reason);
  } catch {
    // It has ended by itself: there is nothing left to close.
  }
}
