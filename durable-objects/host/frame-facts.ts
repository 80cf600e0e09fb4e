// What has to be learned elsewhere before a frame of a socket without a login can be stepped: whether the token it carries
// holds, or whether a password from there is heard at all. Most frames are of sockets that have logged in, and wait for nothing.

import { type EpochMs, seconds } from "../../src/base/brand";
import type { Guess } from "../../src/contracts/guesses";
import { isAuthenticated } from "../../src/home/authentication";
import { guessInFrame } from "../../src/home/guess";
import { takeTokenCheck } from "../../src/home/rate";
import type { FrameFacts } from "../../src/home/receive-frame";
import type { Scope } from "../../src/home/turn";
import type { Frame } from "../../src/sip/frame";
import { bearerFact } from "./bearer-fact";
import { tokenIn } from "./frame-token";

export type LearnedFacts = Pick<FrameFacts, "bearer" | "heldUntil">;

const nothing: LearnedFacts = { bearer: undefined };

/** The facts, or the way to learn them, which never rejects. */
export function factsOf(
  scope: Scope,
  id: string,
  frame: Frame,
  heldUntil: (guess: Guess) => Promise<EpochMs | undefined>,
): LearnedFacts | (() => Promise<LearnedFacts>) {
  const socket = scope.state.sockets.get(id);
  if (socket === undefined || isAuthenticated(socket, scope.now)) return nothing;
  const { settings } = scope.ports;
  const token = tokenIn(socket, frame, settings, scope.now);
  if (token === undefined) {
    const guess = guessInFrame(scope, id, frame);
    return guess === undefined
      ? nothing
      : async () => ({ bearer: undefined, heldUntil: await heldUntil(guess) });
  }
  // A signature costs more than all else that a stranger can ask for: the rate comes before it.
  if (!takeTokenCheck(scope.state, id, settings.limits, scope.now)) {
    return { bearer: { kind: "unavailable", why: "too many", retryAfter: seconds(1) } };
  }
  return async () => ({ bearer: await bearerFact(token, settings) });
}

/** A frame of octets is not looked into. */
export const mayNameRegister = (frame: Frame): boolean =>
  typeof frame !== "string" || frame.includes("REGISTER");
