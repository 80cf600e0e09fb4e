// The texts of the load: one MESSAGE of 650 octets for each pair, made by pasting a number into what is there, and
// the 200 that answers it.

export const domain = "example.test";

/** The size of a MESSAGE as a client sends it. */
const messageOctets = 650;
/** Numbers have eight digits, so that every text has the same length. */
export const firstNumber = 10_000_000;
const digits = 8;

export const callerName = (pair: number): string => `user${2 * pair}`;
export const calleeName = (pair: number): string => `user${2 * pair + 1}`;

/** A MESSAGE cut where its number goes: into branch, Call-ID, CSeq and the end of the body. */
export interface MessageText {
  /** From and To, which stand in each copy as they were sent. */
  readonly parties: string;
  readonly beforeBranch: string;
  readonly beforeCallId: string;
  readonly beforeSequence: string;
  readonly beforeBody: string;
}

export function messageTextOf(pair: number): MessageText {
  const caller = callerName(pair);
  const callee = calleeName(pair);
  const beforeBranch = `MESSAGE sip:${callee}@${domain} SIP/2.0\r\nVia: SIP/2.0/WS ${caller}.invalid;branch=z9hG4bK`;
  const parties = `From: <sip:${caller}@${domain}>;tag=caller\r\nTo: <sip:${callee}@${domain}>\r\n`;
  const beforeCallId = `\r\nMax-Forwards: 70\r\n${parties}Call-ID: `;
  const beforeSequence = "\r\nCSeq: ";
  const headEnd = (octets: number): string =>
    ` MESSAGE\r\nContent-Type: text/plain\r\nUser-Agent: durasip-bench\r\nContent-Length: ${octets}\r\n\r\n`;
  const head =
    beforeBranch.length + beforeCallId.length + beforeSequence.length + headEnd(100).length + 3 * digits;
  const octets = messageOctets - head;
  const words = "Hello, this is a message. ".repeat(messageOctets).slice(0, octets - digits);
  return { parties, beforeBranch, beforeCallId, beforeSequence, beforeBody: headEnd(octets) + words };
}

export function messageOf(text: MessageText, number: number): string {
  const { beforeBranch, beforeCallId, beforeSequence, beforeBody } = text;
  return beforeBranch + number + beforeCallId + number + beforeSequence + number + beforeBody + number;
}

/** A MESSAGE as it arrived, whole. */
export interface Arrival {
  readonly number: number;
  /** From the message log, under a Call-ID of the home's: sent because nobody took it in time. */
  readonly isStored: boolean;
  /** The 200 to it (RFC 3261 §8.2.6.2). */
  readonly answer: string;
}

/** Reads a MESSAGE as it arrived; undefined when it is not whole. */
export function arrivalOf(text: MessageText, arrived: string): Arrival | undefined {
  const vias = arrived.indexOf("Via: ");
  const hops = arrived.indexOf("Max-Forwards: ", vias);
  const from = arrived.indexOf(text.parties, hops);
  const callId = arrived.indexOf("\r\nCall-ID: ", from);
  const sequence = arrived.indexOf("CSeq: ", callId);
  const sequenceEnd = arrived.indexOf("\r\n", sequence) + 2;
  const number = arrived.slice(-digits);
  if (vias < 0 || hops < 0 || from < 0 || callId < 0 || !isWhole(text, arrived, number)) return undefined;
  const answer =
    `SIP/2.0 200 OK\r\n${arrived.slice(vias, hops)}${arrived.slice(from, callId)};tag=callee` +
    `${arrived.slice(callId, sequenceEnd)}Content-Length: 0\r\n\r\n`;
  return { number: Number(number), isStored: !arrived.startsWith(number, callId + 11), answer };
}

/** Everything from the CSeq on is as it was sent; a copy from the log may have a Date besides (RFC 3428 §7). */
function isWhole({ beforeSequence, beforeBody }: MessageText, arrived: string, number: string): boolean {
  const rest = beforeSequence + number + beforeBody + number;
  if (arrived.endsWith(rest)) return true;
  const dated = arrived.lastIndexOf("\r\nDate: ");
  return (
    dated > 0 && (arrived.slice(0, dated) + arrived.slice(arrived.indexOf("\r\n", dated + 2))).endsWith(rest)
  );
}

/** An answer to one of our messages. */
export interface Answer {
  readonly number: number;
  readonly status: number;
}

/** Reads an answer; undefined when it is none to a message of ours. */
export function answerOf(text: MessageText, answer: string): Answer | undefined {
  const via = answer.indexOf("branch=z9hG4bK") + 14;
  const number = answer.slice(via, via + digits);
  const isOurs = answer.includes(`Call-ID: ${number}${text.beforeSequence}${number} MESSAGE\r\n`);
  const hasOneVia = answer.indexOf("branch=", via) < 0;
  if (!isOurs || !hasOneVia || !answer.startsWith("SIP/2.0 ")) return undefined;
  return { number: Number(number), status: Number(answer.slice(8, 11)) };
}
