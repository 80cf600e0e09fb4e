// What a test asks of a stock client in a page, the same for both libraries. The pages put it on `window`; all of it
// is plain data, since it crosses from the page to the test.

import type { CallClient } from "./call-client";
import type { EventClient } from "./event-client";

export interface ClientOptions {
  /** The gateway's WebSocket URL. */
  readonly url: string;
  readonly aor: string;
  /** For digest. */
  readonly password?: string;
  /** Sent as `Authorization: Bearer` in every request, as JsSIP's authorization_jwt does. */
  readonly token?: string;
  /** Pins the device; without it the client does as it does by default. */
  readonly instanceId?: string;
  /** Contact parameter `+durasip.carbons`. */
  readonly carbons?: boolean;
  /** Connects and stays unregistered, as a page that only watches: nothing is delivered to it. */
  readonly isSilent?: boolean;
  /** RFC 3262: provisional responses to its calls have to be reliable. SIP.js alone has it. */
  readonly reliable?: boolean;
}

export interface SeenMessage {
  readonly callId: string;
  /** `user@host` of From and To. */
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

export interface StockClient {
  readonly messages: SeenMessage[];
  /** Connects and registers: the final status of the REGISTER, or 0 where there is none. */
  start(options: ClientOptions): Promise<number>;
  /** The final status of a MESSAGE. */
  send(to: string, body: string): Promise<number>;
  readonly calls: CallClient;
  readonly events: EventClient;
  /** Un-registers and closes the socket. */
  stop(): Promise<void>;
}

export interface SipJsClient extends StockClient {
  /** PUBLISHes presence, which JsSIP cannot. Heard of by its NOTIFYs: SIP.js tells of the first answer only. */
  publish(body: string): void;
  /** Takes it back. */
  unpublish(): void;
}

export interface JsSipClient extends StockClient {
  /** As send, with a body of that type. */
  sendTyped(to: string, body: string, contentType: string): Promise<number>;
  /** The final status of an OPTIONS. */
  ask(to: string): Promise<number>;
  /** Calls, and hangs up once it rings or is answered; JsSIP's cause of the end. */
  ringAndHangUp(to: string): Promise<string>;
}

declare global {
  interface Window {
    stockClient: SipJsClient & JsSipClient;
  }
}
