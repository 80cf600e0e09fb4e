// One step of a home: its state, the moment, what it may draw on, and the effects gathered so far.

import type { EpochMs } from "../base/brand";
import type { Entropy } from "../base/entropy";
import type { Keyring } from "../contracts/keyring";
import type { Settings } from "../contracts/settings";
import { type ResponseOptions, responseTo } from "../sip/build";
import type { Frame } from "../sip/frame";
import type { SipRequest } from "../sip/message";
import type { Refusal } from "../sip/refusal";
import { aorHost } from "../sip/uri/address-of-record";
import type { HomeEffect } from "./effect";
import type { HomeState, Socket } from "./state";

/** What a home may draw on; the same for every step of an object. */
export interface Ports {
  readonly settings: Settings;
  readonly keyring: Keyring;
  readonly entropy: Entropy;
}

export interface Turn {
  readonly state: HomeState;
  readonly now: EpochMs;
  readonly ports: Ports;
  readonly effects: HomeEffect[];
  /** Calls whose rows are to be written when the step is done. */
  readonly touched: Set<string>;
  /** Events whose state may be another: compared, and told, when the step is done. */
  readonly changed: Set<string>;
  /** Until when whoever makes this request is not let in by password: the realm's word on his address (guess.ts). */
  readonly heldUntil?: EpochMs | undefined;
}

/** A home that is looked at, and not stepped. */
export type Scope = Pick<Turn, "state" | "now" | "ports">;

export function emit({ effects }: Turn, effect: HomeEffect, ...more: readonly HomeEffect[]): void {
  effects.push(effect);
  for (const each of more) effects.push(each);
}

export function sendFrame(turn: Turn, socket: string, frame: Frame): void {
  if (turn.state.sockets.has(socket)) emit(turn, { kind: "sendFrame", socket, frame });
}

/** Changes a socket and has its attachment written. */
export function putSocket(turn: Turn, socket: Socket): Socket {
  turn.state.sockets.set(socket.id, socket);
  emit(turn, { kind: "putSocket", socket });
  return socket;
}

export function log(turn: Turn, event: string, detail: Readonly<Record<string, unknown>> = {}): void {
  emit(turn, { kind: "log", event, detail });
}

/** One line for each socket, whatever it is about: whoever sends noise does not fill the log with it. */
export function logOnce(
  turn: Turn,
  socket: string,
  event: string,
  detail: Readonly<Record<string, unknown>> = {},
): void {
  const { noted } = turn.state;
  if (!noted.has(socket)) log(turn, event, detail);
  noted.add(socket);
}

/** Answers a request on the socket it came on; every answer but a 100 gets a To-tag (RFC 3261 §8.2.6.2). */
export function respond(
  turn: Turn,
  socket: string,
  request: SipRequest,
  status: number,
  options: ResponseOptions = {},
): void {
  sendFrame(turn, socket, responseTo(request, status, { toTag: turn.ports.entropy.token(), ...options }));
}

/** Characters of a method that are logged: it is whatever the client wrote. */
export const longestMethod = 32;

/** Answers with a refusal, and logs why (`why` where the client is told less); a stranger's once. */
export function refuse(
  turn: Turn,
  socket: string,
  request: SipRequest,
  refusal: Refusal,
  why = refusal.reason,
): void {
  const isStranger = turn.state.sockets.get(socket)?.authenticatedUntil === undefined;
  const detail = { method: request.method.slice(0, longestMethod), status: refusal.status, why };
  if (isStranger) logOnce(turn, socket, "refused", detail);
  else log(turn, "refused", detail);
  const { reason, lines } = refusal;
  respond(turn, socket, request, refusal.status, {
    ...(reason === undefined ? {} : { reason }),
    ...(lines === undefined ? {} : { lines }),
  });
}

/** The domain this home answers for. */
export const realmOf = (scope: Pick<Turn, "state">): string => aorHost(scope.state.aor);

/** The Via of a request that leaves this home, with its own branch: one line, no address in it. */
export const viaLine = (turn: Turn, branch: string): string =>
  `Via: SIP/2.0/WSS ${realmOf(turn)};branch=${branch}\r\n`;

/** A fresh branch (RFC 3261 §8.1.1.7): random, so it shows nothing and cannot be guessed. */
export const newBranch = (turn: Turn): string => `z9hG4bK${turn.ports.entropy.token()}`;
