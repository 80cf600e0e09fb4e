// A device of a chaos run that is a raw user agent: it registers, answers what it is asked, and comes back on a new socket
// whenever the old one is gone, as the same page. None of a stock client's own repairs hides what the gateway does.

import { setTimeout as wait } from "node:timers/promises";
import { body, headerValue, type SipRequest, type SipResponse } from "../../../src/sip/message";
import { longAway } from "../../end-to-end/clients/steady-client";
import { CallSide, cancel, type Placed, place, respond, tagIn } from "../call";
import { Phone } from "../phone";
import { WebSocketLine } from "../web-socket-line";
import type { Participant, Surroundings, Watching } from "./participant";

interface Incoming {
  readonly invite: SipRequest;
  answered: number | undefined;
  isAcknowledged: boolean;
}

const patience = 100;
/** RFC 3261 §17.1.1.1. */
const t2 = 4_000;

export class Agent implements Participant {
  readonly hasSound = false;
  readonly canPublish = true;
  readonly aor: string;
  readonly device: string;
  readonly watching = new Map<string, Watching>();
  #subscriptions = 0;
  #awaySince: number | undefined;
  /** The last note that it published, acknowledged or not, and the last that was acknowledged. */
  note = { said: "", acknowledged: "" };
  isUp = false;
  sockets = 0;
  readonly #world: Surroundings;
  readonly #incoming = new Map<string, Incoming>();
  /** Calls of its own that were answered: with whom it talks, and whoever else has answered. */
  readonly #placed = new Map<string, CallSide[]>();
  #phone: Phone | undefined;
  #line: WebSocketLine | undefined;
  #isEnded = false;
  #entityTag: string | undefined;
  readonly #life: Promise<void>;

  constructor(world: Surroundings, aor: string, device: string) {
    this.aor = aor;
    this.device = device;
    this.#world = world;
    this.#life = this.#live();
  }

  get phone(): Phone {
    if (this.#phone === undefined) throw new Error(`${this.device} has never been connected`);
    return this.#phone;
  }

  /** Resolves when it is registered. */
  async up(): Promise<void> {
    while (!this.isUp && !this.#isEnded) await wait(10);
  }

  /** Its socket is gone, without a word. */
  cut(): void {
    this.#line?.socket.terminate();
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    this.cut();
    await this.#life;
  }

  async message(to: string, name: string, devices: readonly string[]): Promise<void> {
    const { ledger } = this.#world;
    ledger.sent(name, devices);
    ledger.calledItself(name, name);
    const lines = ["Content-Type: text/plain"];
    const answer = await heard(
      this.phone.request("MESSAGE", { uri: `sip:${to}`, callId: name, lines, body: name }),
    );
    if (answer !== undefined) ledger.answered(name, answer.status);
  }

  async subscribe(aor: string): Promise<void> {
    const callId = `watch-${this.device}-${aor}-${++this.#subscriptions}`;
    this.watching.set(callId, { aor, last: "", isOver: false });
    const lines = [
      `Contact: <${this.phone.contact}>`,
      "Event: presence",
      "Accept: application/pidf+xml",
      "Expires: 3600",
    ];
    const answer = await heard(this.phone.request("SUBSCRIBE", { uri: `sip:${aor}`, callId, lines }));
    if (answer?.status === 200) return;
    this.watching.delete(callId);
    await wait(patience);
    await this.up();
    if (!this.#isEnded) await this.subscribe(aor);
  }

  async publish(note: string): Promise<void> {
    this.note = { ...this.note, said: note };
    const tag = this.#entityTag;
    const answer = await heard(this.phone.publish(note, tag === undefined ? [] : [`SIP-If-Match: ${tag}`]));
    if (answer?.status === 412) {
      // The answer to the one before was lost, and its entity-tag with it.
      this.#entityTag = undefined;
      return this.publish(note);
    }
    if (answer?.status !== 200) return;
    this.#entityTag = headerValue(answer, "sip-etag");
    this.note = { said: note, acknowledged: note };
  }

  /** Resolves when it is over on this side. */
  async call(to: string, talk: number): Promise<void> {
    const { ledger } = this.#world;
    const placed = place(this.phone, to);
    ledger.callIs(placed.callId, this.device, "calling");
    const answer = await this.#finalOf(placed);
    if (answer === undefined || answer.status >= 300)
      return ledger.callIs(placed.callId, this.device, "over");
    const side = CallSide.ofCaller(this.phone, answer);
    this.#placed.set(placed.callId, [side]);
    ledger.callIs(placed.callId, this.device, "talking");
    side.ack();
    await wait(talk);
    await this.#hangUp(side, () => ledger.callAt(placed.callId, this.device) === "talking");
    ledger.callIs(placed.callId, this.device, "over");
  }

  /** Until it is answered. */
  async #hangUp(side: CallSide, isToBeSaid = () => true): Promise<void> {
    while (!this.#isEnded && isToBeSaid()) {
      await this.up();
      if ((await heard(side.request("BYE"))) !== undefined) return;
      await wait(patience);
    }
  }

  /**
   * RFC 3261 §13.2.2.4: a 2xx that comes again is acknowledged again; who answered as well, before he heard that another
   * had, is hung up on.
   */
  #answeredAgain(answer: SipResponse): boolean {
    const sides = this.#placed.get(headerValue(answer, "call-id") ?? "");
    if (sides === undefined || answer.status >= 300 || !/INVITE/.test(headerValue(answer, "cseq") ?? ""))
      return false;
    const tag = tagIn(headerValue(answer, "to") ?? "");
    const known = sides.find(({ remoteTag }) => remoteTag === tag);
    const side = known ?? CallSide.ofCaller(this.phone, answer);
    side.ack();
    if (known === undefined) {
      sides.push(side);
      void this.#hangUp(side);
    }
    return true;
  }

  /**
   * The answer may come on a later socket than the request went. Undefined when the socket ended before the 100, by which the
   * gateway says that it has the INVITE: such a call has failed for its caller (RFC 3261 §17.1.4).
   */
  async #finalOf(placed: Placed): Promise<SipResponse | undefined> {
    const { callId, cseq } = placed;
    let isTaken = false;
    void heard(this.phone.hears(callId, cseq, 100)).then((trying) => {
      isTaken ||= trying !== undefined;
    });
    for (let wasCut = false; !this.#isEnded; wasCut = true) {
      const awaited = heard(this.phone.responseTo(callId, cseq));
      const answer = await (wasCut ? Promise.race([awaited, this.#impatient(placed, awaited)]) : awaited);
      if (answer !== undefined || !isTaken) return answer;
      await wait(patience);
      await this.up();
    }
    return undefined;
  }

  /**
   * A refusal that was on its way when the socket ended is lost: its user sees it ring, and hangs up. 481 says that there
   * is no such call any more.
   */
  async #impatient(
    placed: Placed,
    awaited: Promise<SipResponse | undefined>,
  ): Promise<SipResponse | undefined> {
    await wait(this.#world.patience.ringing);
    if (this.#world.ledger.callAt(placed.callId, this.device) !== "calling") return awaited;
    cancel(placed);
    const said = await heard(this.phone.responseTo(placed.callId, placed.cseq.replace("INVITE", "CANCEL")));
    return said?.status === 481 ? said : awaited;
  }

  async #live(): Promise<void> {
    while (!this.#isEnded) {
      try {
        await this.#connect();
        this.#isBack();
        while (!this.#isEnded) this.#asked(await this.phone.receiveAny());
      } catch {
        // The socket ended, or there was nobody to open one to.
      }
      this.isUp = false;
      this.#awaySince ??= Date.now();
      await wait(patience + this.#world.random() * 4 * patience);
    }
  }

  /** The gateway may have given up who was away for so long: what it watched is subscribed to anew. */
  #isBack(): void {
    const wasAway = Date.now() - (this.#awaySince ?? Date.now());
    this.#awaySince = undefined;
    if (wasAway < longAway) return;
    for (const [callId, { aor, isOver }] of [...this.watching]) {
      this.watching.delete(callId);
      if (!isOver) void this.subscribe(aor);
    }
  }

  async #connect(): Promise<void> {
    const line = await WebSocketLine.open(`${this.#world.url}/?aor=${this.aor}`);
    this.#line = line;
    if (this.#isEnded) return this.cut();
    this.sockets++;
    if (this.#phone === undefined) {
      const { aor, device } = this;
      this.#phone = new Phone(line, {
        ...{ aor, password: "demo", instance: device, page: `page-${device}` },
        unasked: (response) => this.#answeredAgain(response),
      });
    } else this.#phone.rejoin(line);
    const { status } = await this.phone.register();
    if (status !== 200) throw new Error(`REGISTER: ${status}`);
    this.isUp = true;
  }

  #asked(request: SipRequest): void {
    const callId = headerValue(request, "call-id") ?? "";
    switch (request.method) {
      case "MESSAGE": {
        const socket = `${this.device}#${this.sockets}`;
        this.#world.ledger.delivered(body(request), this.device, { callId, socket });
        return this.phone.answer(request, 200);
      }
      case "NOTIFY":
        return this.#told(request, callId);
      case "INVITE":
        return this.#rung(request, callId);
      case "CANCEL":
        return this.#cancelled(request, callId);
      case "BYE":
        if (this.#isOfCall(request, callId)) this.#world.ledger.callIs(callId, this.device, "over");
        return this.phone.answer(request, 200);
      case "ACK": {
        const incoming = this.#incoming.get(callId);
        if (incoming !== undefined) incoming.isAcknowledged = true;
        return;
      }
      default:
        return this.phone.answer(request, 200);
    }
  }

  /** Of a call that several have answered only one is talked with. */
  #isOfCall(bye: SipRequest, callId: string): boolean {
    const [own] = this.#placed.get(callId) ?? [];
    return own === undefined || own.remoteTag === tagIn(headerValue(bye, "from") ?? "");
  }

  #told(request: SipRequest, callId: string): void {
    const known = this.watching.get(callId);
    if (known !== undefined) {
      known.last = body(request);
      known.isOver = /^terminated/.test(headerValue(request, "subscription-state") ?? "");
    }
    this.phone.answer(request, known === undefined ? 481 : 200);
  }

  #rung(invite: SipRequest, callId: string): void {
    const known = this.#incoming.get(callId);
    if (known !== undefined && viaOf(known.invite) === viaOf(invite)) {
      if (known.answered !== undefined) respond(this.phone, known.invite, known.answered);
      return;
    }
    const incoming: Incoming = { invite, answered: undefined, isAcknowledged: false };
    this.#incoming.set(callId, incoming);
    this.#world.ledger.callIs(callId, this.device, "ringing");
    respond(this.phone, invite, 180);
    void this.#answerLater(incoming, callId);
  }

  async #answerLater(incoming: Incoming, callId: string): Promise<void> {
    await wait(50 + this.#world.random() * 800);
    await this.up();
    if (incoming.answered !== undefined || this.#isEnded) return;
    const isBusy = this.#world.random() < 0.2;
    incoming.answered = isBusy ? 486 : 200;
    this.#world.ledger.callIs(callId, this.device, isBusy ? "over" : "talking");
    respond(this.phone, incoming.invite, incoming.answered);
    if (!isBusy) await this.#untilAcknowledged(incoming, callId);
  }

  /** RFC 3261 §13.3.1.4: a 200 is said again until its ACK comes, and given up with a BYE. */
  async #untilAcknowledged(incoming: Incoming, callId: string): Promise<void> {
    const { t1 } = this.#world.patience;
    const end = Date.now() + 64 * t1;
    const isOwed = () =>
      !incoming.isAcknowledged &&
      !this.#isEnded &&
      this.#world.ledger.callAt(callId, this.device) === "talking";
    for (let pause = t1; ; pause = Math.min(2 * pause, t2)) {
      await wait(pause);
      await this.up();
      if (!isOwed()) return;
      if (Date.now() > end) break;
      respond(this.phone, incoming.invite, 200);
    }
    void heard(CallSide.ofCallee(this.phone, incoming.invite).request("BYE"));
    this.#world.ledger.callIs(callId, this.device, "over");
  }

  #cancelled(request: SipRequest, callId: string): void {
    this.phone.answer(request, 200);
    const incoming = this.#incoming.get(callId);
    if (incoming === undefined || incoming.answered !== undefined) return;
    incoming.answered = 487;
    this.#world.ledger.callIs(callId, this.device, "over");
    respond(this.phone, incoming.invite, 487);
  }
}

const viaOf = (request: SipRequest): string | undefined => headerValue(request, "via");

/** Undefined when the socket ended before it came. */
const heard = (answer: Promise<SipResponse>): Promise<SipResponse | undefined> =>
  answer.catch(() => undefined);
