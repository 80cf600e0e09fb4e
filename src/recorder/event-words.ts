// Events of a home, in words: what happened beside the messages.

import { forgottenEvent } from "./sighting";

export interface EventWords {
  readonly label: string;
  readonly words?: string;
  readonly failed: boolean;
}

const failures: Readonly<Record<string, string>> = {
  "login failed": "The password, or what was made of it, is wrong.",
  "login held off": "Too many failed logins: none is judged for a while.",
  "token refused": "The token is not valid for this user.",
  "token not judged": "The keys that prove a token could not be fetched.",
  "call of the other home failed": "The home of the other side could not be reached.",
  "too many messages": "The device sends more than it may.",
  "too many calls": "The user has as many calls as may be.",
  "unreadable message": "What came is no SIP message.",
  "call given up": "The gateway was restarted while it rang.",
  "call ended for its page": "The page did not come back in time, so its home hung up for it.",
  "page away": "The page did not come back in time.",
  "stranger timed out": "Nobody logged in on the connection in time.",
  fault: "The gateway met a bug of its own; its log has it.",
  "forward leads nowhere": "The user's rules send calls to an address that cannot be reached.",
};

/** What explains a ladder and is no failure. */
const notes: Readonly<Record<string, string>> = {
  [forgottenEvent]: "The gateway kept nothing of what came before but the INVITE.",
};

/** Why a call ended as it did, as the log has it: causes of a CANCEL (src/proxy/cancel-reason.ts) and of Diversion (RFC 5806). */
const causes: Readonly<Record<string, string>> = {
  devices: "Of what the devices answered, the best is passed on.",
  answeredElsewhere: "Another device has answered.",
  declinedElsewhere: "One device declined for all of them.",
  caller: "The caller had hung up.",
  noAnswer: "Nobody answered in time.",
  timerC: "It rang without end.",
  replaced: "The device rings on another page.",
  unreachable: "Nothing could be reached that might have answered.",
  restarted: "The gateway was restarted.",
  unconditional: "The user's rules send all calls on.",
  "do-not-disturb": "The user's rules send calls on while nobody may disturb.",
  "user-busy": "The user's rules send calls on when he is busy.",
  "no-answer": "The user's rules send calls on that nobody answers.",
  deflection: "A device sent the call on.",
};

/** WebSocket close codes (RFC 6455 §7.4.1). */
const closeCodes: Readonly<Record<number, string>> = {
  1000: "closed by the client",
  1001: "the page was left or reloaded",
  1005: "closed without a reason",
  1006: "cut: the connection broke without a word",
  1008: "refused",
  1009: "a message was too large",
  1011: "an error",
  1013: "too many connections",
};

/** How pages and clients close: nothing has failed. */
const usualCloses: ReadonlySet<number> = new Set([1000, 1001, 1005]);

export function eventWords(event: string, code: number | undefined, why: string | undefined): EventWords {
  const isClosing = event === "socket closed" || event === "closed by the gateway";
  if (isClosing) {
    const meaning = code === undefined ? undefined : closeCodes[code];
    const said = [meaning, why].filter((part) => part !== undefined && part !== "").join(": ");
    return {
      label: code === undefined ? event : `${event} (${code})`,
      ...(said === "" ? {} : { words: said }),
      failed: code === undefined || !usualCloses.has(code),
    };
  }
  const known = failures[event];
  const words = [known ?? notes[event], whyInWords(event, why)]
    .filter((part) => part !== undefined && part !== "")
    .join(" ");
  return {
    label: code === undefined ? event : `${event} (${code})`,
    ...(words === "" ? {} : { words }),
    failed: known !== undefined,
  };
}

function whyInWords(event: string, why: string | undefined): string | undefined {
  // That one says it all.
  if (event === "call given up") return undefined;
  const cause = why !== undefined && Object.hasOwn(causes, why) ? causes[why] : undefined;
  // A Reason (RFC 3326) says it in its text.
  return cause ?? /^SIP;.*text="([^"]*)"/.exec(why ?? "")?.[1] ?? why;
}
