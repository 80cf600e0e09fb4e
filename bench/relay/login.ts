// One registration with MD5 digest (RFC 3261 §10, RFC 7616 §3.4): what a user does before the load begins.

import { createHash } from "node:crypto";
import { once } from "node:events";
import type { WebSocket } from "ws";

export interface User {
  readonly name: string;
  readonly domain: string;
  readonly password: string;
}

/** Registers on an open socket; throws when the answer is anything but 200. */
export async function register(socket: WebSocket, user: User): Promise<void> {
  const challenge = await ask(socket, registerText(user, 1, ""));
  const authenticate = /^WWW-Authenticate: Digest (.*)$/m.exec(challenge)?.[1];
  if (authenticate === undefined) throw new Error(`not challenged: ${firstLine(challenge)}`);
  const answer = await ask(socket, registerText(user, 2, credentials(user, authenticate)));
  if (!answer.startsWith("SIP/2.0 200 ")) throw new Error(`not registered: ${firstLine(answer)}`);
}

/** Sends a text and takes the next message for its answer. */
export async function ask(socket: WebSocket, text: string): Promise<string> {
  const answer = once(socket, "message");
  socket.send(text);
  const [data] = (await answer) as [Buffer];
  return data.toString();
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
