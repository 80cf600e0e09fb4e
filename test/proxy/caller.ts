// A leg under test: an INVITE that leaves its home at 0, and what it asked for since it was last asked.

import { epochMs } from "../../src/base/brand";
import { type CallSettings, defaultCallSettings } from "../../src/contracts/call-settings";
import { nextLegDeadline, openLeg, restoreLeg, stepLeg } from "../../src/proxy/leg";
import type { Leg, LegEffect, LegInput } from "../../src/proxy/leg-state";

/** Effects as short lines. */
export function line(effect: LegEffect): string {
  switch (effect.kind) {
    case "sendInvite":
      return `INVITE ${effect.branch} to ${effect.to}`;
    case "sendCancel":
      return `CANCEL ${effect.branch} to ${effect.to}${effect.reason === undefined ? "" : ` Reason: ${effect.reason}`}`;
    case "relay":
      return `relay ${effect.status} to ${effect.socket}`;
    case "keep":
      return `keep ${effect.status}`;
    case "relayKept":
      return `relay kept to ${effect.socket}`;
    case "answer":
      return `answer ${effect.status} to ${effect.socket}`;
    case "acknowledge":
      return `ACK ${effect.toTag}`;
    case "bye":
      return `BYE ${effect.toTag}`;
    default:
      return effect.kind;
  }
}

export class Caller {
  leg: Leg;
  now = 0;
  readonly opened: readonly string[];
  readonly #settings: CallSettings = defaultCallSettings;

  constructor() {
    const step = openLeg(
      {
        branchIn: "z9hG4bKin",
        branchOut: "z9hG4bKout",
        nextHop: "bob",
        page: "sip:alice@page.invalid",
        socket: "s1",
      },
      this.#settings,
      epochMs(0),
    );
    this.leg = step.state;
    this.opened = step.effects.map(line);
  }

  tell(input: LegInput): readonly string[] {
    const step = stepLeg(this.leg, input, this.#settings, epochMs(this.now));
    this.leg = step.state;
    return step.effects.map(line);
  }

  responds(status: number, toTag?: string): readonly string[] {
    return this.tell({ kind: "responded", status, ...(toTag === undefined ? {} : { toTag }) });
  }

  cancels(reason?: string): readonly string[] {
    return this.tell({ kind: "cancelled", ...(reason === undefined ? {} : { reason }) });
  }

  acks(toTag?: string): readonly string[] {
    return this.tell({ kind: "acknowledged", ...(toTag === undefined ? {} : { toTag }) });
  }

  closes(): readonly string[] {
    return this.tell({ kind: "flowClosed", since: epochMs(this.now) });
  }

  comes(socket: string): readonly string[] {
    return this.tell({ kind: "pageCame", socket });
  }

  waits(span: number): readonly string[] {
    this.now += span;
    return this.tell({ kind: "timePassed" });
  }

  /** The home hibernated after this row was written. */
  forgets(row: Leg): void {
    this.leg = restoreLeg(JSON.parse(JSON.stringify(row)), epochMs(this.now));
  }

  /** Lets only timers fire until the end. */
  ends(): readonly string[] {
    const effects: string[] = [];
    for (let steps = 0; this.leg.phase !== "finished"; steps++) {
      const deadline = nextLegDeadline(this.leg);
      if (deadline === undefined || steps > 100) throw new Error("neither finished nor waiting for a timer");
      this.now = Math.max(this.now, deadline);
      effects.push(...this.tell({ kind: "timePassed" }));
    }
    return effects;
  }
}
