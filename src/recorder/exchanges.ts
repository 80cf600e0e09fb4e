// What was recorded at a home as a list: a line for each Call-ID, newest first.

import type { Exchange, ExchangePage, NumberedRecord, RecordedMessage } from "../contracts/flight-record";
import { parseNameAddr } from "../sip/headers/name-addr";
import { headerValue, type SipMessage } from "../sip/message";
import { parseText } from "../sip/parser";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import { callSignOf, cseqMethod, hasCredentials } from "./failure";
import { wordsOfStatus } from "./words";

interface Gathered {
  readonly callId: string;
  readonly number: number;
  readonly startedAt: NumberedRecord["at"];
  lastAt: NumberedRecord["at"];
  messages: number;
  readonly first: RecordedMessage;
  readonly firstMessage: SipMessage;
  /** Credentials were sent. */
  hasCredentials: boolean;
  status: number | undefined;
  isBye: boolean;
  /** A BYE or CANCEL said that something went wrong. */
  isBroken: boolean;
}

/** One page; `before` is the `next` of the page before. */
export function exchangesIn(
  records: Iterable<NumberedRecord>,
  aor: AddressOfRecord,
  before: string | undefined,
  limit: number,
): ExchangePage {
  const gathered = [...gather(records).values()].sort((a, b) => b.number - a.number);
  const from = before === undefined ? gathered : gathered.filter(({ number }) => number < Number(before));
  const page = from.slice(0, limit);
  const next = from.length > limit ? page.at(-1)?.number : undefined;
  const exchanges = page.map((each) => exchangeOf(each, aor));
  return next === undefined ? { exchanges } : { exchanges, next: String(next) };
}

function gather(records: Iterable<NumberedRecord>): ReadonlyMap<string, Gathered> {
  const byCall = new Map<string, Gathered>();
  for (const record of records) {
    if (record.kind !== "message") continue;
    const known = byCall.get(record.callId);
    const parsed = parseText(record.text);
    if (!parsed.ok) continue;
    const message = parsed.value;
    if (known === undefined) {
      byCall.set(record.callId, {
        callId: record.callId,
        number: record.number,
        startedAt: record.at,
        lastAt: record.at,
        messages: 1,
        first: record,
        firstMessage: message,
        hasCredentials: message.kind === "request" && hasCredentials(message),
        status: statusOf(message, cseqMethod(message)),
        isBye: false,
        isBroken: false,
      });
      continue;
    }
    known.messages++;
    known.lastAt = record.at;
    if (message.kind === "request" && hasCredentials(message)) known.hasCredentials = true;
    if (message.kind === "request" && message.method === "BYE") known.isBye = true;
    if (isBroken(message)) known.isBroken = true;
    if (!isTaken(known)) known.status = statusOf(message, cseqMethod(known.firstMessage)) ?? known.status;
  }
  return byCall;
}

/** A call that one device has taken: what others say of it, and of changes to it, is not its outcome. */
const isTaken = ({ status, firstMessage }: Gathered): boolean =>
  status !== undefined && status < 300 && cseqMethod(firstMessage) === "INVITE";

const isBroken = (message: SipMessage): boolean =>
  message.kind === "request" && callSignOf(message, "in") === "failed";

const statusOf = (message: SipMessage, method: string): number | undefined =>
  message.kind === "response" && message.status >= 200 && cseqMethod(message) === method
    ? message.status
    : undefined;

function exchangeOf(gathered: Gathered, aor: AddressOfRecord): Exchange {
  const { firstMessage, first, status } = gathered;
  const method = cseqMethod(firstMessage);
  const from = uriIn(firstMessage, "from");
  const isOwn = from === `sip:${aor}`;
  const isChallenge = (status === 401 || status === 407) && !gathered.hasCredentials;
  const isRefused = status !== undefined && status >= 300 && status !== 487 && !isChallenge;
  const failed = isRefused || gathered.isBroken;
  return {
    callId: gathered.callId,
    startedAt: gathered.startedAt,
    lastAt: gathered.lastAt,
    method,
    peer: isOwn ? uriIn(firstMessage, "to") : from,
    direction: isOwn || (first.hop.kind === "socket" && first.direction === "in") ? "outgoing" : "incoming",
    messages: gathered.messages,
    ...(status === undefined ? {} : { status }),
    failed,
    summary: summaryOf(gathered, isRefused),
  };
}

function summaryOf({ status, isBye, isBroken, firstMessage }: Gathered, isRefused: boolean): string {
  if (isBroken && !isRefused) return "Ended by an error";
  if (status === undefined) return "No final answer yet";
  if (status === 487) return "Cancelled";
  if (isRefused) return wordsOfStatus(status, cseqMethod(firstMessage)).title;
  if (status >= 300) return "Asked for a login";
  if (cseqMethod(firstMessage) !== "INVITE") return "Went well";
  return isBye ? "Answered, and hung up" : "Answered";
}

function uriIn(message: SipMessage, name: "from" | "to"): string {
  const read = parseNameAddr(headerValue(message, name) ?? "");
  return read.ok ? read.value.uri : "";
}
