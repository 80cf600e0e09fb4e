// The dialogs that the 2xx of an INVITE form, as far as their ACK is awaited (RFC 3261 §13.2.2.4, design "When a
// device is away in a call").

import { type Leg, type LegDialog, type LegEffect, type LegStep, stay, withEffects } from "./leg-state";

/** Dialogs one INVITE is looked after for; a fork has no more branches than this at any home. */
const mostDialogs = 60;

export const hasUnacknowledged = ({ dialogs }: Leg): boolean =>
  dialogs.some(({ state }) => state === "unacknowledged");

/** The leg with the dialog of a 2xx; a repeated 2xx changes nothing. */
export function withDialog(state: Leg, toTag: string): Leg {
  const { dialogs } = state;
  if (dialogs.length >= mostDialogs || dialogs.some((dialog) => dialog.toTag === toTag)) return state;
  return { ...state, dialogs: [...dialogs, { toTag, state: "unacknowledged" }] };
}

/** The page has acknowledged a 2xx. An ACK after this home has hung up comes too late. */
export const acknowledged = (state: Leg, toTag: string): Leg =>
  settle(state, (dialog) =>
    dialog.toTag === toTag && dialog.state === "unacknowledged" ? { toTag, state: "acknowledged" } : dialog,
  );

/** All dialogs as acknowledged, for want of anything that says they are not. */
export const allAcknowledged = (state: Leg): Leg =>
  settle(state, ({ toTag, state: was }) => ({ toTag, state: was === "hungUp" ? was : "acknowledged" }));

function settle(state: Leg, change: (dialog: LegDialog) => LegDialog): Leg {
  const settled = { ...state, dialogs: state.dialogs.map(change) };
  if (hasUnacknowledged(settled)) return settled;
  const { acknowledge: _, ...timers } = settled.timers;
  return { ...settled, timers };
}

/** Acknowledges and ends whatever the caller has not acknowledged. */
export function hangUp(state: Leg, reason: string): LegStep {
  const effects = state.dialogs.flatMap(({ toTag, state: was }): readonly LegEffect[] =>
    was === "unacknowledged"
      ? [
          { kind: "acknowledge", toTag },
          { kind: "bye", toTag, reason },
        ]
      : [],
  );
  const hungUp = settle(state, ({ toTag, state: was }) => ({
    toTag,
    state: was === "unacknowledged" ? "hungUp" : was,
  }));
  return withEffects(hungUp, ...effects);
}

/** A 2xx of a dialog this home has ended: its ACK was lost, and is repeated. */
export const acknowledgeAgain = (state: Leg, toTag: string): LegStep =>
  state.dialogs.some((dialog) => dialog.toTag === toTag && dialog.state === "hungUp")
    ? withEffects(state, { kind: "acknowledge", toTag })
    : stay(state);
