// Calls of the virtual network's clients: INVITEs, their answers, and requests within the dialogs they form.

import type { Frame } from "../../../src/sip/frame";
import { type Client, tagIn } from "./client";
import { nameOf } from "./ladder";
import { headerOf, headersOf, responseFor } from "./sip-text";

export const offer = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";
const sdp = "Content-Type: application/sdp";

/** What has come and has not been taken. */
export const heard = (client: Client): readonly string[] => client.takeAll().map(nameOf);

/** The oldest frame of that name, where a status alone is the INVITE's; the rest stays. */
export function taken(client: Client, what: string | number): Frame {
  const { frames } = client.end;
  const name = typeof what === "number" ? `${what} INVITE` : what;
  const at = frames.findIndex((each) => nameOf(each) === name);
  const [frame] = at < 0 ? [] : frames.splice(at, 1);
  if (frame === undefined) throw new Error(`${client.page}: no ${what} among ${heard(client).join(", ")}`);
  return frame;
}

/** Calls; the INVITE that was sent. */
export function call(client: Client, to: string, lines: readonly string[] = []): string {
  const text = client.text("INVITE", `sip:${to}`, to, [`Contact: <${client.contact}>`, sdp, ...lines], offer);
  client.send(text);
  return text;
}

/** Calls one who rings; the INVITE as it was sent, and as it came. */
export function rung(from: Client, to: Client): { readonly sent: string; readonly invite: Frame } {
  const sent = call(from, to.user);
  const invite = taken(to, "INVITE");
  respond(to, invite, 180);
  return { sent, invite };
}

/** What rings is answered and acknowledged: its dialog, as both sides have it. */
export function answered(from: Client, to: Client, invite = taken(to, "INVITE")): Talk {
  respond(to, invite, 200);
  const caller = Side.ofCaller(from, taken(from, 200));
  caller.ack();
  taken(to, "ACK");
  return { caller, callee: Side.ofCallee(to, invite) };
}

/** RFC 3261 §9.1 */
export function cancelOf(invite: string): string {
  const [head = ""] = invite.split("\r\n\r\n", 1);
  const lines = head.split("\r\n").filter((line) => !/^(?:contact|content-)/i.test(line));
  const said = lines.map((line) =>
    line.replace(/^INVITE /, "CANCEL ").replace(/^(CSeq: \d+) INVITE/, "$1 CANCEL"),
  );
  return `${[...said, "Content-Length: 0"].join("\r\n")}\r\n\r\n`;
}

/** RFC 3261 §17.1.1.3: of a refusal; it has the branch of its INVITE. */
export function ackRefusal(client: Client, invite: string, refusal: Frame): void {
  const [head = ""] = invite.split("\r\n\r\n", 1);
  const kept = head.split("\r\n").filter((line) => /^(?:via|max-forwards|from|call-id|route):/i.test(line));
  const line = head.split("\r\n", 1)[0]?.replace("INVITE", "ACK");
  const cseq = headerOf(refusal, "CSeq").replace("INVITE", "ACK");
  const own = [`To: ${headerOf(refusal, "To")}`, `CSeq: ${cseq}`, "Content-Length: 0"];
  client.send(`${[line, ...kept, ...own].join("\r\n")}\r\n\r\n`);
}

/** A callee's response: its own tag, its Contact where a dialog needs it, and a body with a 2xx or where asked for. */
export function respond(
  client: Client,
  invite: Frame,
  status: number,
  { withSdp = status === 200 } = {},
): void {
  const contact = status < 300 ? [`Contact: <${client.contact}>`] : [];
  const plain = responseFor(invite, status, [...contact, ...(withSdp ? [sdp] : [])]);
  const own = plain.replace(/;tag=uas\r\n/, `;tag=${client.page}\r\n`);
  client.send(
    withSdp
      ? own.replace("Content-Length: 0\r\n\r\n", `Content-Length: ${offer.length}\r\n\r\n${offer}`)
      : own,
  );
}

const contactOf = (message: Frame): string => /<([^>]*)>/.exec(headerOf(message, "Contact"))?.[1] ?? "";

/** One side of a dialog (RFC 3261 §12.1). */
export class Side {
  readonly client: Client;
  readonly callId: string;
  readonly #local: string;
  readonly #remote: string;
  /** The other side's Contact. */
  target: string;
  readonly #routes: readonly string[];
  readonly inviteCSeq: number;
  cseq: number;

  private constructor(client: Client, message: Frame, isCaller: boolean) {
    const [from, to] = [headerOf(message, "From"), headerOf(message, "To")];
    const routes = headersOf(message, "Record-Route");
    this.client = client;
    this.callId = headerOf(message, "Call-ID");
    this.#local = isCaller ? from : `${to};tag=${client.page}`;
    this.#remote = isCaller ? to : from;
    this.#routes = isCaller ? routes.toReversed() : routes;
    this.target = contactOf(message);
    this.inviteCSeq = Number.parseInt(headerOf(message, "CSeq"), 10);
    this.cseq = isCaller ? this.inviteCSeq : 100;
  }

  static ofCaller = (client: Client, answer: Frame): Side => new Side(client, answer, true);
  static ofCallee = (client: Client, invite: Frame): Side => new Side(client, invite, false);

  get tags(): { readonly local: string; readonly remote: string } {
    return { local: tagIn(this.#local), remote: tagIn(this.#remote) };
  }

  ack(cseq = this.inviteCSeq, body = ""): void {
    this.client.send(this.text("ACK", cseq, [], body));
  }

  /** RFC 3261 §12.2.1.2: what the other side says may be its new Contact. */
  refresh(said: Frame): void {
    this.target = contactOf(said);
  }

  /** Sends a request within the dialog. */
  say(method: string, lines: readonly string[] = [], body?: string): string {
    const text = this.text(method, ++this.cseq, lines, body);
    this.client.send(text);
    return text;
  }

  /** A request within the dialog; an INVITE carries the offer, unless told what it says instead. */
  text(
    method: string,
    cseq: number,
    lines: readonly string[] = [],
    body = method === "INVITE" ? offer : "",
  ): string {
    const type = body === "" ? [] : [sdp];
    const contact = method === "INVITE" ? [`Contact: <${this.client.contact}>`, ...type] : type;
    return [
      `${method} ${this.target} SIP/2.0`,
      `Via: SIP/2.0/WSS ${this.client.page}.invalid;branch=z9hG4bK-${this.client.page}-${method}-${cseq}`,
      "Max-Forwards: 70",
      ...this.#routes.map((route) => `Route: ${route}`),
      `From: ${this.#local}`,
      `To: ${this.#remote}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
      ...contact,
      ...lines,
      `Content-Length: ${body.length}`,
      "",
      body,
    ].join("\r\n");
  }
}

export interface Talk {
  readonly caller: Side;
  readonly callee: Side;
}

/** A whole call up to its ACK; nothing that came of it is left to be taken. */
export function talk(from: Client, to: Client): Talk {
  const { invite } = rung(from, to);
  const sides = answered(from, to, invite);
  from.takeAll();
  return sides;
}
