// What a chaos run asks of a stock client in a page that stays in touch whatever is cut, and what the page tells of it: plain
// data, told as it happens, so that a page which is loaded anew has said what it knew (told-for-sure.ts).

export interface SteadyOptions {
  /** Where the gateway is, or the line to it. */
  readonly gateway: string;
  readonly aor: string;
  readonly password: string;
  readonly instanceId: string;
  /** So long its user lets it ring, once the socket was gone; in milliseconds. */
  readonly ringing: number;
  /** Of what its user does by chance. */
  readonly seed: number;
}

export type Told =
  | { readonly kind: "registered"; readonly is: boolean }
  /** `socket` names the one it came on. */
  | { readonly kind: "message"; readonly body: string; readonly callId: string; readonly socket: string }
  /** The final response to a MESSAGE of ours. */
  | { readonly kind: "answered"; readonly body: string; readonly status: number }
  | {
      readonly kind: "call";
      readonly callId: string;
      readonly side: "calling" | "ringing" | "talking" | "over";
    }
  /** Sound of the other side has come. */
  | { readonly kind: "heard"; readonly callId: string }
  | { readonly kind: "notified"; readonly aor: string; readonly body: string };

export interface SteadyClient {
  start(options: SteadyOptions): void;
  message(to: string, body: string): void;
  /** Calls, and hangs up when that many milliseconds were talked. */
  call(to: string, talk: number): void;
  /** Subscribes to presence, and stays subscribed. */
  watch(aor: string): void;
  /** PUBLISHes presence, where the library can. */
  publish(note: string): void;
}

declare global {
  interface Window {
    steadyClient: SteadyClient;
    /** Lent by the test; what is told twice has a name, the same both times. */
    tell(told: Told, name?: string): Promise<void>;
  }
}

/** Of a response that never came. */
export const noAnswer = 0;

/** A page that was away for longer asks again for what it watches: the gateway may have given it up (`GRACE_SECONDS`). */
export const longAway = 8_000;
