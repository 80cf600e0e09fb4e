// Changes of the dialog table, in memory and in rows.

import { applyDialogChanges, type DialogChange } from "../dialog/dialog-table";
import { touchCall } from "./calls/calls";
import { emit, type Turn } from "./turn";

/** Makes changes of the table true in memory and in rows: a call's dialogs stand in the call's own. */
export function applyDialogs(turn: Turn, changes: readonly DialogChange[]): void {
  for (const change of changes) {
    const row = change.kind === "putDialog" ? change.row : turn.state.dialogs.get(change.id);
    applyDialogChanges(turn.state.dialogs, [change]);
    if (row?.call === undefined) emit(turn, change);
    // What has ended is in the row already, and goes from there by itself.
    else if (change.kind === "putDialog" || row.state !== "ended") touchCall(turn, row.call);
  }
}
