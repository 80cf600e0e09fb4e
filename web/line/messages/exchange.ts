// MESSAGE as it goes out and comes in (RFC 3428).

import { type Message, Messager, UserAgent } from "sip.js";
import type { Mark } from "../contract";
import type { Reach } from "../reach";
import { dispositionHeader, type Written } from "./body";

/** What became of a message by the gateway's answer. */
export type Answer = Extract<Mark, { kind: "delivered" | "stored" | "refused" | "unknown" }>;

export interface Incoming {
  readonly callId: string;
  /** Who the conversation is with: the sender, or the recipient of what another device of ours sent. */
  readonly peer: string;
  readonly isSentElsewhere: boolean;
  readonly at: number;
  readonly written: Written;
}

/** Sends once the line is there; resolves when the gateway has answered. Never rejects. */
export function sendMessage(reach: Reach, to: string, written: Written, at: number): Promise<Answer> {
  const target = UserAgent.makeURI(`sip:${to}`);
  if (target === undefined) return Promise.resolve({ kind: "refused", status: 400, reason: "Bad address" });
  const { contentType, body, disposition } = written;
  // RFC 3261 §20.17: shows when it was sent, though it may be delivered days later.
  const extraHeaders = [`Date: ${new Date(at).toUTCString()}`];
  if (disposition !== undefined) extraHeaders.push(`${dispositionHeader}: ${disposition}`);
  return new Promise((resolve) => {
    reach.whenRegistered(() => {
      const messager = new Messager(reach.userAgent, target, body, contentType, { extraHeaders });
      const requestDelegate = {
        onAccept: ({ message: { statusCode } }: Answered) =>
          resolve({ kind: statusCode === 202 ? "stored" : "delivered" }),
        onReject: ({ message: { statusCode: status = 0, reasonPhrase: reason = "" } }: Answered) =>
          // A timeout of our own: the request may have come through.
          resolve(status === 408 ? { kind: "unknown" } : { kind: "refused", status, reason }),
      };
      messager.message({ requestDelegate }).catch(() => resolve({ kind: "unknown" }));
    });
  });
}

interface Answered {
  readonly message: {
    readonly statusCode?: number | undefined;
    readonly reasonPhrase?: string | undefined;
  };
}

/** Within which a Date says no more than that the message was sent just now: clocks differ, and it has no milliseconds. */
const justNow = 120_000;

export function readIncoming({ request }: Message): Incoming {
  const isSentElsewhere = request.getHeader("durasip-carbon") === "sent";
  const { uri } = isSentElsewhere ? request.to : request.from;
  const sentAt = Date.parse(request.getHeader("date") ?? "");
  const now = Date.now();
  return {
    callId: request.callId,
    peer: `${uri.user ?? ""}@${uri.host}`,
    isSentElsewhere,
    at: sentAt < now - justNow ? sentAt : now,
    written: {
      contentType: request.getHeader("content-type") ?? "text/plain",
      body: request.body,
      disposition: request.getHeader(dispositionHeader),
    },
  };
}
