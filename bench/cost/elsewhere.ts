// What the same load costs elsewhere: published or, where it says so, remembered prices with their dates, and what they
// buy. None of them sells the same thing, so each says what it includes and what it lacks.

import { daysOfMonth } from "./load";
import type { Load } from "./usual-load";

export interface Offer {
  readonly name: string;
  /** USD a month, from and to. */
  readonly usd: readonly [from: number, to: number];
  readonly includes: string;
}

/**
 * A virtual machine of 2 vCPU and 4 GB: about 4 EUR (Hetzner CX23, third-party pages of 2026-04) to about 25 USD (the large
 * clouds on demand, remembered). WebSockets over TLS that it holds: an assumption, 60 KB each and half of the memory.
 */
export const machines = { asOf: "2026-04", usd: [5, 25], least: 2, clientsOfEach: 30_000 } as const;

/** Twilio Conversations: per user who is active in a month, the first 200 free (third-party page of 2026-06). */
export const conversations = { asOf: "2026-06", perActiveUser: 0.05, free: 200 } as const;

/** ZEGOCLOUD In-app Chat, Pro: per 10,000 active users begun, history of 180 days (its documentation, read 2026-11). */
export const chat = { asOf: "2026-11", perTenThousandUsers: 449 } as const;

/**
 * Twilio Voice SDK: each side of a call to or from a browser, per minute begun. That it is billed by side and minute is
 * documented; the price is remembered, not read again.
 */
export const voice = { asOf: "2025", perSideAndMinute: 0.004 } as const;

export function offersFor(load: Load): readonly Offer[] {
  const count = Math.max(machines.least, Math.ceil((load.users * load.devices) / machines.clientsOfEach));
  const minutes = load.users * daysOfMonth * load.calls * Math.ceil(load.callMinutes);
  const calls = minutes * 2 * voice.perSideAndMinute;
  const perUser = Math.max(load.users - conversations.free, 0) * conversations.perActiveUser;
  const perTenThousand = Math.ceil(load.users / 10_000) * chat.perTenThousandUsers;
  return [
    {
      name: `${count} virtual machines, Kamailio`,
      usd: [count * machines.usd[0], count * machines.usd[1]],
      includes: "the machines alone: no database, no backup, no failover, nobody who keeps them",
    },
    {
      name: "messages per active user",
      usd: [Math.min(perUser, perTenThousand), Math.max(perUser, perTenThousand)],
      includes: "history, push, SDKs, support plans; no presence rules, no SIP",
    },
    {
      name: "calls per minute",
      usd: [calls, calls],
      includes: "both sides by their media servers, and TURN; media here goes from browser to browser",
    },
  ];
}
