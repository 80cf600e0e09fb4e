// Messages (RFC 3428), as plain data: what was said, to whom, and what became of it.

import { type Message, Messager, UserAgent } from "sip.js";

export interface ReceivedMessage {
  /** The same again when the gateway could not know that the first delivery arrived. */
  readonly id: string;
  /** Who the conversation is with: the sender, or the recipient of what another device of ours sent. */
  readonly peer: string;
  readonly direction: "received" | "sent-elsewhere";
  readonly text: string;
  readonly sentAt: number;
}

/** What became of a message, by the gateway's answer. */
export type Delivery =
  /** 200: a device of the recipient took it. */
  | { readonly kind: "delivered" }
  /** 202: kept, and delivered when the recipient is back. */
  | { readonly kind: "stored" }
  | { readonly kind: "refused"; readonly status: number; readonly reason: string };

/** Sends text to an address-of-record; resolves when the gateway has answered or cannot. */
export function sendMessage(userAgent: UserAgent, to: string, text: string): Promise<Delivery> {
  const target = UserAgent.makeURI(`sip:${to}`);
  if (target === undefined) return Promise.resolve({ kind: "refused", status: 400, reason: "Bad address" });
  // RFC 3261 §20.17: shows when it was sent, though it may be delivered days later.
  const extraHeaders = [`Date: ${new Date().toUTCString()}`];
  const messager = new Messager(userAgent, target, text, "text/plain;charset=utf-8", { extraHeaders });
  return new Promise((resolve, reject) => {
    messager
      .message({
        requestDelegate: {
          onAccept: ({ message }) => resolve({ kind: message.statusCode === 202 ? "stored" : "delivered" }),
          onReject: ({ message: { statusCode: status = 0, reasonPhrase: reason = "" } }) =>
            resolve({ kind: "refused", status, reason }),
        },
      })
      .catch(reject);
  });
}

/** Undefined for what has nothing to show: a composing indication, another media type. */
export function readMessage({ request }: Message): ReceivedMessage | undefined {
  const type = request.getHeader("content-type") ?? "text/plain";
  if (!/^text\/plain\s*(?:;|$)/i.test(type)) return undefined;
  const carbon = request.getHeader("durasip-carbon") === "sent";
  const { uri } = carbon ? request.to : request.from;
  const date = Date.parse(request.getHeader("date") ?? "");
  return {
    id: request.callId,
    peer: `${uri.user ?? ""}@${uri.host}`,
    direction: carbon ? "sent-elsewhere" : "received",
    text: request.body,
    sentAt: Number.isNaN(date) ? Date.now() : date,
  };
}
