// A device of a chaos run that is a stock client in a page of a real browser (test/end-to-end/clients/steady-client.ts). It has
// a line of its own to the gateway, which can be cut; what it has heard is what the page tells.

import { setTimeout as wait } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { body, headerValue } from "../../../src/sip/message";
import { parseMessage } from "../../../src/sip/parser";
import type { SteadyOptions, Told } from "../../end-to-end/clients/steady-client";
import { type CutLine, openLine } from "../cut-line";
import type { Library, ServedPrograms } from "../stock-pages";
import type { Participant, Surroundings, Watching } from "./participant";

const patience = 50;
/** A PUBLISH whose answer was lost is sent again; until then SIP.js may say it itself. */
const publishesAgain = 3_000;

export interface StockDevice {
  readonly library: Library;
  readonly aor: string;
  readonly device: string;
}

export class StockAgent implements Participant {
  readonly hasSound = true;
  readonly aor: string;
  readonly device: string;
  readonly library: Library;
  readonly watching = new Map<string, Watching>();
  readonly note = { acknowledged: "" };
  isUp = false;
  sockets = 0;
  readonly #world: Surroundings;
  readonly #page: Page;
  readonly #line: CutLine;
  readonly #options: SteadyOptions;
  /** Calls that are not over on this side. */
  readonly #calls = new Set<string>();
  /** What has been told and may be told again. */
  readonly #toldOnce = new Set<string>();
  /** Notes of PUBLISHes that wait for their answer, by Call-ID and CSeq. */
  readonly #publishing = new Map<string, string>();
  #isEnded = false;
  #loads = 0;

  private constructor(world: Surroundings, { library, aor, device }: StockDevice, page: Page, line: CutLine) {
    this.#world = world;
    this.library = library;
    this.aor = aor;
    this.device = device;
    this.#page = page;
    this.#line = line;
    this.#options = {
      gateway: line.socketUrl,
      aor,
      password: "demo",
      instanceId: crypto.randomUUID(),
      ringing: world.patience.ringing,
      seed: Math.floor(world.random() * 2 ** 32),
    };
  }

  static async open(
    world: Surroundings,
    browser: Browser,
    programs: ServedPrograms,
    device: StockDevice,
  ): Promise<StockAgent> {
    const line = await openLine(Number(new URL(world.url).port));
    const page = await (await browser.newContext()).newPage();
    const agent = new StockAgent(world, device, page, line);
    await page.exposeFunction("tell", (told: Told, name?: string) => agent.#told(told, name));
    page.on("websocket", (socket) => {
      agent.sockets++;
      socket.on("framesent", ({ payload }) => agent.#sent(String(payload)));
      socket.on("framereceived", ({ payload }) => agent.#received(String(payload)));
    });
    await page.goto(programs.urlOf(device.library));
    await agent.#start();
    return agent;
  }

  /** JsSIP has no PUBLISH. */
  get canPublish(): boolean {
    return this.library === "sip-js";
  }

  async up(): Promise<void> {
    while (!this.isUp && !this.#isEnded) await wait(patience);
  }

  cut(): void {
    this.#line.cut();
  }

  /** Cut, and nobody gets through for so many milliseconds. */
  away(time: number): void {
    this.#line.down(true);
    void wait(time).then(() => this.#line.down(false));
  }

  /** The user loads the page anew: its calls are over for it, and nobody heard that. */
  async reload(): Promise<void> {
    this.isUp = false;
    await this.#page.reload();
    for (const callId of this.#calls) this.#world.ledger.callIs(callId, this.device, "over");
    this.#calls.clear();
    await this.#start();
    for (const { aor } of this.watching.values()) await this.#do("watch", aor);
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#page.context().close();
    this.#line.close();
  }

  async message(to: string, name: string, devices: readonly string[]): Promise<void> {
    this.#world.ledger.sent(name, devices);
    await this.#do("message", to, name);
  }

  async subscribe(aor: string): Promise<void> {
    this.watching.set(aor, { aor, last: "", isOver: false });
    await this.#do("watch", aor);
  }

  async publish(note: string): Promise<void> {
    if (!this.canPublish) return;
    while (this.note.acknowledged !== note && !this.#isEnded) {
      await this.up();
      await this.#do("publish", note);
      const end = Date.now() + publishesAgain;
      while (this.note.acknowledged !== note && Date.now() < end) await wait(patience);
    }
  }

  call(to: string, talk: number): Promise<void> {
    return this.#do("call", to, talk);
  }

  async #start(): Promise<void> {
    // Each load of the page is another page to the gateway, of the same device.
    const options = { ...this.#options, seed: this.#options.seed + this.#loads++ };
    await this.#page.evaluate((given) => window.steadyClient.start(given), options);
  }

  /** A page that is being loaded anew, or is closed, does nothing. */
  async #do(
    what: "message" | "call" | "watch" | "publish",
    ...of: readonly (string | number)[]
  ): Promise<void> {
    const work = `window.steadyClient.${what}(...${JSON.stringify(of)})`;
    await this.#page.evaluate(work).catch(() => undefined);
  }

  #told(told: Told, name: string | undefined): void {
    const { ledger } = this.#world;
    if (name !== undefined && this.#toldOnce.has(name)) return;
    if (name !== undefined) this.#toldOnce.add(name);
    switch (told.kind) {
      case "registered":
        this.isUp = told.is;
        return;
      case "message":
        return ledger.delivered(told.body, this.device, { callId: told.callId, socket: told.socket });
      case "answered":
        return ledger.answered(told.body, told.status);
      case "call":
        if (told.side === "over") this.#calls.delete(told.callId);
        else this.#calls.add(told.callId);
        return ledger.callIs(told.callId, this.device, told.side);
      case "heard":
        ledger.heard.add(`${told.callId} at ${this.device}`);
        return;
      case "notified": {
        const watching = this.watching.get(told.aor);
        if (watching !== undefined) watching.last = told.body;
      }
    }
  }

  #sent(frame: string): void {
    if (!/^(?:MESSAGE|PUBLISH) /.test(frame)) return;
    const parsed = parseMessage(frame);
    if (!parsed.ok || parsed.value.kind !== "request") return;
    const request = parsed.value;
    const callId = headerValue(request, "call-id") ?? "";
    if (request.method === "MESSAGE") return this.#world.ledger.calledItself(body(request), callId);
    const note = /<note>(.*)<\/note>/.exec(body(request))?.[1];
    if (note !== undefined) this.#publishing.set(`${callId} ${headerValue(request, "cseq")}`, note);
  }

  #received(frame: string): void {
    if (!/^SIP\/2\.0 200 [\s\S]*^CSeq: *\d+ PUBLISH/im.test(frame)) return;
    const parsed = parseMessage(frame);
    if (!parsed.ok) return;
    const key = `${headerValue(parsed.value, "call-id")} ${headerValue(parsed.value, "cseq")}`;
    const note = this.#publishing.get(key);
    if (note !== undefined) this.note.acknowledged = note;
  }
}
