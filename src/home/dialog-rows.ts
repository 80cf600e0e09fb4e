// Changes of the dialog table, in memory and in rows: a row is money, and is written when it has to be.

import { applyDialogChanges, type DialogChange } from "../dialog/dialog-table";
import { touchCall } from "./calls/calls";
import { emit, type Turn } from "./turn";

/** Makes changes of the table true in memory and in rows: a call's dialogs stand in the call's own. */
export function applyDialogs(turn: Turn, changes: readonly DialogChange[]): void {
  const { dialogs, unwritten } = turn.state;
  for (const change of changes) {
    const row = change.kind === "putDialog" ? change.row : dialogs.get(change.id);
    applyDialogChanges(dialogs, [change]);
    const isInNoRow = unwritten.delete(row?.id ?? "") && change.kind === "deleteDialog";
    if (isInNoRow) continue;
    if (row?.call === undefined) emit(turn, change);
    // What has ended is in the row already, and goes from there by itself.
    else if (change.kind === "putDialog" || row.state !== "ended") touchCall(turn, row.call);
  }
}

/**
 * The half-dialog of a SUBSCRIBE or REFER that leaves. Its answer comes within moments, and forms it or takes it back: it is
 * a row when that has happened, or when the answer is long in coming. Should the home be killed before, its sockets are
 * closed, and the client knows no more of its request than the home does.
 */
export function openDialogs(turn: Turn, changes: readonly DialogChange[]): void {
  const { dialogs, unwritten } = turn.state;
  for (const change of changes) {
    const isNew =
      change.kind === "putDialog" &&
      (dialogs.get(change.row.id) === undefined || unwritten.has(change.row.id));
    if (!isNew) applyDialogs(turn, [change]);
    else {
      applyDialogChanges(dialogs, [change]);
      unwritten.add(change.row.id);
    }
  }
}

/** The answer is long in coming, or nobody knows whether there will be one. */
export function writeDialog(turn: Turn, id: string): void {
  const row = turn.state.dialogs.get(id);
  if (row !== undefined && turn.state.unwritten.has(id)) applyDialogs(turn, [{ kind: "putDialog", row }]);
}
