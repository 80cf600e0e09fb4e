// Messages that wait for a user (RFC 3842 §3) and the text that says how many (§5.2): the lamp on a phone.
// Only the user sees it. Which header fields of new messages are told is the caller's choice, and none may be in the
// NOTIFY that answers a SUBSCRIBE (§3.5, §3.8).

import { seconds } from "../../base/brand";
import { err, ok, type Result } from "../../base/result";
import type { MessageClass, MessageCount, MessageCounts } from "../../contracts/message-counts";
import { isToken } from "../../sip/scan";
import type { EventPackage } from "../event-package";

export const messageSummary: EventPackage = {
  name: "message-summary",
  // RFC 3842 §3.5
  contentTypes: ["application/simple-message-summary"],
  // RFC 3842 §3.4: an hour; "hours or days" are usual.
  defaultExpires: seconds(3600),
  minExpires: seconds(60),
  maxExpires: seconds(86_400),
  audience: "owner",
};

export interface MessageSummary {
  readonly messagesWaiting: boolean;
  /** The URI of the mailbox, without angle brackets. A must where the resource is a group or an alias (§3.5). */
  readonly account?: string;
  /** In no order; a class that is absent is not spoken of. */
  readonly counts: MessageCounts;
}

/** The header fields of a new message, in order. */
export type MessageHeaders = readonly (readonly [name: string, value: string])[];

const LINES: readonly (readonly [MessageClass, string])[] = [
  ["voice", "Voice-Message"],
  ["video", "Video-Message"],
  ["fax", "Fax-Message"],
  ["pager", "Pager-Message"],
  ["multimedia", "Multimedia-Message"],
  ["text", "Text-Message"],
  ["none", "None"],
];

/** RFC 3842 §3.5 */
const LARGEST_COUNT = 2 ** 32 - 1;
/** UTF-16 code units of a body that is read. */
const LONGEST_BODY = 16_384;

/** Any control character could end a line, and so begin another field. */
const CONTROLS = /\p{Cc}+/gu;
const ACCOUNT_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\p{Cc}\s<>]+$/u;
const STATUS = /^messages-waiting[ \t]*:[ \t]*(yes|no)[ \t]*$/i;
const FIELD = /^([^\s:]+)[ \t]*:(.*)$/u;
const COUNTS = /^(\d+)[ \t]*\/[ \t]*(\d+)(?:[ \t]*\([ \t]*(\d+)[ \t]*\/[ \t]*(\d+)[ \t]*\))?$/;

/**
 * An `application/simple-message-summary` body (§5.2). An account that is no URI is left out, as is a header field
 * whose name is none; in a value, what could end the line becomes a space.
 */
export function composeMessageSummary(
  { messagesWaiting, account, counts }: MessageSummary,
  messages: readonly MessageHeaders[] = [],
): string {
  const lines = [`Messages-Waiting: ${messagesWaiting ? "yes" : "no"}`];
  if (account !== undefined && ACCOUNT_URI.test(account)) lines.push(`Message-Account: ${account}`);
  for (const [kind, name] of LINES) {
    const count = counts[kind];
    if (count !== undefined) lines.push(`${name}: ${formatCount(count)}`);
  }
  for (const message of messages) {
    const fields = message.filter(([name]) => isToken(name));
    // An empty block would be a blank line, and the next block's fields would be read as of two messages.
    if (fields.length === 0) continue;
    lines.push("", ...fields.map(([name, value]) => `${name}: ${value.replace(CONTROLS, " ")}`));
  }
  return lines.map((line) => `${line}\r\n`).join("");
}

function formatCount({ new: fresh, old, urgentNew, urgentOld }: MessageCount): string {
  const all = `${digits(fresh)}/${digits(old)}`;
  if (urgentNew === undefined && urgentOld === undefined) return all;
  return `${all} (${digits(urgentNew ?? 0)}/${digits(urgentOld ?? 0)})`;
}

const digits = (count: number): string => String(Math.min(count, LARGEST_COUNT));

/**
 * What such a body says of counts, or in a few words why it is none. Summaries of unknown classes and the header
 * fields of single messages are passed over. Never throws.
 */
export function readMessageSummary(body: string): Result<MessageSummary, string> {
  if (body.length > LONGEST_BODY) return err(`${body.length} characters`);
  const [first = "", ...others] = body.split(/\r?\n/);
  const status = STATUS.exec(first)?.[1]?.toLowerCase();
  if (status === undefined) return err("no Messages-Waiting");
  const end = others.indexOf("");
  let account: string | undefined;
  const counts: { [Class in MessageClass]?: MessageCount } = {};
  for (const line of end === -1 ? others : others.slice(0, end)) {
    const [, name = "", written = ""] = FIELD.exec(line) ?? [];
    const value = written.trim();
    if (name.toLowerCase() === "message-account") {
      if (account !== undefined || !ACCOUNT_URI.test(value)) return err("Message-Account");
      account = value;
      continue;
    }
    const kind = LINES.find(([, known]) => known.toLowerCase() === name.toLowerCase())?.[0];
    const count = readCount(value);
    if (count === undefined || (kind !== undefined && kind in counts)) return err("a summary line");
    if (kind !== undefined) counts[kind] = count;
  }
  const messagesWaiting = status === "yes";
  return ok({ messagesWaiting, ...(account === undefined ? {} : { account }), counts });
}

function readCount(value: string): MessageCount | undefined {
  const [match, ...written] = COUNTS.exec(value) ?? [];
  if (match === undefined) return undefined;
  // RFC 3842 §3.5: a larger value MUST be taken as this one.
  const [fresh = 0, old = 0, urgentNew, urgentOld] = written.map((digits) =>
    digits === undefined ? undefined : Math.min(Number(digits), LARGEST_COUNT),
  );
  const urgent = urgentNew === undefined || urgentOld === undefined ? {} : { urgentNew, urgentOld };
  return { new: fresh, old, ...urgent };
}
