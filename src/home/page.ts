// Pages: a device's Contact URI, which owns dialogs and comes and goes with its socket (design "Socket, page, device,
// account").

import { after } from "../base/brand";
import type { Socket } from "./state";
import type { Turn } from "./turn";

export const isPageOf = (socket: Socket, page: string): boolean =>
  socket.page === page || socket.bindings.some((binding) => binding.uri === page);

/** The open socket of a page. */
export function socketOfPage(turn: Turn, page: string): Socket | undefined {
  for (const socket of turn.state.sockets.values()) if (isPageOf(socket, page)) return socket;
  return undefined;
}

export const isPageOpen = (turn: Turn, page: string): boolean => socketOfPage(turn, page) !== undefined;

/**
 * Whether a page without a socket has been so for longer than the grace. When it went is known from memory; a
 * page that was gone before this memory began is given the grace from then on ("counted from discovery").
 */
export function isPageLost(turn: Turn, page: string): boolean {
  const since = turn.state.lostPages.get(page) ?? turn.state.loadedAt;
  return after(since, turn.ports.settings.registration.grace) <= turn.now;
}
