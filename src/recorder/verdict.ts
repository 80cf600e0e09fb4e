// What became of a call, in words and in one look: what failed, who said so, and which line shows it.
//
// Everything is read off the ladder: a response was made where it is first seen, a device that was never sent the
// INVITE did not ring, and a BYE that no device sent is the gateway's. That holds of homes that have told all they did:
// of one that recorded nothing, or forgot, a verdict says no more than what came from it.

import type { Verdict } from "../contracts/ladder";
import { parseNameAddr } from "../sip/headers/name-addr";
import { headerValue, type SipMessage } from "../sip/message";
import { addressOfRecordOf } from "../sip/uri/address-of-record";
import { parseUri } from "../sip/uri/uri";
import { callSignOf } from "./failure";
import { dialogTags, toTag } from "./identity";
import { type Lanes, userOf } from "./lanes";
import { reasonWords } from "./reason-words";
import { refusalVerdict } from "./refusal-verdict";
import { answeredEvent } from "./sighting";
import { type Case, clientWords, failure, type JudgedLine, spanWords } from "./verdict-words";

/** The verdict; undefined where there is no line. */
export function verdictOf(lines: readonly JudgedLine[], lanes: Lanes, live: boolean): Verdict | undefined {
  const first = lines.find(({ message }) => message !== undefined);
  if (first?.message === undefined) return undefined;
  const { message } = first;
  const caller = userOf(addressIn(message, "from"));
  const callee = userOf(addressIn(message, "to"));
  const judged: Case = { lines, lanes, caller, callee };
  const login = loginVerdict(judged);
  const isCall = lines.some(({ method }) => method === "INVITE");
  if (login !== undefined && !wasServedAfter(judged, login.line)) return login;
  if (!isCall) return exchangeVerdict(judged, live);
  return callVerdict(judged, live);
}

/** Credentials that were refused. */
function loginVerdict({ lines, lanes }: Case): Verdict | undefined {
  const line = lines.findLast(({ status, failed }) => failed && (status === 401 || status === 407));
  const event = lines.findLast(({ label }) => /^(?:login|token) /.test(label));
  const shown = line ?? (event?.failed === true ? event : undefined);
  if (shown === undefined) return undefined;
  const device = lanes.isDevice(shown.to)
    ? shown.to
    : (lines.find(({ from }) => lanes.isDevice(from))?.from ?? "");
  const who = userOf(lanes.ownerOf(device === "" ? shown.from : device));
  const on = clientWords(lanes, device);
  const isToken = event?.label.startsWith("token") === true;
  const isHeldOff = event?.label.startsWith("login held off") === true;
  if (isHeldOff)
    return failure(
      "Too many failed logins",
      `After many wrong passwords no login for ${who} is judged for a while.`,
      shown,
    );
  return isToken
    ? failure(
        "Login refused: the token",
        `The token that ${who}${on} sent was refused. ${event?.words ?? ""}`.trim(),
        shown,
      )
    : failure(
        "Wrong password",
        `The password for ${who}${on} is wrong: the login was refused (${shown.status ?? 401}).`,
        shown,
      );
}

/** A login that was refused first and went well then is no failure. */
function wasServedAfter({ lines }: Case, id: string | undefined): boolean {
  const at = lines.findIndex((line) => line.id === id);
  return lines.slice(at + 1).some(({ status }) => status !== undefined && status >= 100 && status < 300);
}

/** Of an exchange that is no call. */
function exchangeVerdict({ lines, lanes }: Case, live: boolean): Verdict | undefined {
  const first = lines.find(({ kind }) => kind === "request");
  const method = first?.method ?? "The request";
  const final = lines.findLast(
    ({ kind, status, method: of }) => kind === "response" && (status ?? 0) >= 200 && of === method,
  );
  if (final === undefined) {
    if (live) return undefined;
    return {
      failed: false,
      title: "No final answer recorded",
      explanation: `${method} was sent, and no final answer to it was recorded.`,
    };
  }
  if ((final.status ?? 0) < 300)
    return {
      failed: false,
      title: "Went well",
      explanation: `${method} was answered ${final.label}.`,
      line: final.id,
    };
  if (!final.failed)
    return {
      failed: false,
      title: "Asked for a login",
      explanation: `${method} was answered with a challenge, and nothing came after that.`,
      line: final.id,
    };
  const maker = userOf(lanes.ownerOf(final.from));
  return failure(
    `${method} was refused (${final.status})`,
    `${final.words ?? final.label} Answered by ${maker}'s side.`,
    final,
  );
}

function callVerdict(judged: Case, live: boolean): Verdict | undefined {
  const { lines, lanes, callee } = judged;
  const finals = lines.filter(
    ({ kind, method, status }) => kind === "response" && method === "INVITE" && (status ?? 0) >= 200,
  );
  const answers = finals.filter(({ status }) => (status ?? 0) < 300);
  const talk = talkOf(judged, answers);
  if (talk !== undefined) return talkedVerdict(judged, talk, live);
  // What the caller was told counts: what reached a device, or else the last there is.
  const told = finals.findLast(({ to }) => lanes.isDevice(to)) ?? finals.at(-1);
  const isChallenge = told !== undefined && (told.status === 401 || told.status === 407) && !told.failed;
  if (told === undefined || (isChallenge && live)) {
    if (!live)
      return {
        failed: false,
        title: "No final answer recorded",
        explanation: "How the call ended was not recorded.",
      };
    const rings = lines.some(
      ({ status, method }) => method === "INVITE" && (status === 180 || status === 183),
    );
    return rings
      ? { failed: false, title: "It rings", explanation: `${callee} has been rung and has not answered yet.` }
      : {
          failed: false,
          title: "Under way",
          explanation: `The call has been sent to ${callee}, and nothing rings yet.`,
        };
  }
  if (isChallenge)
    return {
      failed: false,
      title: "Asked for a login",
      explanation: "The call was answered with a challenge, and nothing came after that.",
      line: told.id,
    };
  return refusalVerdict(judged, told, makerOf(lines, told));
}

/** The line in which that response is first seen: who sent it made it. */
function makerOf(lines: readonly JudgedLine[], told: JudgedLine): JudgedLine {
  const tag = told.message === undefined ? "" : toTag(told.message);
  return (
    lines.find(
      ({ kind, status, method, message }) =>
        kind === "response" &&
        status === told.status &&
        method === told.method &&
        message !== undefined &&
        toTag(message) === tag,
    ) ?? told
  );
}

/** An answer, and the BYE that ended what it began. */
interface Talk {
  readonly answer: JudgedLine;
  readonly bye: JudgedLine | undefined;
}

/** Of several devices that took the call, the one that kept it: on the others the caller hangs up (RFC 3261 §13.2.2.4). */
function talkOf({ lines }: Case, answers: readonly JudgedLine[]): Talk | undefined {
  const byes = lines.filter(({ method, kind }) => method === "BYE" && kind === "request");
  const [first] = answers;
  const dialogs = new Map(answers.map((each) => [dialogOf(each), each] as const).reverse());
  if (dialogs.size <= 1) {
    const answer = first ?? lines.find(({ kind, label }) => kind === "event" && label === answeredEvent);
    return answer === undefined ? undefined : { answer, bye: byes[0] };
  }
  const talks = [...dialogs].map(([dialog, answer]): Talk => {
    return { answer, bye: byes.find((bye) => dialogOf(bye) === dialog) };
  });
  const lasts = (talk: Talk): number => talk.bye?.time ?? Number.POSITIVE_INFINITY;
  return talks.reduce((longest, each) => (lasts(each) > lasts(longest) ? each : longest));
}

const dialogOf = ({ message }: JudgedLine): string => (message === undefined ? "" : dialogTags(message));

/** Whether a response is to a request within a dialog: the refusal of one phone among several is not. */
function isWithin({ lines }: Case, { message }: JudgedLine): boolean {
  if (message === undefined) return false;
  const cseq = headerValue(message, "cseq");
  return lines.some(
    ({ message: request }) =>
      request?.kind === "request" &&
      headerValue(request, "cseq") === cseq &&
      toTag(request) !== "" &&
      dialogTags(request) === dialogTags(message),
  );
}

function talkedVerdict(judged: Case, { answer, bye }: Talk, live: boolean): Verdict {
  const { lines, lanes } = judged;
  const refused = lines.findLast(
    (line) =>
      line.kind === "response" &&
      line.failed &&
      (line.method === "INVITE" || line.method === "UPDATE") &&
      (line.status ?? 0) >= 300 &&
      isWithin(judged, line),
  );
  if (bye === undefined) {
    if (refused !== undefined && !live)
      return failure(
        `A change of the call was refused (${refused.status})`,
        refused.words ?? refused.label,
        refused,
      );
    return live
      ? {
          failed: false,
          title: "The call goes on",
          explanation: "It was answered, and nobody has hung up.",
          line: answer.id,
        }
      : {
          failed: false,
          title: "Answered",
          explanation: "How the call ended was not recorded.",
          line: answer.id,
        };
  }
  const span = spanWords(bye.time - answer.time);
  const who = userOf(lanes.ownerOf(bye.from));
  const why = bye.message === undefined ? undefined : reasonWords(bye.message);
  if (!lanes.isDevice(bye.from) && lanes.isRecorded(bye.from)) return cutVerdict(judged, bye, span);
  if (bye.message !== undefined && callSignOf(bye.message, "in") === "failed")
    return failure(
      `${who}'s ${lanes.isDevice(bye.from) ? "client" : "side"} ended the call`,
      `It was answered, and ${span} later ${who}${clientWords(lanes, bye.from)} ended it and said why: ${why ?? "no reason"}.`,
      bye,
    );
  return {
    failed: false,
    title: "Answered, and hung up",
    explanation: `${who}${clientWords(lanes, bye.from)} hung up ${span} after the answer${why === undefined ? "" : ` (${why})`}.`,
    line: bye.id,
  };
}

/** The gateway hung up: for a page that was away, or because its account was closed. */
function cutVerdict(judged: Case, bye: JudgedLine, span: string): Verdict {
  const who = userOf(judged.lanes.ownerOf(bye.from));
  const why = bye.message === undefined ? undefined : reasonWords(bye.message);
  if (why !== undefined && !why.startsWith("Page gone"))
    return failure(
      "The gateway ended the call",
      `${who}'s home hung up ${span} after the answer: ${why}.`,
      bye,
    );
  const cut = cutBefore(judged, bye);
  if (cut === undefined)
    return failure(
      "The gateway ended the call",
      `${who}'s page was away, and its home hung up for it ${span} after the answer.`,
      bye,
    );
  return failure(
    `${who}'s connection was lost`,
    `${who}'s socket closed (${cut.label.replace(/^socket closed ?/, "").replace(/[()]/g, "") || "no code"}) and did not come back: the gateway ended the call ${spanWords(bye.time - cut.time)} later.`,
    cut,
  );
}

/** The end of the connection that the call went over, with nothing after it. */
function cutBefore({ lines, lanes }: Case, bye: JudgedLine): JudgedLine | undefined {
  const home = lanes.ownerOf(bye.from);
  const before = lines.filter(
    ({ from, time }) => lanes.isDevice(from) && lanes.ownerOf(from) === home && time <= bye.time,
  );
  const parties = new Set(before.flatMap((line) => (isPartys(line) ? [line.from] : [])));
  const isCut = ({ kind, from, label }: JudgedLine): boolean =>
    kind === "event" && label.startsWith("socket closed") && (parties.size === 0 || parties.has(from));
  const cut = before.findLast(isCut);
  const isBack = before
    .slice(cut === undefined ? 0 : before.indexOf(cut) + 1)
    .some(({ from }) => from === cut?.from);
  return isBack ? undefined : cut;
}

/** A device that placed the call or took it. */
const isPartys = ({ kind, method, status }: JudgedLine): boolean =>
  method === "INVITE" && (kind === "request" || (status !== undefined && status >= 200 && status < 300));

function addressIn(message: SipMessage, name: "from" | "to"): string {
  const read = parseNameAddr(headerValue(message, name) ?? "");
  if (!read.ok) return "";
  const uri = parseUri(read.value.uri);
  return uri.ok && uri.value.kind === "sip"
    ? (addressOfRecordOf(uri.value) ?? read.value.uri)
    : read.value.uri;
}
