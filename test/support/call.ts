// A phone's side of a call: the INVITE, its answer, and requests within the dialog they form (RFC 3261 §12, §13), with no
// more knowledge of the gateway than a stock client has.

import { headerValue, headerValues, type SipRequest, type SipResponse } from "../../src/sip/message";
import type { Phone } from "./phone";

export const offer = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

/** One side of a dialog (RFC 3261 §12.1). */
export class CallSide {
  readonly phone: Phone;
  readonly callId: string;
  readonly #local: string;
  readonly #remote: string;
  readonly #target: string;
  readonly #routes: readonly string[];
  readonly #inviteCSeq: number;
  #cseq: number;

  private constructor(
    phone: Phone,
    message: SipRequest | SipResponse,
    names: { readonly local: string; readonly remote: string; readonly routes: readonly string[] },
    cseq: number,
  ) {
    this.phone = phone;
    this.callId = headerValue(message, "call-id") ?? "";
    this.#local = names.local;
    this.#remote = names.remote;
    this.#routes = names.routes;
    this.#target = /<([^>]*)>/.exec(headerValue(message, "contact") ?? "")?.[1] ?? "";
    this.#inviteCSeq = cseq;
    this.#cseq = cseq;
  }

  static ofCaller(phone: Phone, answer: SipResponse): CallSide {
    const local = headerValue(answer, "from") ?? "";
    const remote = headerValue(answer, "to") ?? "";
    const routes = [...headerValues(answer, "record-route")].reverse();
    return new CallSide(phone, answer, { local, remote, routes }, cseqOf(answer));
  }

  /** `answered` is what the callee said: its To has the tag. */
  static ofCallee(phone: Phone, invite: SipRequest): CallSide {
    const local = `${headerValue(invite, "to") ?? ""};tag=${phone.tag}`;
    const remote = headerValue(invite, "from") ?? "";
    return new CallSide(phone, invite, { local, remote, routes: headerValues(invite, "record-route") }, 100);
  }

  get remoteTag(): string {
    return tagIn(this.#remote);
  }

  ack(): void {
    this.#send("ACK", this.#inviteCSeq, [], "");
  }

  /** Sends a request within the dialog; its CSeq, to wait for the answer. */
  send(method: string, lines: readonly string[] = [], body = ""): string {
    this.#send(method, ++this.#cseq, lines, body);
    return `${this.#cseq} ${method}`;
  }

  /** Sends a request within the dialog, and gives its final answer. */
  request(method: string, lines: readonly string[] = [], body = ""): Promise<SipResponse> {
    return this.phone.responseTo(this.callId, this.send(method, lines, body));
  }

  #send(method: string, cseq: number, lines: readonly string[], body: string): void {
    const head = [
      `${method} ${this.#target} SIP/2.0`,
      // Of two who answer one INVITE each has a dialog, and a transaction, of its own.
      `Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK${this.callId}${this.remoteTag}${method}${cseq}`,
      "Max-Forwards: 69",
      ...this.#routes.map((route) => `Route: ${route}`),
      `From: ${this.#local}`,
      `To: ${this.#remote}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
      ...lines,
      `Content-Length: ${body.length}`,
    ];
    this.phone.send(`${head.join("\r\n")}\r\n\r\n${body}`);
  }
}

export const tagIn = (value: string): string => /;tag=([^;>\s]*)/i.exec(value)?.[1] ?? "";

const cseqOf = (message: SipResponse): number => Number.parseInt(headerValue(message, "cseq") ?? "0", 10);

/** An INVITE that was sent: what its answers and its CANCEL are known by. */
export interface Placed {
  readonly phone: Phone;
  readonly text: string;
  readonly callId: string;
  readonly cseq: string;
}

/** Calls; the phone has logged in. */
export function place(phone: Phone, to: string, lines: readonly string[] = []): Placed {
  const { text, callId, cseq } = phone.format("INVITE", {
    uri: `sip:${to}`,
    lines: [`Contact: <${phone.contact};ob>`, "Content-Type: application/sdp", ...lines],
    body: offer,
  });
  phone.send(text);
  return { phone, text, callId, cseq: `${cseq} INVITE` };
}

/** RFC 3261 §9.1: the CANCEL of that INVITE. */
export function cancel({ phone, text }: Placed, lines: readonly string[] = []): void {
  const head = text
    .split("\r\n\r\n", 1)[0]
    ?.split("\r\n")
    .filter((line) => !/^(?:contact|content-)/i.test(line))
    .map((line) => line.replace(/^INVITE /, "CANCEL ").replace(/^(CSeq: \d+) INVITE/, "$1 CANCEL"));
  phone.send(`${[...(head ?? []), ...lines, "Content-Length: 0"].join("\r\n")}\r\n\r\n`);
}

/** The callee's answer, with the Contact that a dialog needs. */
export function respond(phone: Phone, invite: SipRequest, status: number): void {
  const lines = status < 300 ? [`Contact: <${phone.contact}>`] : [];
  if (status === 200) phone.answer(invite, 200, [...lines, "Content-Type: application/sdp"], offer);
  else phone.answer(invite, status, lines);
}

/** A whole call up to its ACK. */
export async function talk(caller: Phone, callee: Phone): Promise<{ caller: CallSide; callee: CallSide }> {
  const placed = place(caller, callee.aor);
  const invite = await callee.receive("INVITE");
  respond(callee, invite, 180);
  await caller.hears(placed.callId, placed.cseq, 180);
  respond(callee, invite, 200);
  const answer = await caller.responseTo(placed.callId, placed.cseq);
  const side = CallSide.ofCaller(caller, answer);
  side.ack();
  await callee.receive("ACK");
  return { caller: side, callee: CallSide.ofCallee(callee, invite) };
}
