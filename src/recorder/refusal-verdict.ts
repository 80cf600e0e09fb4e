// Why a call was refused: by a device, which is a person's or a client's word, or by a home, which knows a reason.

import type { Verdict } from "../contracts/ladder";
import { userOf } from "./lanes";
import { reasonWords } from "./reason-words";
import { type Case, clientWords, failure, isWhole, type JudgedLine, spanWords } from "./verdict-words";
import { wordsOfStatus } from "./words";

/** `told` is what the caller got, `made` the line in which it is first seen. */
export function refusalVerdict(judged: Case, told: JudgedLine, made: JudgedLine): Verdict {
  const status = told.status ?? 0;
  if (status === 487) return cancelVerdict(judged, told);
  return judged.lanes.isDevice(made.from)
    ? deviceVerdict(judged, made, status)
    : homeVerdict(judged, made, status);
}

function cancelVerdict({ lines, lanes, caller }: Case, told: JudgedLine): Verdict {
  const invite = lines.find(({ kind, method }) => kind === "request" && method === "INVITE") ?? told;
  // A home that forwards takes the call back from its devices too.
  const cancel = lines.find(
    ({ kind, method, from }) =>
      kind === "request" && method === "CANCEL" && lanes.ownerOf(from) === lanes.ownerOf(invite.from),
  );
  if (cancel !== undefined && !lanes.isDevice(cancel.from)) {
    const home = lanes.ownerOf(cancel.from);
    const cut = cutOf(lines, lanes, home, cancel.time);
    if (cut !== undefined)
      return failure(
        `${userOf(home)}'s connection was lost`,
        `${userOf(home)}'s ${cut.label} while it rang, and the gateway took the call back.`,
        cut,
      );
  }
  const why = cancel?.message === undefined ? undefined : reasonWords(cancel.message);
  const line = cancel ?? told;
  const after = spanWords(line.time - invite.time);
  const failed = cancel?.failed === true;
  return {
    failed,
    title: failed ? `${caller}'s client took the call back` : "Cancelled by the caller",
    explanation: `${caller} hung up after ${after}, before anybody answered${why === undefined ? "" : ` (${why})`}.`,
    line: line.id,
  };
}

const cutOf = (lines: readonly JudgedLine[], lanes: Case["lanes"], home: string, before: number) =>
  lines.findLast(
    ({ kind, from, label, time }) =>
      kind === "event" && lanes.ownerOf(from) === home && label.startsWith("socket closed") && time <= before,
  );

/** A person's word, or a client's. */
function deviceVerdict({ lanes }: Case, made: JudgedLine, status: number): Verdict {
  const who = userOf(lanes.ownerOf(made.from));
  const on = clientWords(lanes, made.from);
  const { title, explanation } = wordsOfStatus(status, "INVITE");
  switch (status) {
    case 486:
    case 600:
      return failure(
        `${who} is busy`,
        `${who}${on} answered ${made.label}: in another call, or not to be disturbed.`,
        made,
      );
    case 603:
    case 607:
      return failure(`${who} declined`, `${who} declined the call${on} (${made.label}).`, made);
    case 480:
      return failure(
        `${who} did not take the call`,
        `${who}'s client${on} said that the user is not available (${made.label}).`,
        made,
      );
    case 488:
    case 606:
      return failure(
        "No common media",
        `${who}'s client${on} answered ${made.label}: the two have no codec or kind of media in common, or the media could not be set up${saidBy(made)}.`,
        made,
      );
    default:
      return failure(
        `${title} (${status})`,
        `${who}'s client${on} answered ${made.label}. ${explanation}${saidBy(made)}`,
        made,
      );
  }
}

const saidBy = ({ message }: JudgedLine): string => {
  const why = message === undefined ? undefined : reasonWords(message);
  return why === undefined ? "" : ` (${why})`;
};

/** A home's: what it did before says why. */
function homeVerdict(judged: Case, made: JudgedLine, status: number): Verdict {
  const { lines, lanes, caller, callee } = judged;
  const home = lanes.ownerOf(made.from);
  const who = userOf(home);
  const isCallees =
    who === callee || lanes.ownerOf(lines.find(({ method }) => method === "INVITE")?.to ?? "") !== home;
  const rung = lines.filter(
    ({ kind, method, from, to }) =>
      kind === "request" && method === "INVITE" && lanes.isDevice(to) && lanes.ownerOf(from) === home,
  );
  const lost = lines.find(
    ({ kind, label }) => kind === "event" && label.startsWith("call of the other home failed"),
  );
  const refusal = lines.findLast(
    ({ kind, label, words }) =>
      kind === "event" && /^(?:refused|call refused)/.test(label) && words !== undefined,
  );
  const { title, explanation } = wordsOfStatus(status, "INVITE");
  if (status === 404) return nobodyVerdict(judged, made, who);
  if (isCallees && !isWhole(judged, made.from)) return sideVerdict(judged, made, status);
  const passedOn = rung.length > 0 || !isCallees ? [] : passedOnBy(judged, home);
  if (passedOn.length > 0) return passedOnVerdict(judged, made, passedOn);
  if (status === 480 && isCallees) return unreachableVerdict(judged, made, rung, who);
  if (status === 486 && isCallees && rung.length === 0)
    return failure(
      `${who} is busy`,
      `${who} is not to be disturbed, by the rules of the account (486): nothing rang.`,
      made,
    );
  if (status === 403 && isCallees)
    return failure(
      `${who} has blocked ${caller}`,
      `${who}'s home refused the call: ${caller} is on the list of those who may not call (403).`,
      made,
    );
  if (status === 403)
    return failure(
      "Not allowed",
      `${who}'s own home refused the call (403). ${refusal?.words ?? explanation}`,
      made,
    );
  if (lost !== undefined && status >= 500)
    return failure(
      "The other home could not be reached",
      `${lost.words ?? ""} The caller was told ${made.label}.`.trim(),
      lost,
    );
  return failure(
    `${title} (${status})`,
    `${who}'s home answered ${made.label}. ${explanation}${refusal?.words === undefined ? "" : ` ${refusal.words}`}`,
    made,
  );
}

/** Who is not there may be another than was called: whom the call was forwarded to. */
function nobodyVerdict({ lines, lanes, callee }: Case, made: JudgedLine, who: string): Verdict {
  if (made.label.endsWith("No such device"))
    return failure(
      `That device of ${who}'s is not there`,
      `The call was for one device of ${who}'s, which is not registered any more (404).`,
      made,
    );
  const invite = lines.find(({ kind, method }) => kind === "request" && method === "INVITE");
  const isCallers = invite !== undefined && lanes.ownerOf(invite.from) === lanes.ownerOf(made.from);
  return failure(`There is no ${isCallers ? callee : who}`, "Nobody has that address here (404).", made);
}

/** The INVITEs that a home sent on to others: of a group, or by a rule. */
const passedOnBy = ({ lines, lanes }: Case, home: string): readonly JudgedLine[] =>
  lines.filter(
    ({ kind, method, from, to }) =>
      kind === "request" &&
      method === "INVITE" &&
      !lanes.isDevice(from) &&
      !lanes.isDevice(to) &&
      lanes.ownerOf(from) === home &&
      lanes.ownerOf(to) !== home,
  );

function passedOnVerdict({ lanes }: Case, made: JudgedLine, passedOn: readonly JudgedLine[]): Verdict {
  const status = made.status ?? 0;
  const who = userOf(lanes.ownerOf(made.from));
  const others = [...new Set(passedOn.map(({ to }) => userOf(lanes.ownerOf(to))))];
  const shown = others.slice(0, 5).join(", ") + (others.length > 5 ? ` and ${others.length - 5} more` : "");
  const span = spanWords(made.time - (passedOn[0] ?? made).time);
  return failure(
    status === 480 ? "No answer" : `${wordsOfStatus(status, "INVITE").title} (${status})`,
    `${who}'s home sent the call on to ${shown}, and nobody took it: it answered ${made.label} after ${span}.`,
    made,
  );
}

/** Of a home that has not told what it did: its answer, and no more. */
function sideVerdict({ lines, lanes }: Case, made: JudgedLine, status: number): Verdict {
  const invite = lines.find(({ kind, method }) => kind === "request" && method === "INVITE") ?? made;
  const { title, explanation } = wordsOfStatus(status, "INVITE");
  const lacking = lanes.isRecorded(made.from)
    ? "Part of what went on before is not kept there."
    : "What went on there was not recorded.";
  return failure(
    `${title} (${status})`,
    `${userOf(lanes.ownerOf(made.from))}'s side answered ${made.label} after ${spanWords(made.time - invite.time)}. ${explanation}${saidBy(made)} ${lacking}`,
    made,
  );
}

function unreachableVerdict(
  { lines, lanes }: Case,
  made: JudgedLine,
  rung: readonly JudgedLine[],
  who: string,
): Verdict {
  const [first] = rung;
  if (first === undefined)
    return failure(
      `${who} was not reachable`,
      `None of ${who}'s devices was registered, so nothing rang (480).`,
      made,
    );
  const devices = new Set(rung.map(({ to }) => to)).size;
  const cut = cutOf(lines, lanes, lanes.ownerOf(made.from), made.time);
  const silent = !lines.some(
    ({ kind, method, status, from }) =>
      kind === "response" &&
      method === "INVITE" &&
      (status ?? 0) > 100 &&
      lanes.isDevice(from) &&
      lanes.ownerOf(from) === lanes.ownerOf(made.from),
  );
  if (cut !== undefined && cut.time >= first.time)
    return failure(
      `${who}'s connection was lost`,
      `${who}'s ${cut.label} while it rang and did not come back in time (480).`,
      cut,
    );
  const span = spanWords(made.time - first.time);
  return failure(
    "No answer",
    `${devices === 1 ? `${who}${clientWords(lanes, first.to)}` : `${devices} devices of ${who}`} ${silent ? "were sent the call, and did not even say that they rang" : "rang, and nobody answered"}, for ${span} (480).`,
    made,
  );
}
