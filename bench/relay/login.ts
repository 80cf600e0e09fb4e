// One registration with MD5 digest (RFC 3261 §10, RFC 7616 §3.4), and its renewal: a user whose registration ends is
// away, and what is sent to him waits in the log.

import { createHash } from "node:crypto";
import type { WebSocket } from "ws";

export interface User {
  readonly name: string;
  readonly domain: string;
  readonly password: string;
}

export class Registration {
  readonly #socket: WebSocket;
  readonly #user: User;
  #sequence = 0;
  #endsAt = 0;

  private constructor(socket: WebSocket, user: User) {
    this.#socket = socket;
    this.#user = user;
  }

  /** Registers on an open socket; throws when the answer is anything but 200. */
  static async on(socket: WebSocket, user: User): Promise<Registration> {
    const registration = new Registration(socket, user);
    const challenge = await registration.#ask("");
    const authenticate = /^WWW-Authenticate: Digest (.*)$/m.exec(challenge)?.[1];
    if (authenticate === undefined) throw new Error(`not challenged: ${firstLine(challenge)}`);
    await registration.#register(credentials(user, authenticate));
    return registration;
  }

  /** The moment it ends unless it is renewed. */
  get endsAt(): number {
    return this.#endsAt;
  }

  /** Renews it unless it holds for so long. */
  async keep(forMs: number): Promise<void> {
    if (this.#endsAt < Date.now() + forMs) await this.#register("");
  }

  async #register(authorization: string): Promise<void> {
    const askedAt = Date.now();
    this.#endsAt = askedAt + grantedMs(await this.#ask(authorization));
  }

  async #ask(authorization: string): Promise<string> {
    const sequence = ++this.#sequence;
    const answer = answerTo(this.#socket, `CSeq: ${sequence} REGISTER\r\n`);
    this.#socket.send(registerText(this.#user, sequence, authorization));
    return answer;
  }
}

/** RFC 3261 §10.2.4: the server says for how long; throws when it says no. */
export function grantedMs(answer: string): number {
  const expires = /^Contact: .*;expires=(\d+)/m.exec(answer)?.[1];
  if (answer.startsWith("SIP/2.0 200 ") && expires !== undefined) return Number(expires) * 1000;
  throw new Error(`not registered: ${answer}`);
}

/** After 64·T1 no client waits for an answer any more (RFC 3261 §17.1.2.2); a busy machine is given some more. */
export const patienceMs = 40_000;

/** The final response with that line in it; whatever else comes on the socket is for others. */
function answerTo(socket: WebSocket, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      socket.off("message", hear).off("close", closed);
    };
    const hear = (data: Buffer): void => {
      const text = data.toString();
      if (!text.startsWith("SIP/2.0 ") || text[8] === "1" || !text.includes(line)) return;
      end();
      resolve(text);
    };
    const fail = (why: string): void => {
      end();
      reject(new Error(`no answer to ${line.trim()}: ${why}`));
    };
    const closed = (code: number): void => fail(`closed with ${code}`);
    const timer = setTimeout(fail, patienceMs, `${patienceMs / 1000} s have passed`);
    socket.on("message", hear).on("close", closed);
  });
}
function registerText({ name, domain }: User, sequence: number, authorization: string): string {
  return (
    `REGISTER sip:${domain} SIP/2.0\r\n` +
    `Via: SIP/2.0/WS ${name}.invalid;branch=z9hG4bKregister${sequence}\r\nMax-Forwards: 70\r\n` +
    `From: <sip:${name}@${domain}>;tag=register\r\nTo: <sip:${name}@${domain}>\r\n` +
    `Call-ID: register-${name}\r\nCSeq: ${sequence} REGISTER\r\n` +
    `Contact: <sip:${name}@${name}.invalid;transport=ws>;expires=600\r\n${authorization}Content-Length: 0\r\n\r\n`
  );
}

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** The Authorization line that answers a challenge with qop=auth. */
function credentials({ name, domain, password }: User, challenge: string): string {
  const value = (parameter: string): string =>
    new RegExp(`${parameter}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const realm = value("realm");
  const nonce = value("nonce");
  const ha1 = md5(`${name}:${realm}:${password}`);
  const response = md5(`${ha1}:${nonce}:00000001:abcdef:auth:${md5(`REGISTER:sip:${domain}`)}`);
  return (
    `Authorization: Digest username="${name}", realm="${realm}", nonce="${nonce}", uri="sip:${domain}", ` +
    `response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="abcdef"\r\n`
  );
}

const firstLine = (text: string): string => text.slice(0, text.indexOf("\r\n"));
