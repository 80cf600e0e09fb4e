// A presence document from what a user states in a form: reachable or not, doing what, feeling how, and a note.
// It is a publication like any other: PIDF (RFC 3863 §4.1) with a person of the data model (RFC 4479 §5) whose
// activity and mood are RPID's (RFC 4480 §3.2, §3.5), as writePresenceDocument would write it.
// The note stands at the document's root: it is about the presentity (RFC 3863 §4.1.6), and there every client looks.

import type { EpochMs } from "../base/brand";
import { err, ok, type Result } from "../base/result";
import { appendElement, rootElement } from "../xml/build";
import { formatDateTime } from "../xml/date-time";
import { serializeXml } from "../xml/serialize";
import type { XmlElement } from "../xml/tree";
import { DATA_MODEL, PIDF, RPID } from "./namespace";

/** RFC 4480 §3.2, without `other`, which is no activity but a text: that is what a note is for. */
export const ACTIVITIES = [
  ...(["appointment", "away", "breakfast", "busy", "dinner", "holiday", "in-transit"] as const),
  // `lunch` is in the section and was forgotten in the schema (§5.1); who reads RPID leniently knows it.
  ...(["looking-for-work", "lunch", "meal", "meeting", "on-the-phone", "performance"] as const),
  ...(["permanent-absence", "playing", "presentation", "shopping", "sleeping", "spectator"] as const),
  ...(["steering", "travel", "tv", "unknown", "vacation", "working", "worship"] as const),
];

/** RFC 4480 §3.5, without `other`. */
export const MOODS = [
  ...(["afraid", "amazed", "angry", "annoyed", "anxious", "ashamed", "bored", "brave", "calm"] as const),
  ...(["cold", "confused", "contented", "cranky", "curious", "depressed", "disappointed"] as const),
  ...(["disgusted", "distracted", "embarrassed", "excited", "flirtatious", "frustrated"] as const),
  ...(["grumpy", "guilty", "happy", "hot", "humbled", "humiliated", "hungry", "hurt"] as const),
  ...(["impressed", "in_awe", "in_love", "indignant", "interested", "invincible", "jealous"] as const),
  ...(["lonely", "mean", "moody", "nervous", "neutral", "offended", "playful", "proud"] as const),
  ...(["relieved", "remorseful", "restless", "sad", "sarcastic", "serious", "shocked", "shy"] as const),
  ...(["sick", "sleepy", "stressed", "surprised", "thirsty", "unknown", "worried"] as const),
];

/** UTF-16 code units. */
export const LONGEST_NOTE = 1000;

export interface StatedPresence {
  readonly basic: "open" | "closed";
  /** One of ACTIVITIES. */
  readonly activity?: string;
  /** Shown as it is; at most LONGEST_NOTE. */
  readonly note?: string;
  /** One of MOODS. */
  readonly mood?: string;
}

/** Which member cannot be taken, and why. */
export interface StatedPresenceError {
  readonly where: "activity" | "note" | "mood";
  readonly detail: string;
}

/**
 * The `application/pidf+xml` text about `entity`, `sip:user@domain`.
 *
 * @param at when the user stated it: what occurrences of other devices are weighed against (RFC 4479 §3.5).
 */
export function presenceFromJson(
  stated: StatedPresence,
  entity: string,
  at: EpochMs,
): Result<string, StatedPresenceError> {
  const failure = faultOf(stated);
  if (failure !== undefined) return err(failure);
  const root = rootElement(pidf("presence"), { attributes: { entity } });
  appendTuple(root, stated.basic, entity, at);
  if (stated.note !== undefined) appendElement(root, pidf("note"), { text: stated.note });
  if (stated.activity !== undefined || stated.mood !== undefined) appendPerson(root, stated, at);
  return ok(serializeXml(root));
}

function faultOf({ activity, note = "", mood }: StatedPresence): StatedPresenceError | undefined {
  // These become the names of elements.
  if (activity !== undefined && !ACTIVITIES.some((known) => known === activity)) {
    return { where: "activity", detail: "is none of RFC 4480 §3.2" };
  }
  if (mood !== undefined && !MOODS.some((known) => known === mood)) {
    return { where: "mood", detail: "is none of RFC 4480 §3.5" };
  }
  return note.length > LONGEST_NOTE
    ? { where: "note", detail: `is longer than ${LONGEST_NOTE} characters` }
    : undefined;
}

function appendTuple(root: XmlElement, basic: StatedPresence["basic"], entity: string, at: EpochMs): void {
  const tuple = appendElement(root, pidf("tuple"), { attributes: { id: "stated" } });
  const status = appendElement(tuple, pidf("status"));
  appendElement(status, pidf("basic"), { text: basic });
  appendElement(tuple, pidf("contact"), { text: entity });
  appendElement(tuple, pidf("timestamp"), { text: formatDateTime(at) });
}

function appendPerson(root: XmlElement, { activity, mood }: StatedPresence, at: EpochMs): void {
  const person = appendElement(root, dataModel("person"), { attributes: { id: "stated-person" } });
  if (activity !== undefined) appendElement(appendElement(person, rpid("activities")), rpid(activity));
  if (mood !== undefined) appendElement(appendElement(person, rpid("mood")), rpid(mood));
  appendElement(person, dataModel("timestamp"), { text: formatDateTime(at) });
}

const pidf = (name: string) => ({ namespace: PIDF, name });
const dataModel = (name: string) => ({ namespace: DATA_MODEL, name: `dm:${name}` });
const rpid = (name: string) => ({ namespace: RPID, name: `rpid:${name}` });
