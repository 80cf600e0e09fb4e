// What the page says about states and answers.

import type { Presence } from "../line/presence-document";
import type { LineState } from "../line/stay-registered";

export const lineWords: Readonly<Record<LineState["kind"], string>> = {
  connecting: "Connecting…",
  registered: "Connected",
  waiting: "No connection. Trying again…",
  refused: "Signed out",
};

/** Why the gateway turned an account away. */
export const refusalWords = (status: number): string =>
  status === 403
    ? "This account may not sign in here."
    : "Address and password do not match an account of this gateway.";

/** A watched user in a few words; undefined presence is that of somebody the gateway says nothing about. */
export function presenceWords(presence: Presence | undefined): string {
  if (presence === undefined) return "";
  const state =
    presence.basic === "closed"
      ? "Offline"
      : sentence(presence.activity?.replaceAll("-", " ") ?? "available");
  return presence.note === undefined ? state : `${state} · ${presence.note}`;
}

/** Which of the three dots stands for it. */
export function presenceDot(presence: Presence | undefined): "open" | "engaged" | "closed" {
  if (presence?.basic !== "open") return "closed";
  return presence.activity === undefined ? "open" : "engaged";
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
