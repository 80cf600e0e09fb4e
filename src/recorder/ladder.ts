// The ladder of a call, made of what its homes have recorded.

import { epochMs } from "../base/brand";
import type { HomeRecords } from "../contracts/flight-record";
import type { Ladder, LadderLine } from "../contracts/ladder";
import { headerValue, type SipMessage } from "../sip/message";
import { reasonPhrase } from "../sip/reason-phrase";
import { formatDateTime } from "../xml/date-time";
import { eventWords } from "./event-words";
import { callSignOf, cseqMethod, hasCredentials, refusesLogin } from "./failure";
import { shortName } from "./identity";
import { type Joined, joinHalves, timeOf } from "./join";
import { lanesOf } from "./lanes";
import { reasonWords } from "./reason-words";
import { verdictOf } from "./verdict";
import { wordsOfStatus } from "./words";

export interface LadderOptions {
  readonly callId: string;
  /** The home that was asked first. */
  readonly aor: string;
  readonly missing: readonly { readonly aor: string; readonly why: string }[];
  /** `next` of the answer before. */
  readonly after?: string;
}

/** The ladder; of the lines those that are not known by `after`. */
export function ladderOf(halves: readonly HomeRecords[], options: LadderOptions): Ladder {
  const { callId, aor, missing, after } = options;
  const steps = joinHalves(halves, shortName);
  const live = halves.some(({ isLive }) => isLive);
  const lanes = lanesOf(
    steps,
    new Set(halves.flatMap((half) => (half.records.length > 0 ? [half.aor] : []))),
  );
  const refused = refusedLogins(steps);
  const all = steps.map((step) => ({ step, line: lineOf(step, lanes.endsOf(step), refused) }));
  const cursor = readCursor(after);
  const lines = all.filter(({ step }) => isNews(step, cursor)).map(({ line }) => line);
  const verdict = verdictOf(
    all.map(({ step, line }) => ({ ...line, message: messageOf(step), time: timeOf(step) })),
    lanes,
    live,
  );
  return {
    callId,
    aor,
    live,
    lanes: lanes.lanes,
    lines,
    ...(verdict === undefined ? {} : { verdict }),
    ...(missing.length === 0 ? {} : { missing }),
    next: formatCursor(halves),
  };
}

const messageOf = ({ sent, received }: Joined): SipMessage | undefined => (sent ?? received)?.message;

function lineOf(
  step: Joined,
  ends: { readonly from: string; readonly to: string },
  refused: ReadonlySet<Joined>,
): LadderLine {
  const { id } = step;
  const at = formatDateTime(epochMs(timeOf(step)));
  const record = (step.sent ?? step.received)?.record;
  const message = messageOf(step);
  if (record === undefined || record.kind === "event" || message === undefined) {
    const event = record?.kind === "event" ? record : undefined;
    const { label, words, failed } = eventWords(event?.event ?? "", event?.code, event?.why);
    return { id, at, ...ends, kind: "event", label, failed, ...(words === undefined ? {} : { words }) };
  }
  const { text, redacted, truncated } = record;
  const rest = {
    text,
    ...(redacted === undefined ? {} : { redacted }),
    ...(truncated === undefined ? {} : { truncated }),
  };
  if (message.kind === "request") {
    const failed = message.method !== "INVITE" && callSignOf(message, "out") === "failed";
    const words = reasonWords(message);
    return {
      ...{ id, at, ...ends, kind: "request" as const, label: message.method, method: message.method, failed },
      ...(words === undefined ? {} : { words }),
      ...rest,
    };
  }
  const method = cseqMethod(message);
  const failed = isFailure(message, method) || refused.has(step);
  const { status } = message;
  const label = `${status} ${message.reason || reasonPhrase(status)}`;
  return {
    ...{ id, at, ...ends, kind: "response" as const, label, method, status, failed },
    ...(failed ? { words: responseWords(message, method) } : {}),
    ...rest,
  };
}

/** A challenge is none, nor that a call was taken back. */
const isFailure = ({ status }: { readonly status: number }, method: string): boolean =>
  status >= 300 &&
  status !== 401 &&
  status !== 407 &&
  status !== 487 &&
  !(method === "INVITE" && status === 491);

function responseWords(message: SipMessage & { readonly kind: "response" }, method: string): string {
  const { title, explanation } = wordsOfStatus(message.status, method);
  const warning = /^\s*[0-9]{3} \S+ "([^"]{1,200})"/.exec(headerValue(message, "warning") ?? "")?.[1];
  const said = warning ?? reasonWords(message);
  return said === undefined ? `${title}: ${explanation}` : `${title}: ${explanation} (${said})`;
}

/** Challenges that came in answer to credentials. */
function refusedLogins(steps: readonly Joined[]): ReadonlySet<Joined> {
  const asked = new Set<string>();
  const refused = new Set<Joined>();
  for (const step of steps) {
    const message = messageOf(step);
    if (message === undefined) continue;
    const cseq = headerValue(message, "cseq") ?? "";
    if (message.kind === "request") {
      if (hasCredentials(message)) asked.add(cseq);
    } else if (
      (message.status === 401 || message.status === 407) &&
      asked.has(cseq) &&
      refusesLogin(message)
    ) {
      refused.add(step);
    }
  }
  return refused;
}

/** Of each home the number of its last record. */
const formatCursor = (halves: readonly HomeRecords[]): string =>
  halves.map(({ aor, records }) => `${shortName(aor)}-${records.at(-1)?.number ?? 0}`).join(".");

function readCursor(text: string | undefined): ReadonlyMap<string, number> {
  const seen = new Map<string, number>();
  for (const part of (text ?? "").split(".").slice(0, 16)) {
    const [home = "", number = ""] = part.split("-", 2);
    if (/^[0-9]{1,16}$/.test(number)) seen.set(home, Number(number));
  }
  return seen;
}

const isNews = ({ sent, received }: Joined, cursor: ReadonlyMap<string, number>): boolean =>
  [sent, received].some(
    (seen) => seen !== undefined && seen.record.number > (cursor.get(shortName(seen.home)) ?? -1),
  );
