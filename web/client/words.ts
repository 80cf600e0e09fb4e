// What the console says about states and answers.

import type { DotState } from "../design/badge";
import type { Mark, Person } from "../line/contract";
import type { Presence } from "../line/presence-document";
import type { LineState } from "../line/stay-registered";

export const lineWords: Readonly<Record<LineState["kind"], string>> = {
  connecting: "Connecting…",
  registered: "Connected",
  waiting: "No connection. Trying again…",
  refused: "Signed out",
};

/** Why the gateway turned an account away. */
export function refusalWords(status: number): string {
  if (status === 403) return "This account may not sign in here.";
  if (status === 404) return "This gateway does not serve that domain.";
  if (status === 429) return "Too many attempts. Wait a moment, then try again.";
  if (status >= 500) return "The gateway has trouble of its own. Try again in a moment.";
  return "Address and password do not match an account of this gateway.";
}

/** A watched user in a few words; undefined presence is that of somebody the gateway says nothing about. */
export function presenceWords(presence: Presence | undefined): string {
  if (presence === undefined) return "";
  const state =
    presence.basic === "closed"
      ? "Offline"
      : sentence(presence.activity?.replaceAll("-", " ") ?? "available");
  return presence.note === undefined ? state : `${state} · ${presence.note}`;
}

/** A person in a few words: presence, or why there is none. */
export function personWords({ presence, watching }: Person): string {
  if (watching === "pending") return "Has been asked to let you see";
  if (watching === "refused") return "Does not let you see";
  if (watching === "asking" && presence === undefined) return "Asking…";
  return presenceWords(presence) || "Nothing known";
}

export const lampWords = (lamp: Person["lamp"]): string | undefined =>
  lamp === "busy" ? "In a call" : lamp === "ringing" ? "Ringing" : undefined;

const away = new Set(["away", "sleeping", "vacation", "meal", "permanent-absence", "in-transit", "travel"]);

export function presenceDot(presence: Presence | undefined): DotState {
  if (presence?.basic !== "open") return "closed";
  if (presence.activity === undefined) return "open";
  return away.has(presence.activity) ? "away" : "busy";
}

/** What became of a message. */
export function markWords(mark: Mark): string {
  switch (mark.kind) {
    case "sending":
      return "sending…";
    case "stored":
      return "kept until they are back";
    case "delivered":
      return "delivered";
    case "displayed":
      return "read";
    case "unknown":
      return "the page was left before an answer came";
    case "refused":
      return refusedMessages.get(mark.status) ?? `refused: ${mark.status} ${mark.reason}`;
  }
}

const noAnswer = "not sent: the gateway did not answer";
const refusedMessages: ReadonlyMap<number, string> = new Map([
  [403, "refused: you may not write to this address"],
  [404, "refused: there is no such address here"],
  [408, noAnswer],
  [413, "refused: too long"],
  [429, "refused: too many messages at once"],
  [503, noAnswer],
]);

export const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
