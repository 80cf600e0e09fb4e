// A guess at a password, as the realm has to know of it before the home answers (decision 0025): a home sees what is tried at
// its own account, and somebody who tries one password at each of a thousand accounts is new to every one of them.
//
// The home judges first and asks then, so that the realm counts what is wrong and only what is wrong; nothing of the
// judgement is told before the answer is there. A right password from a network that the account knows is not asked about:
// that is the owner at home, whoever else shares his address. A wrong one from there is, or its answer would tell apart
// a name that has devices from one that nobody has.

import { networkOf } from "../auth/back-off";
import type { Account } from "../contracts/account";
import type { Guess } from "../contracts/guesses";
import type { Frame } from "../sip/frame";
import { headerValues } from "../sip/message";
import { parseMessage } from "../sip/parser";
import { byCredentials, isAuthenticated, judgedFrom, loginOf } from "./authentication";
import { isStrangerServed } from "./rate";
import { hopOf, isAnsweredHere } from "./receive-frame";
import { accountToJudge } from "./tenancy";
import type { Scope } from "./turn";

/** The guess that a login is; undefined for one that nobody has to be asked about. Changes nothing. */
export function guessOf(
  scope: Scope,
  { address, spelling }: { readonly address: string | undefined; readonly spelling: string },
  judge: (account: Account | undefined) => { readonly kind: string },
): Guess | undefined {
  if (address === undefined || judgedFrom(scope, address) > scope.now) return undefined;
  const account = accountToJudge(scope, spelling);
  const { kind } = judge(account);
  // Stale or malformed: nobody learns from the answer whether a password was right.
  if (kind !== "authenticated" && kind !== "failed") return undefined;
  const isRight = kind === "authenticated" && account !== undefined;
  if (isRight && isKnownNetwork(scope, address)) return undefined;
  return { door: "account", network: networkOf(address), isRight };
}

/** The guess in a frame of a socket's, as `receiveFrame` would judge it. */
export function guessInFrame(scope: Scope, id: string, frame: Frame): Guess | undefined {
  const { state, now, ports } = scope;
  const socket = state.sockets.get(id);
  if (socket?.facts.address === undefined || isAuthenticated(socket, now)) return undefined;
  const { limits } = ports.settings;
  // What is over the rate is refused unread.
  if (!isStrangerServed(state, id, limits, now)) return undefined;
  const parsed = parseMessage(frame, { headerFields: limits.headerFields });
  if (!parsed.ok || parsed.value.kind !== "request") return undefined;
  const request = parsed.value;
  const isServer = isAnsweredHere(scope, request, hopOf(scope, request));
  const values = headerValues(request, isServer ? "authorization" : "proxy-authorization");
  if (values.length === 0) return undefined;
  const login = loginOf(scope, socket, request, values);
  return guessOf(scope, login, byCredentials(scope, login));
}

/** Where a device of the user's is, or was when it last came. */
function isKnownNetwork({ state }: Scope, address: string): boolean {
  const network = networkOf(address);
  const isThere = (known: string | undefined): boolean => known !== undefined && networkOf(known) === network;
  if ([...state.devices.values()].some((device) => isThere(device.address))) return true;
  return [...state.sockets.values()].some(
    ({ authenticatedUntil, facts }) => authenticatedUntil !== undefined && isThere(facts.address),
  );
}
