// What became of a call, in words and in one look: what failed, who said so, and which line shows it.
//
// Everything is read off the ladder: a response was made where it is first seen, a device that was never sent the
// INVITE did not ring, and a BYE that no device sent is the gateway's.

import type { Verdict } from "../contracts/ladder";
import { parseNameAddr } from "../sip/headers/name-addr";
import { headerValue, type SipMessage } from "../sip/message";
import { addressOfRecordOf } from "../sip/uri/address-of-record";
import { parseUri } from "../sip/uri/uri";
import { callSignOf } from "./failure";
import { toTag } from "./identity";
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
  const answer =
    finals.find(({ status }) => (status ?? 0) < 300) ??
    lines.find(({ kind, label }) => kind === "event" && label === answeredEvent);
  if (answer !== undefined) return talkedVerdict(judged, answer, live);
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

function talkedVerdict(judged: Case, answer: JudgedLine, live: boolean): Verdict {
  const { lines, lanes } = judged;
  const bye = lines.find(({ method, kind }) => method === "BYE" && kind === "request");
  const refused = lines.findLast(
    ({ kind, method, status, failed }) =>
      kind === "response" && failed && (method === "INVITE" || method === "UPDATE") && (status ?? 0) >= 300,
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
  if (!lanes.isDevice(bye.from)) return cutVerdict(judged, bye, span);
  if (bye.message !== undefined && callSignOf(bye.message, "in") === "failed")
    return failure(
      `${who}'s client ended the call`,
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

/** The gateway hung up, for a page that was away. */
function cutVerdict({ lines, lanes }: Case, bye: JudgedLine, span: string): Verdict {
  const home = lanes.ownerOf(bye.from);
  const who = userOf(home);
  const cut = lines.findLast(
    ({ kind, from, label, time }) =>
      kind === "event" &&
      lanes.ownerOf(from) === home &&
      label.startsWith("socket closed") &&
      time <= bye.time,
  );
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

function addressIn(message: SipMessage, name: "from" | "to"): string {
  const read = parseNameAddr(headerValue(message, name) ?? "");
  if (!read.ok) return "";
  const uri = parseUri(read.value.uri);
  return uri.ok && uri.value.kind === "sip"
    ? (addressOfRecordOf(uri.value) ?? read.value.uri)
    : read.value.uri;
}
