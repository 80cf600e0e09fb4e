// The response context of one INVITE (RFC 3261 §16.2), what happens to it and what it asks for; the machine
// itself is response-context.ts.

import type { EpochMs } from "../base/brand";
import type { Step } from "../base/step";
import type { TimerTable } from "../base/timer-table";
import type { InviteClient } from "../transaction/invite-client";
import type { Answer } from "./best-response";
import type { CancelCause } from "./cancel-reason";

/** Where a branch goes: a page of one of the user's devices, or another address, which may fork again. */
export type Destination =
  | { readonly kind: "page"; readonly device: string; readonly page: string; readonly socket: string }
  | { readonly kind: "elsewhere"; readonly uri: string };

/** A member of the target set (RFC 3261 §16.5). */
export interface Target {
  readonly destination: Destination;
  /** 0 to 1 (RFC 3261 §20.10). */
  readonly q: number;
  /** Redirects that led to it. */
  readonly depth: number;
}

/** A device within its grace: a target that may yet come. */
export interface ComingTarget {
  readonly device: string;
  readonly q: number;
}

/** How a branch ended, and how that counts when the best response is chosen. */
export interface Outcome {
  readonly status: number;
  /**
   * `received`: the device said so, and its response can be passed on; `ours`: nobody said it; `lost`: its page
   * did not come back in time, but may yet; `spent`: a redirect that was followed, no candidate any more.
   */
  readonly kind: "received" | "ours" | "lost" | "spent";
}

/** A branch: its target, its client transaction (with the request left out: it is the context's), its end. */
export interface ForkBranch extends Target {
  /** Max-Breadth of its request (RFC 5393 §5.3.3). */
  readonly breadth: number;
  readonly client: InviteClient;
  /** Set once it is to be cancelled; the transaction knows whether the CANCEL waits or was sent. */
  readonly cancel?: CancelCause;
  /** Its page's socket is gone; the branch counts as 480 if the page is not back by then. */
  readonly backBy?: EpochMs;
  /** A redirect that is being resolved. */
  readonly redirect?: number;
  readonly outcome?: Outcome;
}

/** `ring`: the call is given up; `group`: the next q group begins. */
export type ContextTimer = "ring" | "group";

/** Plain data: survives JSON. */
export interface ResponseContext {
  readonly phase: "open" | "finished";
  /** Why the other branches are cancelled and none begins any more; absent while the fork may grow. */
  readonly ending?: CancelCause;
  /** The page that sent the INVITE, when a user calls himself: it is never rung. */
  readonly senderPage?: string;
  /** Incoming Max-Breadth (RFC 5393 §5.3.2). */
  readonly maxBreadth: number;
  /** Targets with a higher or the same q ring at once. */
  readonly groupQ: number;
  /** Targets that are not rung yet. */
  readonly waiting: readonly Target[];
  readonly coming: readonly ComingTarget[];
  readonly branches: readonly ForkBranch[];
  /** The branch whose early SDP the caller has: no other branch's may follow unreliably. */
  readonly earlyMediaOf?: number;
  readonly timers: TimerTable<ContextTimer>;
}

export type ContextInput =
  /**
   * A response on a branch, from the page or hop the branch went to: if it came on another socket of that page,
   * `deviceCame` was told first. `redirects`: a 3xx with usable contacts.
   */
  | {
      readonly kind: "responded";
      readonly branch: number;
      readonly status: number;
      readonly hasSdp: boolean;
      /** A provisional response with RSeq (RFC 3262 §3). */
      readonly reliable: boolean;
      readonly redirects: boolean;
    }
  /** What `resolveRedirect` asked for; `leftover`: some contacts of the 3xx were not followed. */
  | {
      readonly kind: "redirected";
      readonly branch: number;
      readonly targets: readonly Omit<Target, "depth">[];
      readonly leftover: boolean;
    }
  /** The previous hop's CANCEL; its 200 is the owner's to give. */
  | { readonly kind: "cancelled"; readonly reason?: string }
  /** A device has a live page. To be told of every registration while the context is open. */
  | {
      readonly kind: "deviceCame";
      readonly device: string;
      readonly page: string;
      readonly socket: string;
      readonly q: number;
    }
  /**
   * A socket is gone; `since` when, which after a wake the device's row knows. If another page of the device is
   * live, `deviceCame` with that page follows.
   */
  | { readonly kind: "flowClosed"; readonly socket: string; readonly since: EpochMs }
  /** The device did not come back in its grace. */
  | { readonly kind: "graceOver"; readonly device: string }
  /** The hop of a branch failed without a clear answer: it may ring there, or not. */
  | { readonly kind: "unreachable"; readonly branch: number }
  /** The object was killed, and began anew from its rows: every socket is gone. */
  | { readonly kind: "restarted" }
  /** Whatever is due happens; early, late or repeated it does no harm. */
  | { readonly kind: "timePassed" };

export type ContextEffect =
  /** Write the context, with whatever else its row holds; comes before all that relies on it. */
  | { readonly kind: "putRow" }
  /** Nothing of this call is left but what its owner keeps in a log. */
  | { readonly kind: "deleteRow" }
  /** Pass a 100 back: the INVITE is stored. */
  | { readonly kind: "trying" }
  /** `again`: the same request on a page's new socket, which a page that still has it takes for a repetition. */
  | {
      readonly kind: "sendInvite";
      readonly branch: number;
      readonly destination: Destination;
      readonly maxBreadth: number;
      readonly again: boolean;
    }
  | {
      readonly kind: "sendCancel";
      readonly branch: number;
      readonly destination: Destination;
      /** The value of its Reason. */
      readonly reason?: string;
    }
  /** ACK the non-2xx final response in hand (RFC 3261 §17.1.1.3); across a call between homes it is its result. */
  | { readonly kind: "sendAck"; readonly branch: number; readonly destination: Destination }
  /** Pass the response in hand back; `stripSdp`: without its body and the fields that describe it. */
  | { readonly kind: "relay"; readonly branch: number; readonly status: number; readonly stripSdp: boolean }
  /** Keep the response in hand with the row that this step writes: `answer` may name its branch. */
  | { readonly kind: "keep"; readonly branch: number }
  | { readonly kind: "resolveRedirect"; readonly branch: number; readonly depth: number }
  /** The final response, other than a 2xx; at most one. */
  | ({ readonly kind: "answer" } & Answer)
  | { readonly kind: "finished" };

export type ContextStep = Step<ResponseContext, ContextEffect>;

export const stay = (state: ResponseContext): ContextStep => ({ state, effects: [] });

export const withEffects = (state: ResponseContext, ...effects: readonly ContextEffect[]): ContextStep => ({
  state,
  effects,
});

/** One transition after the other, the effects in that order. */
export function sequence(
  from: ResponseContext,
  transitions: readonly ((state: ResponseContext) => ContextStep)[],
): ContextStep {
  let state = from;
  const effects: ContextEffect[] = [];
  for (const transition of transitions) {
    const next = transition(state);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

/** The same transition for each branch, as the one before has left it. */
export const eachBranch = (
  from: ResponseContext,
  transition: (state: ResponseContext, index: number) => ContextStep,
): ContextStep =>
  sequence(
    from,
    from.branches.map((_, index) => (state) => transition(state, index)),
  );

export const withBranch = (state: ResponseContext, index: number, branch: ForkBranch): ResponseContext => ({
  ...state,
  branches: state.branches.with(index, branch),
});

/** Still waited for. */
export const isOpen = (branch: ForkBranch): boolean => branch.outcome === undefined;

/** Waited for, and nobody asked it to stop. */
export const isRinging = (branch: ForkBranch): boolean => isOpen(branch) && branch.cancel === undefined;

/** A 2xx was passed on. */
export const isAnswered = ({ ending }: ResponseContext): boolean => ending?.kind === "answeredElsewhere";
