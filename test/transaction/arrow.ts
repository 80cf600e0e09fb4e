// How these tests write a step down: "next state: effects", as an arrow of the RFC's figures.

import { type EpochMs, epochMs } from "../../src/base/brand";
import type { Step } from "../../src/base/step";
import type { TransactionEffect } from "../../src/transaction/transaction";

export const begin: EpochMs = epochMs(1_000_000);
export const at = (offset: number): EpochMs => epochMs(begin + offset);

export const INVITE = "INVITE sip:bob@example.com SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n";
export const ACK = "ACK sip:bob@example.com SIP/2.0\r\nCSeq: 1 ACK\r\n\r\n";
export const MESSAGE = "MESSAGE sip:bob@example.com SIP/2.0\r\nCSeq: 1 MESSAGE\r\n\r\n";
export const response = (status: number): string => `SIP/2.0 ${status} Reason\r\n\r\n`;

const words = (effect: TransactionEffect): string => {
  switch (effect.kind) {
    case "inform":
      return `inform ${effect.failure}`;
    case "deliver":
      return `deliver ${"status" in effect ? effect.status : effect.method}`;
    case "send":
      return `send ${effect.message.startsWith("SIP/2.0 ") ? effect.message.slice(8, 11) : effect.message.split(" ")[0]}`;
    default:
      return effect.kind;
  }
};

/** "completed: acknowledge, deliver 486"; a step without effects is the state alone. */
export function arrow(step: Step<{ readonly kind: string }, TransactionEffect>): string {
  const effects = step.effects.map(words).join(", ");
  return effects === "" ? step.state.kind : `${step.state.kind}: ${effects}`;
}
