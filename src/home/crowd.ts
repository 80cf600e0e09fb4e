// Who makes room when a home has too many sockets (design "Trust": strangers never lock the owner out).
//
// Strangers and the user's own sockets are counted apart, so no number of strangers costs the user a socket. Among
// strangers the oldest goes: a login takes two round trips, and an owner gets through as long as fewer strangers
// come in one of them than there are places. Were newcomers refused, a few who say nothing would hold every place
// for as long as strangers may stay.

import { networkOf } from "../auth/back-off";
import type { EpochMs } from "../base/brand";
import type { LimitSettings } from "../contracts/settings";
import { isCurrent } from "../registrar/binding";
import { isAuthenticated } from "./authentication";
import type { Socket } from "./state";

/** Nobody has ever logged in on it. One whose token has ended is the user's still: its calls go on. */
export const isStranger = ({ authenticatedUntil }: Socket): boolean => authenticatedUntil === undefined;

/**
 * The stranger that goes now that one more has come from `address`: the oldest of its network when that has too
 * many, or else, when there are too many in all, the oldest of the network that has the most. One that has been
 * challenged counts from then: it is on its way.
 */
export function strangerToGo(
  sockets: Iterable<Socket>,
  address: string | undefined,
  limits: Pick<LimitSettings, "strangers" | "strangersPerAddress">,
): Socket | undefined {
  const strangers = [...sockets].filter(isStranger).sort((a, b) => youth(a) - youth(b));
  const networks = Map.groupBy(strangers, ({ facts }) => keyOf(facts.address));
  const here = networks.get(keyOf(address)) ?? [];
  // Where nobody says who comes from where, there is no address to have too many.
  if (address !== undefined && here.length > limits.strangersPerAddress) return here[0];
  if (strangers.length <= limits.strangers) return undefined;
  const most = Math.max(...[...networks.values()].map(({ length }) => length));
  return strangers.find(({ facts }) => networks.get(keyOf(facts.address))?.length === most);
}

const youth = ({ challengedAt, openedAt }: Socket): EpochMs => challengedAt ?? openedAt;

const keyOf = (address: string | undefined): string => (address === undefined ? "" : networkOf(address));

/**
 * The socket of the user's own that goes now that `newest` has logged in: one whose login is over, else the oldest
 * that nothing is delivered to; when all the others are registered, the newest itself. Were the oldest of those to
 * go, its client would be back at once and push out the next, without an end.
 */
export function ownToGo(
  sockets: Iterable<Socket>,
  newest: Socket,
  { sockets: most }: Pick<LimitSettings, "sockets">,
  now: EpochMs,
): Socket | undefined {
  const own = [...sockets].filter((socket) => !isStranger(socket));
  if (own.length <= most) return undefined;
  const others = own.filter(({ id }) => id !== newest.id).sort((a, b) => a.openedAt - b.openedAt);
  const isRegistered = ({ bindings }: Socket) => bindings.some((binding) => isCurrent(binding, now));
  return (
    others.find((socket) => !isAuthenticated(socket, now)) ??
    others.find((socket) => !isRegistered(socket)) ??
    newest
  );
}
