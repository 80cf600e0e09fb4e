// A fork under test: a context that begins at 0, and what it asked for since it was last asked.

import { epochMs } from "../../src/base/brand";
import { type CallSettings, defaultCallSettings } from "../../src/contracts/call-settings";
import {
  type ContextOpening,
  nextContextDeadline,
  openContext,
  stepContext,
} from "../../src/proxy/response-context";
import type {
  ComingTarget,
  ContextEffect,
  ContextInput,
  Destination,
  ResponseContext,
} from "../../src/proxy/response-context-state";

export const page = (device: string, name = device, socket = name): Destination => ({
  kind: "page",
  device,
  page: `sip:${name}@page.invalid`,
  socket: `socket-${socket}`,
});
export const elsewhere = (uri: string): Destination => ({ kind: "elsewhere", uri });
export const coming = (device: string, q = 1): ComingTarget => ({ device, q });

type Targets = ContextOpening["targets"];
export const targets = (...names: readonly (string | Destination)[]): Targets =>
  names.map((name) => ({ destination: typeof name === "string" ? page(name) : name, q: 1 }));

/** Effects as short lines: what a table of transitions can show. */
export function line(effect: ContextEffect): string {
  switch (effect.kind) {
    case "sendInvite": {
      const to = effect.destination.kind === "page" ? effect.destination.socket : effect.destination.uri;
      const breadth = effect.maxBreadth === 1 ? "" : ` breadth ${effect.maxBreadth}`;
      return `INVITE ${effect.branch} to ${to}${breadth}${effect.again ? " again" : ""}`;
    }
    case "sendCancel": {
      const to = effect.destination.kind === "page" ? effect.destination.socket : effect.destination.uri;
      return `CANCEL ${effect.branch} to ${to}${effect.reason === undefined ? "" : ` Reason: ${effect.reason}`}`;
    }
    case "sendAck":
      return `ACK ${effect.branch}`;
    case "relay":
      return `relay ${effect.status} of ${effect.branch}${effect.stripSdp ? " without SDP" : ""}`;
    case "keep":
      return `keep ${effect.branch}`;
    case "resolveRedirect":
      return `resolve ${effect.branch} at depth ${effect.depth}`;
    case "answer": {
      const { status, branch, challenges = [] } = effect;
      const from = branch === undefined ? "" : ` of ${branch}`;
      return `answer ${status}${from}${challenges.length === 0 ? "" : ` with challenges of ${challenges}`}`;
    }
    default:
      return effect.kind;
  }
}

type Response = Extract<ContextInput, { kind: "responded" }>;

export class Fork {
  state: ResponseContext;
  now = 0;
  readonly opened: readonly string[];
  readonly #settings: CallSettings;

  constructor(opening: Partial<ContextOpening>, settings: Partial<CallSettings> = {}) {
    this.#settings = { ...defaultCallSettings, ...settings };
    const step = openContext({ targets: [], coming: [], ...opening }, this.#settings, epochMs(0));
    this.state = step.state;
    this.opened = step.effects.map(line);
  }

  tell(input: ContextInput): readonly string[] {
    const step = stepContext(this.state, input, this.#settings, epochMs(this.now));
    this.state = step.state;
    return step.effects.map(line);
  }

  responds(branch: number, status: number, more: Partial<Response> = {}): readonly string[] {
    return this.tell({
      kind: "responded",
      branch,
      status,
      hasSdp: false,
      reliable: false,
      redirects: false,
      ...more,
    });
  }

  cancels(reason?: string): readonly string[] {
    return this.tell({ kind: "cancelled", ...(reason === undefined ? {} : { reason }) });
  }

  closes(socket: string): readonly string[] {
    return this.tell({ kind: "flowClosed", socket: `socket-${socket}`, since: epochMs(this.now) });
  }

  comes(device: string, name = device, socket = name, q = 1): readonly string[] {
    const destination = page(device, name, socket);
    if (destination.kind !== "page") throw new Error("a device comes with a page");
    return this.tell({ ...destination, kind: "deviceCame", q });
  }

  /** Lets `span` pass, and only then says so. */
  waits(span: number): readonly string[] {
    this.now += span;
    return this.tell({ kind: "timePassed" });
  }

  /** Lets only timers fire until the end: what was asked for, and when it ended. */
  ends(): readonly string[] {
    const effects: string[] = [];
    for (let steps = 0; this.state.phase !== "finished"; steps++) {
      const deadline = nextContextDeadline(this.state);
      if (deadline === undefined || steps > 100) throw new Error("neither finished nor waiting for a timer");
      this.now = Math.max(this.now, deadline);
      effects.push(...this.tell({ kind: "timePassed" }));
    }
    return effects;
  }
}

export const elsewhereReason = 'Reason: SIP;cause=200;text="Call completed elsewhere"';
