// The first message on a bare URL: it names the home that the socket belongs to, or it is answered here and
// the socket ends (RFC 3261 §8.2.6, §10.3 step 5; RFC 7118 §4.2, §5). REGISTER names it in To, every other
// request in From: whoever opens the socket speaks for that address-of-record.
//
// Only the name is looked for. Whether the request makes sense is the home's question.

import type { Entropy } from "../../base/entropy";
import { err, ok, type Result } from "../../base/result";
import type { Settings } from "../../contracts/settings";
import { responseTo } from "../../sip/build";
import { type Frame, frameLength } from "../../sip/frame";
import { parseNameAddr } from "../../sip/headers/name-addr";
import { headerField, headerValue, type SipRequest } from "../../sip/message";
import { parseMessage } from "../../sip/parser";
import type { Refusal } from "../../sip/refusal";
import { type AddressOfRecord, addressOfRecordOf } from "../../sip/uri/address-of-record";
import { parseUri } from "../../sip/uri/uri";
import type { Close } from "./close-code";
import { servesRealm } from "./route-upgrade";

export type FirstMessage =
  /** The message belongs to this home, which gets it unchanged. */
  { readonly kind: "home"; readonly aor: AddressOfRecord } | FirstAnswer;

/** The socket ends here. */
export interface FirstAnswer {
  readonly kind: "answer";
  /** The SIP response; undefined where there is nothing to respond to. */
  readonly text: string | undefined;
  readonly close: Close;
}

/** True for the frames of a keep-alive (RFC 5626 §3.5.1, RFC 7118 §6): CRLFs and nothing else. */
export function isKeepAlive(frame: Frame): boolean {
  if (frame.length > 4) return false;
  return typeof frame === "string"
    ? /^[\r\n]*$/.test(frame)
    : frame.every((octet) => octet === 13 || octet === 10);
}

/** True for the double CRLF, which is answered with a single one. */
export const isPing = (frame: Frame): boolean => frame.length === 4 && isKeepAlive(frame);

/** Decides on the first message of a socket whose URL named nobody. Linear in the frame's length; never throws. */
export function firstMessage(frame: Frame, settings: Settings, entropy: Entropy): FirstMessage {
  const { limits } = settings;
  // A string has at least as many octets as characters: what is too long is not measured in full.
  if (frame.length > limits.frame || frameLength(frame) > limits.frame) {
    return refuse(frame.slice(0, limits.frame), { status: 513 }, 1009, entropy);
  }
  const parsed = parseMessage(frame, limits);
  if (!parsed.ok || parsed.value.kind === "response") return noSip;
  const named = namedHome(parsed.value, settings);
  return named.ok
    ? { kind: "home", aor: named.value }
    : answer(parsed.value, named.error, policyViolation, entropy);
}

/** The answer to a first message whose home cannot be reached now. */
export function homeUnreachable(frame: Frame, entropy: Entropy): FirstAnswer {
  return refuse(frame, { status: 503, lines: [["Retry-After", "5"]] }, tryAgainLater, entropy);
}

const policyViolation = 1008;
const tryAgainLater = 1013;

const noSip: FirstAnswer = {
  kind: "answer",
  text: undefined,
  close: { code: policyViolation, reason: "no SIP request" },
};

function namedHome(request: SipRequest, settings: Settings): Result<AddressOfRecord, Refusal> {
  const isRegister = request.method === "REGISTER";
  // RFC 3261 §10.3 step 5: an address-of-record not valid for the domain is 404; nobody else may speak here.
  const notOurs: Refusal = { status: isRegister ? 404 : 403 };
  const value = headerValue(request, isRegister ? "to" : "from");
  const address = value === undefined ? undefined : parseNameAddr(value);
  if (!address?.ok) return err({ status: 400, reason: isRegister ? "Bad To" : "Bad From" });
  const uri = parseUri(address.value.uri);
  const aor = uri.ok && uri.value.kind === "sip" ? addressOfRecordOf(uri.value) : undefined;
  return aor !== undefined && servesRealm(aor, settings) ? ok(aor) : err(notOurs);
}

function refuse(frame: Frame, refusal: Refusal, code: number, entropy: Entropy): FirstAnswer {
  const parsed = parseMessage(frame);
  if (parsed.ok && parsed.value.kind === "request") return answer(parsed.value, refusal, code, entropy);
  return { kind: "answer", text: undefined, close: { code, reason: "" } };
}

function answer(request: SipRequest, refusal: Refusal, code: number, entropy: Entropy): FirstAnswer {
  const { status, reason, lines } = refusal;
  // RFC 3261 §17.1.1.3: nothing answers an ACK. §18.2.2: without a Via there is nobody to answer.
  const text =
    request.method === "ACK" || headerField(request, "via") === undefined
      ? undefined
      : responseTo(request, status, {
          toTag: entropy.token(),
          ...(reason === undefined ? {} : { reason }),
          ...(lines === undefined ? {} : { lines }),
        });
  return { kind: "answer", text, close: { code, reason: `${status}` } };
}
