// A raw SIP client of the virtual network: one device and the page it shows now, with templates for what a scenario
// is not about.

import { answerChallenge } from "../../../src/auth/answer-challenge";
import type { OpeningFacts } from "../../../src/contracts/socket-facts";
import type { BearerFact } from "../../../src/home/authentication";
import type { Frame } from "../../../src/sip/frame";
import { headerOf, headersOf, responseFor, statusOf, textOf } from "./sip-text";
import { openEnd, type SocketEnd } from "./socket-end";
import type { VirtualNetwork } from "./virtual-network";

export interface ClientOptions {
  /** The value of `+sip.instance` without its brackets; undefined for a client that sends none. */
  readonly instance?: string;
  readonly facts?: Partial<OpeningFacts>;
  /** Answers each request that comes; undefined is silence. */
  readonly answers?: (request: Frame) => number | undefined;
}

export interface RegisterOptions {
  readonly expires?: number;
  /** Further Contact parameters, each with its semicolon. */
  readonly parameters?: string;
  readonly lines?: readonly string[];
}

let sockets = 0;

export class Client {
  readonly network: VirtualNetwork;
  readonly user: string;
  readonly instance: string | undefined;
  /** The page: the user part of the Contact. */
  page: string;
  socket = "";
  end: SocketEnd = openEnd();
  /** A keep-alive has been answered on this socket, unseen by the home. */
  pinged = false;
  readonly #options: ClientOptions;
  #sequence = 0;
  #calls = 0;

  constructor(network: VirtualNetwork, user: string, page: string, options: ClientOptions = {}) {
    this.network = network;
    this.user = user;
    this.page = page;
    this.instance = options.instance;
    this.#options = options;
  }

  get contact(): string {
    return `sip:${this.page}@${this.page}.invalid;transport=ws`;
  }

  get contactValue(): string {
    const instance = this.instance === undefined ? "" : `;+sip.instance="<${this.instance}>"`;
    return `<${this.contact}>${instance}`;
  }

  connect(): this {
    this.socket = `${this.page}#${++sockets}`;
    this.pinged = false;
    this.end = this.network.openSocket(this.user, this.socket, this.#options.facts);
    const { answers } = this.#options;
    if (answers !== undefined) {
      this.end.react = (frame) => {
        if (textOf(frame).startsWith("SIP/2.0")) return;
        const status = answers(frame);
        if (status !== undefined) this.answer(frame, status);
      };
    }
    return this;
  }

  close(): void {
    this.network.closeSocket(this.user, this.socket);
  }

  /** Sends a frame and lets everything it causes happen. */
  send(frame: Frame, bearer?: BearerFact): this {
    this.sendOnly(frame, bearer);
    this.network.settle();
    return this;
  }

  sendOnly(frame: Frame, bearer?: BearerFact): void {
    const { socket, pinged } = this;
    this.network.receive(this.user, { kind: "received", socket, frame, bearer, pinged });
  }

  answer(request: Frame, status: number, lines: readonly string[] = []): this {
    return this.send(responseFor(request, status, lines));
  }

  /** The oldest frame not taken yet. */
  take(): Frame | undefined {
    return this.end.frames.shift();
  }

  takeAll(): readonly Frame[] {
    return this.end.frames.splice(0);
  }

  /** What has come and is a request. */
  takeRequests(): readonly Frame[] {
    return this.takeAll().filter((frame) => statusOf(frame) === 0);
  }

  /** Sends a request and takes its response, which is the first that comes; requests stay to be taken. */
  ask(frame: Frame): Frame | undefined {
    const before = this.end.frames.length;
    this.send(frame);
    const at = this.end.frames.findIndex((each, index) => index >= before && statusOf(each) !== 0);
    return at < 0 ? undefined : this.end.frames.splice(at, 1)[0];
  }

  /** Registers, logging in if the home asks for it; returns the final response. */
  register(options: RegisterOptions = {}): Frame | undefined {
    const first = this.ask(this.registerText(options));
    if (statusOf(first) !== 401) return first;
    const credentials = `Authorization: ${this.credentials(first, "REGISTER", "sip:example.com")}`;
    return this.ask(this.registerText({ ...options, lines: [...(options.lines ?? []), credentials] }));
  }

  registerText({ expires, parameters = "", lines = [] }: RegisterOptions = {}): string {
    const time = expires === undefined ? "" : `;expires=${expires}`;
    const contact = `Contact: ${this.contactValue}${parameters}${time}`;
    const callId = `register-${this.page}`;
    return this.text("REGISTER", "sip:example.com", this.user, [contact, ...lines], "", { callId });
  }

  /** Credentials for the challenges of a 401 or 407. */
  credentials(challenge: Frame | undefined, method: string, requestUri: string, nc = 1): string {
    const name = statusOf(challenge) === 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
    const [username = ""] = this.user.split("@");
    const answer = answerChallenge(
      this.network.ports.keyring.hash,
      headersOf(challenge, name),
      { username, password: "secret" },
      { method, requestUri, body: "" },
      { nc, cnonce: "cnonce" },
    );
    return answer ?? "none";
  }

  /** A MESSAGE of plain text. */
  messageText(to: string, body: string, lines: readonly string[] = [], callId?: string): string {
    const type = lines.some((line) => /^content-type:/i.test(line)) ? [] : ["Content-Type: text/plain"];
    const names = callId === undefined ? {} : { callId };
    return this.text("MESSAGE", `sip:${to}`, to, [...lines, ...type], body, names);
  }

  /** Sends a MESSAGE; the status of its response, 0 if none has come. */
  message(to: string, body: string, lines: readonly string[] = []): number {
    return statusOf(this.ask(this.messageText(to, body, lines)));
  }

  text(
    method: string,
    requestUri: string,
    to: string,
    lines: readonly string[] = [],
    body = "",
    names: {
      readonly callId?: string;
      readonly fromTag?: string;
      readonly toTag?: string;
      readonly cseq?: number;
    } = {},
  ): string {
    const serial = ++this.#sequence;
    const { callId = `call-${++this.#calls}-${this.page}`, fromTag = `tag-${this.page}`, toTag } = names;
    const { cseq = serial } = names;
    return [
      `${method} ${requestUri} SIP/2.0`,
      `Via: SIP/2.0/WSS ${this.page}.invalid;branch=z9hG4bK-${this.page}-${serial}`,
      "Max-Forwards: 70",
      `From: <sip:${this.user}>;tag=${fromTag}`,
      `To: <sip:${to}>${toTag === undefined ? "" : `;tag=${toTag}`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      ...lines,
      `Content-Length: ${new TextEncoder().encode(body).length}`,
      "",
      body,
    ].join("\r\n");
  }
}

/** A client that is connected and registered; what has come since stays to be taken. */
export function registered(
  network: VirtualNetwork,
  user: string,
  page: string,
  options: ClientOptions & RegisterOptions = {},
): Client {
  const client = new Client(network, user, page, options).connect();
  const response = client.register(options);
  if (statusOf(response) !== 200) throw new Error(`${user} is not registered: ${textOf(response)}`);
  return client;
}

export const tagIn = (value: string): string => /;tag=([^;\s]+)/.exec(value)?.[1] ?? "";

export const toTagOf = (frame: Frame | undefined): string => tagIn(headerOf(frame, "To"));
