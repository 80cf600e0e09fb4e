// A user agent for tests on any WebSocket: literal SIP text out, parsed SIP in, digest answered with MD5 as stock
// browser clients do. It knows no more of the gateway than those do.

import { createHash } from "node:crypto";
import { headerValue, headerValues, type SipRequest, type SipResponse } from "../../src/sip/message";
import { parseMessage } from "../../src/sip/parser";

export type Heard =
  | { readonly kind: "message"; readonly data: string | Uint8Array }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

/** The client's end of a WebSocket, which keeps what it hears. */
export interface Line {
  send(data: string | Uint8Array): void;
  close(code: number, reason?: string): void;
  next(): Promise<Heard>;
}

export interface PhoneOptions {
  readonly aor: string;
  readonly password?: string;
  /** `+sip.instance`; without it the client is one that has none. */
  readonly instance?: string;
  /** What the client calls itself in its requests; nothing without it. */
  readonly userAgent?: string;
  /** The page's Contact user, random at each load. */
  readonly page?: string;
  /** Told of each response that nobody waits for; the phone keeps it where that says no. */
  readonly unasked?: (response: SipResponse) => boolean;
}

export interface RequestOptions {
  readonly uri?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly lines?: readonly string[];
  readonly body?: string;
}

type Waiter = { readonly wants: (heard: Heard) => boolean; readonly take: (heard: Heard) => void };

let counter = 0;
const fresh = (prefix: string): string => `${prefix}${(++counter).toString(36)}x${Date.now().toString(36)}`;

export const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** Credentials for an MD5 challenge with qop=auth (RFC 2617 §3.2.2). */
export function credentialsFor(
  challenge: string,
  user: string,
  password: string,
  method: string,
  uri: string,
  count = 1,
): string {
  const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const [realm, nonce] = [field("realm"), field("nonce")];
  const nc = count.toString(16).padStart(8, "0");
  const secret = md5(`${user}:${realm}:${password}`);
  const response = md5(`${secret}:${nonce}:${nc}:0a4f113b:auth:${md5(`${method}:${uri}`)}`);
  return (
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ` +
    `algorithm=MD5, qop=auth, nc=${nc}, cnonce="0a4f113b"`
  );
}

export class Phone {
  readonly aor: string;
  #line: Line;
  readonly #options: PhoneOptions;
  readonly #held: Heard[] = [];
  readonly #waiters: Waiter[] = [];
  readonly #callId = fresh("reg");
  readonly contact: string;
  #cseq = 0;

  constructor(line: Line, options: PhoneOptions) {
    this.#line = line;
    this.#options = options;
    this.aor = options.aor;
    this.contact = `sip:${options.page ?? fresh("page")}@${md5(options.aor).slice(0, 8)}.invalid;transport=ws`;
    void this.#listen(line);
  }

  /** Goes on over another WebSocket, as a client that reconnects: the same page, the same device. */
  rejoin(line: Line): void {
    this.#line = line;
    this.#held.length = 0;
    void this.#listen(line);
  }

  /** The tag of its side in dialogs that it answers. */
  get tag(): string {
    return md5(this.contact).slice(0, 8);
  }

  get user(): string {
    return this.aor.slice(0, this.aor.lastIndexOf("@"));
  }

  get domain(): string {
    return this.aor.slice(this.aor.lastIndexOf("@") + 1);
  }

  /** Sends a request and gives its final response, after one answer to a challenge. */
  async request(method: string, options: RequestOptions = {}): Promise<SipResponse> {
    const callId = options.callId ?? fresh("call");
    const first = await this.attempt(method, { ...options, callId });
    if ((first.status !== 401 && first.status !== 407) || this.#options.password === undefined) return first;
    const [asked, answered] =
      first.status === 401
        ? (["www-authenticate", "Authorization"] as const)
        : (["proxy-authenticate", "Proxy-Authorization"] as const);
    const challenge = headerValues(first, asked).find((value) => /algorithm=MD5/.test(value)) ?? "";
    const uri = options.uri ?? this.#defaultUri(method);
    const credentials = credentialsFor(challenge, this.user, this.#options.password, method, uri);
    const lines = [...(options.lines ?? []), `${answered}: ${credentials}`];
    return this.attempt(method, { ...options, callId, lines });
  }

  /** Sends a request and gives its final response, whatever it is. */
  async attempt(method: string, options: RequestOptions = {}): Promise<SipResponse> {
    const { text, callId, cseq } = this.format(method, options);
    this.send(text);
    return this.responseTo(callId, `${cseq} ${method}`);
  }

  /** The final response to a request sent before. */
  async responseTo(callId: string, cseq: string): Promise<SipResponse> {
    const heard = await this.#take((one) => {
      const message = parsed(one);
      return (
        message?.kind === "response" &&
        message.status >= 200 &&
        headerValue(message, "call-id") === callId &&
        headerValue(message, "cseq") === cseq
      );
    });
    return parsed(heard) as SipResponse;
  }

  /** The next response of that status to a request sent before. */
  async hears(callId: string, cseq: string, status: number): Promise<SipResponse> {
    const heard = await this.#take((one) => {
      const message = parsed(one);
      return (
        message?.kind === "response" &&
        message.status === status &&
        headerValue(message, "call-id") === callId &&
        headerValue(message, "cseq") === cseq
      );
    });
    return parsed(heard) as SipResponse;
  }

  format(method: string, options: RequestOptions = {}): { text: string; callId: string; cseq: number } {
    const uri = options.uri ?? this.#defaultUri(method);
    const to =
      options.to ?? (method === "REGISTER" || method === "PUBLISH" ? `<sip:${this.aor}>` : `<${uri}>`);
    const callId = options.callId ?? fresh("call");
    const cseq = ++this.#cseq;
    const body = options.body ?? "";
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=${fresh("z9hG4bK")}`,
      "Max-Forwards: 69",
      `From: ${options.from ?? `<sip:${this.aor}>;tag=${md5(this.contact).slice(0, 10)}`}`,
      `To: ${to}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      ...(this.#options.userAgent === undefined ? [] : [`User-Agent: ${this.#options.userAgent}`]),
      ...(options.lines ?? []),
      `Content-Length: ${new TextEncoder().encode(body).length}`,
    ];
    return { text: `${lines.join("\r\n")}\r\n\r\n${body}`, callId, cseq };
  }

  /** One registration Call-ID for the phone's life (RFC 3261 §10.2.4). */
  register(expires = 600): Promise<SipResponse> {
    const { instance } = this.#options;
    const id = instance === undefined ? "" : `;+sip.instance="<urn:uuid:${instance}>"`;
    return this.request("REGISTER", {
      callId: this.#callId,
      lines: [`Contact: <${this.contact}>${id};expires=${expires}`, "Supported: path,gruu,outbound"],
    });
  }

  /** Ends every binding of the user. */
  unregister(): Promise<SipResponse> {
    return this.request("REGISTER", { callId: this.#callId, lines: ["Contact: *", "Expires: 0"] });
  }

  message(to: string, text: string): Promise<SipResponse> {
    return this.request("MESSAGE", { uri: `sip:${to}`, lines: ["Content-Type: text/plain"], body: text });
  }

  publish(note: string, lines: readonly string[] = []): Promise<SipResponse> {
    return this.request("PUBLISH", {
      lines: ["Event: presence", "Content-Type: application/pidf+xml", ...lines],
      body: pidf(this.aor, note),
    });
  }

  subscribe(to: string, expires = 600): Promise<SipResponse> {
    return this.request("SUBSCRIBE", {
      uri: `sip:${to}`,
      lines: [
        `Contact: <${this.contact}>`,
        "Event: presence",
        "Accept: application/pidf+xml",
        `Expires: ${expires}`,
      ],
    });
  }

  /** The next request of that method, answered 200. */
  async take(method: string): Promise<SipRequest> {
    const request = await this.receive(method);
    this.answer(request, 200);
    return request;
  }

  /** The next request of that method; the caller answers. */
  async receive(method: string): Promise<SipRequest> {
    const heard = await this.#take((one) => {
      const message = parsed(one);
      return message?.kind === "request" && message.method === method;
    });
    return parsed(heard) as SipRequest;
  }

  /** The next request, whatever its method; the caller answers. */
  async receiveAny(): Promise<SipRequest> {
    return parsed(await this.#take((one) => parsed(one)?.kind === "request")) as SipRequest;
  }

  answer(request: SipRequest, status: number, lines: readonly string[] = [], text = ""): void {
    const copied = ["via", "from", "call-id", "cseq"].flatMap((name) =>
      headerValues(request, name).map((value) => `${name}: ${value}`),
    );
    const to = headerValue(request, "to") ?? "";
    const tag = /;tag=/i.test(to) ? "" : `;tag=${this.tag}`;
    const more = [...lines, `Content-Length: ${new TextEncoder().encode(text).length}`].join("\r\n");
    this.send(
      `SIP/2.0 ${status} ${reasons[status] ?? "OK"}\r\n${copied.join("\r\n")}\r\nTo: ${to}${tag}\r\n${more}\r\n\r\n${text}`,
    );
  }

  send(data: string | Uint8Array): void {
    this.#line.send(data);
  }

  /** The next frame that is no SIP message. */
  async frame(): Promise<string | Uint8Array> {
    const heard = await this.#take((one) => one.kind === "message" && parsed(one) === undefined);
    return heard.kind === "message" ? heard.data : "";
  }

  /** Whatever message comes next. */
  async anything(): Promise<string | Uint8Array> {
    const heard = await this.#take((one) => one.kind === "message");
    return heard.kind === "message" ? heard.data : "";
  }

  /** How the socket ended. */
  async closed(): Promise<{ readonly code: number; readonly reason: string }> {
    const heard = await this.#take((one) => one.kind === "close");
    return heard.kind === "close" ? { code: heard.code, reason: heard.reason } : { code: 0, reason: "" };
  }

  /** What has come and nobody has asked for. */
  unread(): readonly Heard[] {
    return this.#held;
  }

  hangUp(code = 1000): void {
    this.#line.close(code);
  }

  #defaultUri(method: string): string {
    return method === "REGISTER" ? `sip:${this.domain}` : `sip:${this.aor}`;
  }

  async #listen(line: Line): Promise<void> {
    for (;;) {
      const heard = await line.next();
      if (line !== this.#line) return;
      this.#acknowledge(heard);
      const at = this.#waiters.findIndex(({ wants }) => wants(heard));
      if (at < 0 && !this.#isTaken(heard)) this.#held.push(heard);
      else if (at >= 0) this.#waiters.splice(at, 1)[0]?.take(heard);
      if (heard.kind === "close") return this.#fail(heard);
    }
  }

  #isTaken(heard: Heard): boolean {
    const message = parsed(heard);
    return message?.kind === "response" && this.#options.unasked?.(message) === true;
  }

  /** RFC 3261 §17.1.1.3: whoever called and is refused says that he has heard. */
  #acknowledge(heard: Heard): void {
    const response = parsed(heard);
    if (response?.kind !== "response" || response.status < 300) return;
    const [cseq, method] = (headerValue(response, "cseq") ?? "").split(" ");
    if (method !== "INVITE") return;
    const copied = ["via", "from", "to", "call-id"].map((name) => `${name}: ${headerValue(response, name)}`);
    const uri = /<([^>]*)>/.exec(headerValue(response, "to") ?? "")?.[1] ?? "";
    const lines = [
      `ACK ${uri} SIP/2.0`,
      ...copied,
      "Max-Forwards: 70",
      `CSeq: ${cseq} ACK`,
      "Content-Length: 0",
    ];
    this.send(`${lines.join("\r\n")}\r\n\r\n`);
  }

  /** Nothing comes any more: whoever waits is told so. */
  #fail(heard: Heard): void {
    for (const { take } of this.#waiters.splice(0)) take(heard);
  }

  #take(wants: (heard: Heard) => boolean): Promise<Heard> {
    const at = this.#held.findIndex(wants);
    if (at >= 0) return Promise.resolve(this.#held.splice(at, 1)[0] as Heard);
    const ended = this.#held.find((heard) => heard.kind === "close");
    return new Promise((resolve, reject) => {
      const take = (heard: Heard): void =>
        wants(heard)
          ? resolve(heard)
          : reject(new Error(`${this.aor}: the socket ended: ${JSON.stringify(heard)}`));
      if (ended === undefined) this.#waiters.push({ wants, take });
      else take(ended);
    });
  }
}

/** RFC 3261 §21: as clients write them. */
const reasons: Readonly<Record<number, string>> = {
  180: "Ringing",
  486: "Busy Here",
  603: "Decline",
};

function parsed(heard: Heard): SipRequest | SipResponse | undefined {
  if (heard.kind !== "message") return undefined;
  const message = parseMessage(heard.data);
  return message.ok ? message.value : undefined;
}

/** A presence document with a note (RFC 3863). */
export const pidf = (aor: string, note: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:${aor}">
  <tuple id="t1"><status><basic>open</basic></status><note>${note}</note></tuple>
</presence>
`;
