// A user agent on a raw socket that knows as much SIP as an operation needs: it answers whatever it is asked, and waits
// for answers by Call-ID. It sends the same texts to a server that reads them and to one that does not.

import { once } from "node:events";
import { WebSocket } from "ws";
import { grantedMs, patienceMs, Registration } from "../relay/login.ts";
import { domain } from "../relay/message-text.ts";
import type { Server } from "../relay/servers.ts";

const sdp = `v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n${"a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n".repeat(30)}`;

export class Agent {
  readonly name: string;
  /** Told of each NOTIFY. */
  notified: (text: string) => void = () => {};
  readonly #socket: WebSocket;
  /** The texts of the MESSAGEs that came, until they are asked for. */
  readonly #heard = new Set<string>();
  readonly #waiting = new Map<string, (response: string) => void>();
  readonly #contact: string;
  #count = 10;
  #registeredUntil = Number.POSITIVE_INFINITY;

  private constructor(name: string, socket: WebSocket) {
    this.name = name;
    this.#socket = socket;
    this.#contact = `<sip:${name}@${name}.invalid;transport=ws>`;
    socket.on("message", (data: Buffer) => this.#hear(data.toString("latin1")));
  }

  static async open(server: Server, name: string, watchers = 0): Promise<Agent> {
    const url = `ws://127.0.0.1:${server.port}/?aor=${name}@${domain}${watchers > 0 ? `&watchers=${watchers}` : ""}`;
    const socket = new WebSocket(url, "sip", { perMessageDeflate: false });
    await once(socket, "open");
    const user = { name, domain, password: "demo" };
    const registration = server.login ? await Registration.on(socket, user) : undefined;
    const agent = new Agent(name, socket);
    if (registration !== undefined) agent.#registeredUntil = registration.endsAt;
    return agent;
  }

  close(): void {
    this.#socket.terminate();
  }

  async register(): Promise<void> {
    const { text, callId } = this.#request("REGISTER", `sip:${domain}`, this.name, {
      callId: `register-${this.name}`,
      lines: [`Contact: ${this.#contact};expires=600`],
    });
    const askedAt = Date.now();
    const answer = await this.#ask(text, callId);
    if (this.#registeredUntil < Number.POSITIVE_INFINITY) this.#registeredUntil = askedAt + grantedMs(answer);
  }

  /** Renews the registration unless it holds for so long: a user whose registration ends is away. */
  async keep(forMs: number): Promise<void> {
    if (this.#registeredUntil < Date.now() + forMs) await this.register();
  }

  /** Gives what it said, once it is accepted: another has heard it by then, or will. */
  async message(to: string): Promise<string> {
    const body = `${"Hello, this is a message. ".repeat(10)}${this.name}, ${this.#count}`;
    const { text, callId } = this.#request("MESSAGE", `sip:${to}@${domain}`, to, {
      lines: ["Content-Type: text/plain"],
      body,
    });
    await this.#ask(text, callId);
    return body;
  }

  /** Whether a MESSAGE said that; asked once. */
  hasHeard(body: string): boolean {
    return this.#heard.delete(body);
  }

  /** INVITE, 180, 200, ACK, BYE, 200. */
  async call(to: string): Promise<void> {
    const lines = [`Contact: ${this.#contact}`, "Content-Type: application/sdp"];
    const invite = this.#request("INVITE", `sip:${to}@${domain}`, to, { lines, body: sdp });
    const answer = await this.#ask(invite.text, invite.callId);
    const routes = linesOf(answer, "record-route")
      .reverse()
      .map((line) => `Route${line.slice(line.indexOf(":"))}`);
    const target = /<([^>]*)>/.exec(linesOf(answer, "contact")[0] ?? "")?.[1] ?? "";
    const toTag = /;tag=([^;\r]*)/.exec(linesOf(answer, "to")[0] ?? "")?.[1] ?? "";
    const { callId } = invite;
    const within = { callId, lines: routes, toTag };
    this.#socket.send(this.#request("ACK", target, to, { ...within, sequence: invite.sequence }).text);
    await this.#ask(this.#request("BYE", target, to, within).text, callId);
  }

  async subscribe(to: string): Promise<void> {
    const lines = [
      `Contact: ${this.#contact}`,
      "Event: presence",
      "Accept: application/pidf+xml",
      "Expires: 3600",
    ];
    const { text, callId } = this.#request("SUBSCRIBE", `sip:${to}@${domain}`, to, { lines });
    await this.#ask(text, callId);
  }

  /** Gives the entity tag, for the next. */
  async publish(note: string, tag: string | undefined): Promise<string | undefined> {
    const lines = ["Event: presence", "Content-Type: application/pidf+xml"];
    if (tag !== undefined) lines.push(`SIP-If-Match: ${tag}`);
    const body = `<?xml version="1.0"?>\n<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:${this.name}@${domain}"><tuple id="t"><status><basic>open</basic></status><note>${note}</note></tuple></presence>\n`;
    const { text, callId } = this.#request("PUBLISH", `sip:${this.name}@${domain}`, this.name, {
      lines,
      body,
    });
    return linesOf(await this.#ask(text, callId), "sip-etag")[0]?.slice(10);
  }

  #request(method: string, uri: string, to: string, options: RequestOptions) {
    const sequence = options.sequence ?? ++this.#count;
    const { callId = `${this.name}-${sequence}`, lines, toTag, body = "" } = options;
    const head = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/WS ${this.name}.invalid;branch=z9hG4bK${method}${sequence}`,
      "Max-Forwards: 70",
      `From: <sip:${this.name}@${domain}>;tag=${this.name}`,
      `To: <sip:${to}@${domain}>${toTag === undefined ? "" : `;tag=${toTag}`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${sequence} ${method}`,
      ...lines,
      `Content-Length: ${body.length}`,
    ];
    return { text: `${head.join("\r\n")}\r\n\r\n${body}`, callId, sequence };
  }

  /** The final response, which has to be a 2xx. */
  async #ask(text: string, callId: string): Promise<string> {
    const askedAt = new Date();
    const trouble = (came: string): Error =>
      new Error(`${this.name} at ${askedAt.toISOString()}: a 2xx was expected to\n${text}\n${came}`);
    const answered = new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(trouble(`nothing came in ${patienceMs / 1000} s`)), patienceMs);
      this.#waiting.set(callId, (response) => {
        clearTimeout(timer);
        resolve(response);
      });
    });
    this.#socket.send(text);
    const response = await answered;
    if (response.startsWith("SIP/2.0 2")) return response;
    throw trouble(`came ${Date.now() - askedAt.getTime()} ms later:\n${response}`);
  }

  #hear(text: string): void {
    const callId = linesOf(text, "call-id")[0]?.slice(9) ?? "";
    if (!text.startsWith("SIP/2.0 ")) return this.#answer(text);
    if (text[8] === "1") return;
    const resolve = this.#waiting.get(callId);
    this.#waiting.delete(callId);
    resolve?.(text);
  }

  #answer(request: string): void {
    if (request.startsWith("ACK")) return;
    if (request.startsWith("INVITE")) {
      this.#socket.send(this.#responseTo(request, "180 Ringing", ""));
      this.#socket.send(this.#responseTo(request, "200 OK", sdp));
    } else this.#socket.send(this.#responseTo(request, "200 OK", ""));
    if (request.startsWith("NOTIFY")) this.notified(request);
    if (request.startsWith("MESSAGE")) this.#heard.add(request.slice(request.indexOf("\r\n\r\n") + 4));
  }

  #responseTo(request: string, status: string, body: string): string {
    const copied = ["via", "record-route", "from", "call-id", "cseq"].flatMap((name) =>
      linesOf(request, name),
    );
    const to = linesOf(request, "to")[0] ?? "";
    const tagged = to.includes(";tag=") ? to : `${to};tag=${this.name}`;
    const contact = body === "" ? [] : [`Contact: ${this.#contact}`, "Content-Type: application/sdp"];
    const head = [`SIP/2.0 ${status}`, ...copied, tagged, ...contact, `Content-Length: ${body.length}`];
    return `${head.join("\r\n")}\r\n\r\n${body}`;
  }
}

interface RequestOptions {
  readonly lines: readonly string[];
  readonly callId?: string;
  readonly sequence?: number;
  readonly toTag?: string;
  readonly body?: string;
}

/** The lines of a message's head that have that name, in order. */
function linesOf(text: string, name: string): string[] {
  const head = text.slice(0, text.indexOf("\r\n\r\n")).split("\r\n");
  return head.filter((line) => line.slice(0, name.length + 1).toLowerCase() === `${name}:`);
}
