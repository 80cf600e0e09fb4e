// Who takes part in a chaos run: a device that comes back whenever its socket is gone, whatever it is made of. What it
// sends and hears is written in the ledger.

import type { Ledger } from "./ledger";

/** How long a device waits for what may have been lost, in milliseconds. */
export interface Patience {
  /** RFC 3261 §17.1.1.1, of raw user agents: neither library lets its own be set. */
  readonly t1: number;
  /** A user lets it ring for so long, once his socket was gone. */
  readonly ringing: number;
}

export interface Surroundings {
  readonly ledger: Ledger;
  /** Where the gateway is: `ws://127.0.0.1:<port>`. */
  readonly url: string;
  readonly patience: Patience;
  /** In [0, 1). */
  random(): number;
}

/** A subscription of the device, and the last document it was told. */
export interface Watching {
  readonly aor: string;
  last: string;
  isOver: boolean;
}

export interface Participant {
  readonly aor: string;
  readonly device: string;
  /** They call each other alone who can hear each other: raw user agents have no sound. */
  readonly hasSound: boolean;
  readonly canPublish: boolean;
  /** Subscriptions, by a name of the device's own. */
  readonly watching: ReadonlyMap<string, Watching>;
  /** The last note that it published and that was acknowledged. */
  readonly note: { readonly acknowledged: string };
  /** It is registered. */
  readonly isUp: boolean;
  /** How many it has opened. */
  readonly sockets: number;
  /** Resolves when it is. */
  up(): Promise<void>;
  /** Its socket is gone, without a word. */
  cut(): void;
  message(to: string, name: string, devices: readonly string[]): Promise<void>;
  publish(note: string): Promise<void>;
  subscribe(aor: string): Promise<void>;
  /** Calls, and hangs up when so many milliseconds were talked. */
  call(to: string, talk: number): Promise<void>;
  end(): Promise<void>;
}
