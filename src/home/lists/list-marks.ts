// What the socket of a page remembers of its list subscriptions, so that a NOTIFY costs no row: the version (RFC 4662
// §5.2: one higher each time), and when the virtual subscriptions are to be refreshed. Where the socket is another than
// the one that was told, full state is owed, under a version that is above any that can have been sent.

import type { Subscription } from "../../events/subscription";
import { owes } from "../../rls/list-state";
import { socketOfPage } from "../page";
import type { ListMark, ListRun, Socket } from "../state";
import { putSocket, type Turn } from "../turn";

/** The open socket of the page that subscribed. */
function socketOf({ state, ...turn }: Turn, { callId, remoteTag }: Subscription): Socket | undefined {
  for (const row of state.dialogs.values()) {
    const isIts = row.callId === callId && row.localTag === remoteTag && row.openedBy === "local";
    if (isIts) return socketOfPage({ state, ...turn }, row.page);
  }
  return undefined;
}

export function writeMark(turn: Turn, subscription: Subscription, run: ListRun): void {
  const socket = socketOf(turn, subscription);
  if (socket === undefined || run.state.kind !== "open") return;
  const behind = owes(run.state) !== "nothing";
  const { refreshAt } = run;
  const { version } = run.state;
  const mark: ListMark = { version, behind, ...(refreshAt === undefined ? {} : { refreshAt }) };
  const known = socket.lists?.[subscription.id];
  const isSame =
    known?.version === mark.version && known.behind === behind && known.refreshAt === mark.refreshAt;
  if (!isSame) putSocket(turn, { ...socket, lists: { ...socket.lists, [subscription.id]: mark } });
}

export function eraseMark(turn: Turn, id: string): void {
  for (const socket of [...turn.state.sockets.values()]) {
    if (socket.lists?.[id] === undefined) continue;
    const { [id]: _, ...lists } = socket.lists;
    putSocket(turn, { ...socket, lists });
  }
}

/**
 * NOTIFYs of one subscription go one after the other's answer, which takes a millisecond at the very least; and a clock may
 * have been set back since the subscription began, by less than this.
 */
const headStart = 600_000;

/** Memory was read from rows: what has been told since they were written, as far as is known. */
export function readMark(turn: Turn, subscription: Subscription, run: ListRun): ListRun {
  if (run.state.kind !== "open") return run;
  const mark = socketOf(turn, subscription)?.lists?.[subscription.id];
  if (mark === undefined) {
    const version = Math.max(0, turn.now - subscription.createdAt) + headStart;
    return { ...run, state: { ...run.state, version, owesFull: true } };
  }
  const { version, behind, refreshAt } = mark;
  const resources = run.state.resources.map((resource) => {
    const { owedSince, ...told } = resource;
    // What a row calls owed was told, unless it changed after the last NOTIFY.
    return owedSince === undefined || owedSince >= version ? resource : told;
  });
  return {
    ...run,
    refreshAt: refreshAt ?? run.refreshAt,
    // A NOTIFY that the row calls for, and that was sent, may not have come: its successor has something to say.
    state: { ...run.state, version, owesFull: behind || subscription.owed !== "nothing", resources },
  };
}
