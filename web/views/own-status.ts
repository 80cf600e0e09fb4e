// What the user says of himself to those who watch him.

import type { Activity, OwnPresence } from "../line/presence-document";
import { byId, onSubmit } from "./dom";

export interface OwnStatusView {
  show(presence: OwnPresence): void;
}

export function ownStatusView(stated: (presence: OwnPresence) => void): OwnStatusView {
  const form = byId("own-status", HTMLFormElement);
  const activity = byId("activity", HTMLSelectElement);
  const note = byId("note", HTMLInputElement);
  const state = () => stated({ activity: readActivity(activity.value), note: note.value.trim() });
  activity.addEventListener("change", state);
  onSubmit(form, state);
  return {
    show(presence) {
      activity.value = presence.activity ?? "";
      note.value = presence.note;
    },
  };
}

/** Undefined for an activity this page does not offer. */
export function readActivity(value: unknown): Activity | undefined {
  return value === "away" || value === "busy" ? value : undefined;
}
