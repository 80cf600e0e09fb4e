// A fork in its world, for properties: devices whose pages and sockets come and go, a home that tells the context
// of them, writes its row and may forget all but that.

import { type EpochMs, epochMs } from "../../src/base/brand";
import { type CallSettings, defaultCallSettings } from "../../src/contracts/call-settings";
import {
  nextContextDeadline,
  openContext,
  restoreContext,
  stepContext,
} from "../../src/proxy/response-context";
import type {
  ContextEffect,
  ContextInput,
  ContextStep,
  Destination,
  ResponseContext,
} from "../../src/proxy/response-context-state";

export type Event =
  | { readonly kind: "respond"; readonly branch: number; readonly status: number; readonly hasSdp: boolean }
  /** The device's newest socket is cut; it comes back as the same page, or reloaded; or opens another tab. */
  | { readonly kind: "cut" | "return" | "reload" | "tab" | "graceOver"; readonly device: number }
  | { readonly kind: "unreachable"; readonly branch: number }
  | { readonly kind: "cancel" | "hibernate" | "kill" }
  | { readonly kind: "wait"; readonly span: number };

export interface Opening {
  readonly devices: readonly { readonly q: number; readonly standing: "live" | "coming" }[];
  readonly others: number;
  readonly maxBreadth: number;
  readonly settings: Partial<CallSettings>;
}

type Sent = Extract<ContextEffect, { kind: "sendInvite" | "sendCancel" }>;

/** What happened in one step. */
export interface Moment {
  readonly event: Event["kind"] | "open" | "timer";
  readonly before: ResponseContext | undefined;
  readonly after: ResponseContext;
  readonly effects: readonly ContextEffect[];
}

interface Page {
  readonly name: string;
  socket: string | undefined;
  cutAt: EpochMs;
}

const socketOf = (destination: Destination): string =>
  destination.kind === "page" ? destination.socket : destination.uri;

export class VirtualFork {
  readonly moments: Moment[] = [];
  state: ResponseContext;
  now = 0;
  row: ResponseContext | undefined;
  /** Memory was lost: what only it knew is no longer promised. */
  forgot = false;
  readonly heard = new Set<string>();
  readonly finals = new Set<number>();
  readonly #settings: CallSettings;
  readonly #pages: Page[][];
  readonly #qs: readonly number[];
  readonly #between: (state: ResponseContext) => ResponseContext;
  #sockets = 0;

  constructor(opening: Opening, between: (state: ResponseContext) => ResponseContext = (state) => state) {
    this.#settings = { ...defaultCallSettings, ...opening.settings };
    this.#between = between;
    this.#qs = opening.devices.map(({ q }) => q);
    this.#pages = opening.devices.map(({ standing }, index) =>
      standing === "live" ? [this.#newPage(index)] : [],
    );
    const targets = this.#pages.flatMap((pages, device) =>
      pages.map((page) => ({ destination: this.#destination(device, page), q: this.#qs[device] ?? 1 })),
    );
    const others = Array.from({ length: opening.others }, (_, index) => ({
      destination: { kind: "elsewhere", uri: `sip:other${index}@example.com` } as const,
      q: 1,
    }));
    const coming = opening.devices.flatMap(({ q, standing }, index) =>
      standing === "coming" ? [{ device: `d${index}`, q }] : [],
    );
    const { maxBreadth } = opening;
    const senderPage = "sip:sender@page.invalid";
    const sender = { kind: "page", device: "sender", page: senderPage, socket: "sender" } as const;
    const all = [{ destination: sender, q: 1 }, ...targets, ...others];
    const step = openContext(
      { targets: all, coming, senderPage, maxBreadth },
      this.#settings,
      epochMs(this.now),
    );
    this.state = step.state;
    this.#take("open", undefined, step);
  }

  get isFinished(): boolean {
    return this.state.phase === "finished";
  }

  play(event: Event): void {
    switch (event.kind) {
      case "respond":
        return this.#respond(event);
      case "cut":
        return this.#cut(event.device);
      case "return":
      case "reload":
      case "tab":
        return this.#come(event.kind, event.device);
      case "graceOver":
        return this.#tell(event.kind, { kind: "graceOver", device: `d${event.device}` });
      case "unreachable":
        return this.#tell(event.kind, { kind: "unreachable", branch: event.branch });
      case "cancel":
        return this.#tell(event.kind, { kind: "cancelled", reason: "SIP;cause=487" });
      case "hibernate":
        return this.#forget();
      case "kill":
        this.#forget();
        for (const page of this.#pages.flat()) this.#close(page);
        return this.#tell("kill", { kind: "restarted" });
      case "wait":
        this.now += event.span;
        return this.#tell("wait", { kind: "timePassed" });
    }
  }

  /** Lets only timers fire. */
  end(): void {
    for (let steps = 0; !this.isFinished; steps++) {
      const deadline = nextContextDeadline(this.state);
      if (deadline === undefined) throw new Error("neither finished nor waiting for a timer");
      if (steps > 200) throw new Error("timers do not end it");
      this.now = Math.max(this.now, deadline);
      this.#tell("timer", { kind: "timePassed" });
    }
  }

  effects<Kind extends ContextEffect["kind"]>(kind: Kind): readonly Extract<ContextEffect, { kind: Kind }>[] {
    return this.moments.flatMap(({ effects }) =>
      effects.filter((effect): effect is Extract<ContextEffect, { kind: Kind }> => effect.kind === kind),
    );
  }

  /** A branch on one socket. */
  static key = (effect: Pick<Sent, "branch" | "destination">): string =>
    `${effect.branch} ${socketOf(effect.destination)}`;

  #respond({ branch: index, status, hasSdp }: Extract<Event, { kind: "respond" }>): void {
    const branch = this.state.branches[index];
    if (branch === undefined || !this.#isReachable(branch.destination)) return;
    // What comes after a branch's end has no transaction to belong to.
    const isHeard = branch.outcome === undefined || branch.outcome.kind === "lost";
    if (isHeard && status < 200) this.heard.add(VirtualFork.key({ branch: index, ...branch }));
    if (isHeard && status >= 200) this.finals.add(index);
    const redirects = status === 302;
    this.#tell("respond", { kind: "responded", branch: index, status, hasSdp, reliable: false, redirects });
    if (this.state.branches[index]?.redirect === undefined) return;
    const uri = `sip:moved${index % 3}@example.com`;
    const targets = [{ destination: { kind: "elsewhere", uri } as const, q: 0.5 }];
    this.#tell("respond", { kind: "redirected", branch: index, targets, leftover: hasSdp });
  }

  #isReachable(destination: Destination): boolean {
    if (destination.kind === "elsewhere") return true;
    return this.#pages.flat().some(({ socket }) => socket === destination.socket);
  }

  #cut(device: number): void {
    const page = this.#pages[device]?.findLast(({ socket }) => socket !== undefined);
    if (page?.socket === undefined) return;
    const { socket } = page;
    this.#close(page);
    this.#tell("cut", { kind: "flowClosed", socket, since: epochMs(this.now) });
    const other = this.#pages[device]?.findLast((each) => each.socket !== undefined);
    if (other !== undefined) this.#tellPage("cut", device, other);
  }

  #close(page: Page): void {
    page.socket = undefined;
    page.cutAt = epochMs(this.now);
  }

  #come(kind: "return" | "reload" | "tab", device: number): void {
    const pages = this.#pages[device];
    const last = pages?.at(-1);
    if (pages === undefined) return;
    if (kind === "return" && last !== undefined) last.socket = this.#newSocket();
    else if (kind === "tab" || last === undefined || last.socket === undefined)
      pages.push(this.#newPage(device));
    const page = pages.at(-1);
    if (page !== undefined) this.#tellPage(kind, device, page);
  }

  #tellPage(event: Moment["event"], device: number, page: Page): void {
    const destination = this.#destination(device, page);
    if (destination.kind === "page")
      this.#tell(event, { ...destination, kind: "deviceCame", q: this.#qs[device] ?? 1 });
  }

  /** The home wakes: it has the row, and the sockets that are open. */
  #forget(): void {
    if (this.row === undefined || this.isFinished) return;
    this.forgot = true;
    this.state = restoreContext(JSON.parse(JSON.stringify(this.row)), epochMs(this.now));
    for (const { destination } of this.state.branches) {
      if (destination.kind !== "page" || this.#isReachable(destination)) continue;
      const page = this.#pages.flat().find(({ name }) => name === destination.page);
      if (page === undefined) continue;
      const { socket } = destination;
      this.#tell("hibernate", { kind: "flowClosed", socket, since: page.cutAt });
      if (page.socket === undefined) continue;
      this.#tellPage("hibernate", Number(destination.device.slice(1)), page);
    }
  }

  #tell(event: Moment["event"], input: ContextInput): void {
    const before = this.#between(this.state);
    this.#take(event, before, stepContext(before, input, this.#settings, epochMs(this.now)));
  }

  #take(event: Moment["event"], before: ResponseContext | undefined, step: ContextStep): void {
    this.state = step.state;
    if (step.effects.some(({ kind }) => kind === "putRow")) this.row = step.state;
    if (step.effects.some(({ kind }) => kind === "deleteRow")) this.row = undefined;
    this.moments.push({ event, before, after: step.state, effects: step.effects });
  }

  #destination(device: number, page: Page): Destination {
    return { kind: "page", device: `d${device}`, page: page.name, socket: page.socket ?? "gone" };
  }

  #newPage(device: number): Page {
    const socket = this.#newSocket();
    return { name: `sip:d${device}-${socket}@page.invalid`, socket, cutAt: epochMs(0) };
  }

  #newSocket(): string {
    this.#sockets += 1;
    return `s${this.#sockets}`;
  }
}
