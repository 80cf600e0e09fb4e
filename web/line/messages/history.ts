// The user's log at the gateway (`GET /v1/me/messages`), where it keeps history: what was said on other devices, or
// before this tab was opened. The log knows no ids of messages, so a line is known again by its text and time.

import { members } from "../../kept";
import type { OwnApi } from "../own-api";
import { cpimType, readBody } from "./body";
import { readCpim } from "./cpim";
import type { KeptLine } from "./kept-lines";

export interface LoggedLine {
  readonly peer: string;
  readonly line: KeptLine;
  /** No device had it yet: it comes by SIP. */
  readonly isWaiting: boolean;
}

const pageLength = 200;
/** Enough for what is shown: the log is read from its beginning. */
const mostPages = 20;

export interface History {
  readonly lines: readonly LoggedLine[];
  /** Where to go on the next time. */
  readonly after: number;
}

/** What the log has behind `after`. Nothing where the gateway has no log for users, or cannot be reached. */
export async function readHistory(api: OwnApi, after: number): Promise<History> {
  const lines: LoggedLine[] = [];
  let reached = after;
  for (let page = 0; page < mostPages; page += 1) {
    const query = { after: String(reached), limit: String(pageLength) };
    const answer = await api.get("/v1/me/messages", query).catch(() => undefined);
    const { messages, next } = members(answer) ?? {};
    if (!Array.isArray(messages)) break;
    const ahead = api.ahead();
    lines.push(...messages.flatMap(readLogged).map((each) => byOurClock(each, ahead)));
    const last = typeof next === "number" ? next : members(messages.at(-1))?.["sequence"];
    if (typeof last !== "number" || last <= reached) break;
    reached = last;
    if (next === undefined) break;
  }
  return { lines, after: reached };
}

/** Clocks of users are wrong by minutes, and the same line would be two. */
const byOurClock = (logged: LoggedLine, ahead: number): LoggedLine => ({
  ...logged,
  line: { ...logged.line, at: logged.line.at - ahead },
});

export function readLogged(value: unknown): readonly LoggedLine[] {
  const { sequence, direction, from, to, at, contentType, body, encoding, taken } = members(value) ?? {};
  const isSent = direction === "sent";
  const peer = addressOf(isSent ? to : from);
  const when = typeof at === "string" ? Date.parse(at) : Number.NaN;
  if (peer === undefined || Number.isNaN(when) || typeof contentType !== "string") return [];
  if (typeof body !== "string" || encoding === "base64") return [];
  const content = readBody({ contentType, body, disposition: undefined });
  if (content?.kind !== "text") return [];
  const messageId = contentType.startsWith(cpimType) ? readCpim(body)?.messageId : undefined;
  const id = messageId === undefined ? `log-${String(sequence)}` : isSent ? messageId : `in-${messageId}`;
  const mark = isSent ? ({ kind: taken === false ? "stored" : "delivered" } as const) : undefined;
  const isWaiting = !isSent && taken === false;
  return [{ peer, line: { id, text: content.text, at: when, mark }, isWaiting }];
}

/** How far apart the gateway's time and a sender's own may be for one and the same line. */
const tolerance = 60_000;

/** Whether two lines are one, of which one comes of the log. */
export const isSameLine = (one: KeptLine, other: KeptLine): boolean =>
  one.id === other.id ||
  ((one.id.startsWith("log-") || other.id.startsWith("log-")) &&
    (one.mark === undefined) === (other.mark === undefined) &&
    one.text === other.text &&
    Math.abs(one.at - other.at) <= tolerance);

/** This machine knows the gateway's clock to a second. */
const clockError = 1500;

/**
 * Whether the log may have told of a message before it came. What was stored, and carbons, come under a Call-ID of the
 * gateway's own; all else has just been said, and the same words a few seconds ago are another line.
 */
export const mayBeLogged = (callId: string, realm: string, logged: number, now: number): boolean =>
  callId.endsWith(`@${realm}`) || now - logged <= clockError;

const storedFor = 2000;

/** A line that is so much older than its arrival was stored, and is shown where it was said; others as they came. */
export const wasStored = (arrived: number, logged: number): boolean => arrived - logged > storedFor;

/** The lines with those of the log that were not among them; each known line stands for one of the log. */
export function mergeHistory(lines: readonly KeptLine[], logged: readonly KeptLine[]): readonly KeptLine[] {
  const free = new Set(lines);
  const older = new Map<KeptLine, number>();
  const fresh = logged.filter((line) => {
    for (const known of free) {
      if (!isSameLine(known, line)) continue;
      free.delete(known);
      if (known.mark === undefined && wasStored(known.at, line.at)) older.set(known, line.at);
      return false;
    }
    return true;
  });
  if (fresh.length === 0 && older.size === 0) return lines;
  return [...lines.map((line) => ({ ...line, at: older.get(line) ?? line.at })), ...fresh];
}

function addressOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const [, address] = /^<?(?:sips?:)?([^\s@<>;?]{1,256}@[^\s@<>;?]{1,256})/i.exec(value) ?? [];
  return address;
}
