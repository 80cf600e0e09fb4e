// A call across two homes: a leg and a fork, each the other's hop, and a transcript of what crosses and what each
// side's pages see. One clock; a message between the homes arrives in the order it was sent.

import { epochMs } from "../../src/base/brand";
import { defaultCallSettings } from "../../src/contracts/call-settings";
import { nextLegDeadline, openLeg, restoreLeg, stepLeg } from "../../src/proxy/leg";
import type { Leg, LegEffect, LegInput, LegStep } from "../../src/proxy/leg-state";
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
  ResponseContext,
} from "../../src/proxy/response-context-state";
import { line as callerLine } from "./caller";
import { line as calleeLine, targets } from "./fork";

/** Effects that are words to a page, or to the log of this test; the others cross to the other home. */
const isBetweenHomes = (effect: LegEffect | ContextEffect): boolean =>
  ["trying", "relay", "answer", "sendInvite", "sendCancel"].includes(effect.kind);

/** The dialog's row goes on without the machine that is done. */
function rowAfter<State extends { readonly phase: string }>(
  row: State | undefined,
  { state, effects }: { readonly state: State; readonly effects: readonly { readonly kind: string }[] },
): State | undefined {
  if (state.phase === "finished" || effects.some(({ kind }) => kind === "deleteRow")) return undefined;
  return effects.some(({ kind }) => kind === "putRow") ? state : row;
}

export class Call {
  readonly transcript: string[] = [];
  rows = 0;
  now = 0;
  leg: Leg | undefined;
  fork: ResponseContext | undefined;
  #legRow: Leg | undefined;
  #forkRow: ResponseContext | undefined;
  readonly #devices: readonly string[];
  /** True: each home forgets all but its row before each step. */
  readonly #evicts: boolean;

  constructor(devices: readonly string[], evicts = false) {
    this.#devices = devices;
    this.#evicts = evicts;
    this.#takeLeg(
      openLeg(
        { branchIn: "in", branchOut: "out", nextHop: "bob", page: "sip:alice@page.invalid", socket: "alice" },
        defaultCallSettings,
        epochMs(0),
      ),
    );
  }

  /** A device of the callee answers. */
  responds(branch: number, status: number): void {
    this.transcript.push(`${this.#devices[branch] ?? branch}: ${status}`);
    const facts = { branch, status, hasSdp: false, reliable: false, redirects: false };
    this.tellFork({ kind: "responded", ...facts }, `tag-${branch}`);
  }

  tellLeg(input: LegInput): void {
    if (this.#evicts)
      this.leg = this.#legRow && restoreLeg(JSON.parse(JSON.stringify(this.#legRow)), epochMs(this.now));
    // Without a row and without memory there is nothing left to be told.
    if (this.leg === undefined) return;
    this.#takeLeg(stepLeg(this.leg, input, defaultCallSettings, epochMs(this.now)));
  }

  tellFork(input: ContextInput, toTag = "own"): void {
    if (this.#evicts)
      this.fork =
        this.#forkRow && restoreContext(JSON.parse(JSON.stringify(this.#forkRow)), epochMs(this.now));
    if (this.fork === undefined) return;
    this.#takeFork(stepContext(this.fork, input, defaultCallSettings, epochMs(this.now)), toTag);
  }

  /** Lets only timers fire until both homes are done; returns when that was. */
  ends(): number {
    for (let steps = 0; steps < 100; steps++) {
      const deadlines = [this.leg && nextLegDeadline(this.leg), this.fork && nextContextDeadline(this.fork)];
      const open = deadlines.filter((deadline) => deadline !== undefined);
      if (open.length === 0) return this.now;
      this.now = Math.max(this.now, Math.min(...open));
      this.tellLeg({ kind: "timePassed" });
      this.tellFork({ kind: "timePassed" });
    }
    throw new Error("timers do not end it");
  }

  #takeLeg(step: LegStep): void {
    this.leg = step.state;
    this.#legRow = rowAfter(this.#legRow, step);
    for (const effect of step.effects) {
      this.#count(effect);
      const isToPage = effect.kind === "relay" || effect.kind === "answer" || !isBetweenHomes(effect);
      if (isToPage && !["putRow", "deleteRow", "finished"].includes(effect.kind))
        this.transcript.push(`alice's home: ${callerLine(effect)}`);
      if (effect.kind === "sendInvite") this.#open();
      if (effect.kind === "sendCancel") {
        const { reason } = effect;
        this.tellFork({ kind: "cancelled", ...(reason === undefined ? {} : { reason }) });
      }
    }
  }

  #open(): void {
    const opening = { targets: targets(...this.#devices), coming: [] };
    this.#takeFork(openContext(opening, defaultCallSettings, epochMs(this.now)), "own");
  }

  #takeFork(step: ContextStep, toTag: string): void {
    this.fork = step.state;
    this.#forkRow = rowAfter(this.#forkRow, step);
    for (const effect of step.effects) {
      this.#count(effect);
      switch (effect.kind) {
        case "trying":
          this.tellLeg({ kind: "responded", status: 100 });
          break;
        case "relay":
        case "answer":
          this.tellLeg({ kind: "responded", status: effect.status, toTag });
          break;
        case "sendInvite":
        case "sendCancel":
          this.transcript.push(`bob's home: ${calleeLine(effect)}`);
          break;
        default:
      }
    }
  }

  #count({ kind }: LegEffect | ContextEffect): void {
    if (kind === "putRow" || kind === "deleteRow") this.rows += 1;
  }
}
