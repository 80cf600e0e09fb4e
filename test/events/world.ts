// A presentity's home and its watchers under one clock: rows as JSON, a memory that can be lost at any moment, and
// a network that keeps NOTIFYs under way until a test says what becomes of them.

import { type EpochMs, epochMs, seconds } from "../../src/base/brand";
import { type Announcement, announce, resume, settle } from "../../src/events/announcement";
import {
  type NotifierEffect,
  type NotifierInput,
  type NotifierState,
  notifierStep,
} from "../../src/events/notifier";
import { buildNotify } from "../../src/events/notify";
import type { NotifyOutcome } from "../../src/events/notify-outcome";
import { processSubscribe, type SubscribeOutcome } from "../../src/events/subscribe";
import { isExpired, type Subscription } from "../../src/events/subscription";
import { SubscriptionTable } from "../../src/events/subscription-table";
import type { Verdict } from "../../src/events/verdict";
import { headerValue } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";
import { request } from "./message";
import { start } from "./rows";

/** A subscription as its watcher sees it. */
interface Usage {
  readonly callId: string;
  readonly toTag: string;
  cseq: number;
  /** The highest CSeq the home has sent in this dialog. */
  sent: number;
  received: number;
  /** The version of the newest document taken. */
  knows: number;
  state: "active" | "pending" | "terminated";
  /** Until when it may rely on its subscription, by the home's clock; undefined when that clock was set since. */
  agreed: number | undefined;
}

export interface Watcher {
  readonly name: string;
  usage: Usage | undefined;
  /** Its page is connected. */
  isHere: boolean;
}

interface UnderWay {
  readonly id: string;
  readonly callId: string;
  readonly cseq: number;
  readonly documentVersion: number;
  readonly text: string;
  readonly watcher: Watcher;
}

export class World {
  now: EpochMs = start;
  readonly rows = new Map<string, string>();
  documentRow: string = JSON.stringify({ version: 1, told: true } satisfies Announcement);
  readonly watchers: readonly Watcher[];
  underWay: UnderWay[] = [];
  writes = { subscription: 0, document: 0 };
  /** Ids that were deleted: none may be written again. */
  readonly deleted = new Set<string>();
  verdict: Verdict = "allow";
  #memory = new Map<string, NotifierState>();
  /** Subscriptions as memory knows them: rows, and what no row tells of. */
  #table = new Map<string, Subscription>();
  #serial = 0;

  constructor(watchers: number) {
    this.watchers = Array.from({ length: watchers }, (_, index) => ({
      name: `w${index}`,
      usage: undefined,
      isHere: true,
    }));
  }

  get document(): Announcement {
    return JSON.parse(this.documentRow) as Announcement;
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.rows.values()].map((text) => JSON.parse(text) as Subscription);
  }

  publish(): void {
    this.#putDocument(announce(this.document));
    for (const id of [...this.#memory.keys()]) this.feed(id, { kind: "documentChanged" });
    this.#settle();
  }

  /** The answer's status. A watcher without a subscription begins one; it unsubscribes with an Expires of 0. */
  subscribe(watcher: Watcher, expires: number, isAgain = false): number {
    const serial = ++this.#serial;
    const usage = watcher.usage;
    const callId = usage?.callId ?? `call${serial}`;
    const cseq = (usage?.cseq ?? 0) + (isAgain ? 0 : 1);
    const result = processSubscribe(
      {
        request: request(`
          SUBSCRIBE sip:alice@example.com SIP/2.0
          Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK${serial}
          Max-Forwards: 70
          To: <sip:alice@example.com>${usage === undefined ? "" : `;tag=${usage.toTag}`}
          From: <sip:${watcher.name}@example.com>;tag=${watcher.name}
          Call-ID: ${callId}
          CSeq: ${cseq} SUBSCRIBE
          Event: presence
          Expires: ${expires}
          Contact: <sip:${watcher.name}@x.invalid;transport=ws>
        `),
        existing: new SubscriptionTable(this.#table.values()),
        ...(isAgain ? { isAgain } : {}),
        watcher: `${watcher.name}@example.com`,
        judge: () => this.verdict,
        anonymous: false,
        limits: {
          subscriptions: 1000,
          subscriptionsPerWatcher: 100,
          minExpires: seconds(60),
          maxExpires: seconds(3600),
        },
        newTag: `tag${serial}`,
        newId: `id${serial}`,
      },
      this.now,
    );
    if (!result.ok) {
      if (result.error.status === 481) watcher.usage = undefined;
      return result.error.status;
    }
    const { changes, toTag, notify, expires: granted } = result.value;
    if (granted > expires) throw new Error(`${granted} s granted for ${expires}`);
    const agreed = this.now + granted * 1000;
    if (usage === undefined) {
      watcher.usage = { callId, toTag, cseq, sent: 0, received: 0, knows: -1, state: "pending", agreed };
    } else Object.assign(usage, { cseq, agreed });
    this.#run(changes, watcher);
    const { subscription } = notify;
    if (!this.#memory.has(subscription.id)) this.#memory.set(subscription.id, { kind: "idle", subscription });
    this.feed(subscription.id, { kind: "subscribed", subscription }, watcher);
    return 200;
  }

  /** What becomes of a NOTIFY under way: the watcher gets it or not, and the home learns an outcome or not. */
  finish(sent: UnderWay, isDelivered: boolean, outcome: NotifyOutcome | undefined): void {
    this.underWay = this.underWay.filter((each) => each !== sent);
    const answer = isDelivered ? this.#deliver(sent) : outcome;
    const learned = outcome === undefined || outcome.kind !== "answered" ? outcome : (answer ?? outcome);
    if (learned === undefined) return;
    this.feed(sent.id, { kind: "answered", cseq: sent.cseq, outcome: learned });
    this.#settle();
  }

  /** The watcher takes it and the home hears of that. */
  take(sent: UnderWay): void {
    this.finish(sent, true, { kind: "answered", status: 200 });
  }

  leave(watcher: Watcher): void {
    watcher.isHere = false;
  }

  comeBack(watcher: Watcher): void {
    watcher.isHere = true;
    for (const id of this.idsOf(watcher)) this.feed(id, { kind: "pageReturned" });
  }

  judge(verdict: Verdict): void {
    this.verdict = verdict;
    for (const id of [...this.#memory.keys()]) this.feed(id, { kind: "judged", verdict });
    this.#settle();
  }

  /** The clock is set forward or back. */
  jump(milliseconds: number): void {
    this.now = epochMs(this.now + milliseconds);
    for (const { usage } of this.watchers) if (usage !== undefined) usage.agreed = undefined;
  }

  /** Time goes on, and the one alarm fires at each deadline on the way. */
  wait(milliseconds: number): void {
    const until = this.now + milliseconds;
    for (;;) {
      const waiting = this.subscriptions.filter(({ id }) => !this.#isTelling(id));
      const next = Math.min(
        ...waiting.map(({ expiresAt, retryAt }) => Math.min(expiresAt, retryAt ?? expiresAt)),
      );
      if (next > until) break;
      this.now = epochMs(Math.max(next, this.now));
      for (const id of [...this.#memory.keys()]) this.feed(id, { kind: "timerFired" });
      if (this.subscriptions.some((each) => isExpired(each, this.now))) break;
    }
    this.now = epochMs(Math.max(until, this.now));
    this.#settle();
  }

  /** Memory is lost. NOTIFYs under way get through or not, and their answers are nobody's. */
  restart(isDelivered: (index: number) => boolean): void {
    const lost = this.underWay;
    this.underWay = [];
    lost.forEach((sent, index) => {
      if (isDelivered(index)) this.#deliver(sent);
    });
    this.#table = new Map(this.subscriptions.map((each) => [each.id, each]));
    this.#memory = new Map(
      this.subscriptions.map((subscription) => [subscription.id, { kind: "idle", subscription }]),
    );
    const resumed = resume(this.document);
    const isInterrupted = resumed.version > this.document.version;
    if (isInterrupted) this.#putDocument(resumed);
    for (const id of [...this.#memory.keys()]) {
      this.feed(id, { kind: "restarted" });
      if (isInterrupted) this.feed(id, { kind: "documentChanged" });
    }
    this.#settle();
  }

  idsOf(watcher: Watcher): readonly string[] {
    return this.subscriptions.filter(({ remoteTag }) => remoteTag === watcher.name).map(({ id }) => id);
  }

  rowOf(watcher: Watcher): Subscription | undefined {
    return this.subscriptions.find(({ callId }) => callId === watcher.usage?.callId);
  }

  /** Everybody is back, and everything is taken, until nothing is left to do. */
  calm(): void {
    for (const watcher of this.watchers) if (!watcher.isHere) this.comeBack(watcher);
    for (let round = 0; round < 1000; round++) {
      const [sent] = this.underWay;
      if (sent !== undefined) this.take(sent);
      else if (this.subscriptions.some(({ owed }) => owed === "later")) this.wait(600_000);
      else return;
    }
    throw new Error("never calm");
  }

  feed(id: string, input: NotifierInput, watcher?: Watcher): void {
    const state = this.#memory.get(id);
    if (state === undefined) return;
    const step = notifierStep(state, input, this.document.version, this.now);
    if (step.state.kind === "over") this.#memory.delete(id);
    else this.#memory.set(id, step.state);
    this.#run(step.effects, watcher);
  }

  #isTelling(id: string): boolean {
    return this.#memory.get(id)?.kind === "notifying";
  }

  #run(effects: readonly (NotifierEffect | SubscribeOutcome["changes"][number])[], watcher?: Watcher): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "putSubscription": {
          const { id } = effect.subscription;
          if (this.deleted.has(id)) throw new Error(`${id} is written after its end`);
          this.#table.set(id, effect.subscription);
          this.rows.set(id, JSON.stringify(effect.subscription));
          this.writes.subscription++;
          break;
        }
        case "rememberSubscription":
          this.#table.set(effect.subscription.id, effect.subscription);
          break;
        case "deleteSubscription":
          this.#table.delete(effect.id);
          this.rows.delete(effect.id);
          this.deleted.add(effect.id);
          this.writes.subscription++;
          break;
        case "sendNotify":
          this.#send(effect, watcher);
      }
    }
  }

  #send({ subscription, notification }: Extract<NotifierEffect, { kind: "sendNotify" }>, by?: Watcher): void {
    const { id, callId } = subscription;
    const watcher = by ?? this.watchers.find(({ name }) => name === subscription.remoteTag);
    if (watcher === undefined) throw new Error("nobody's NOTIFY");
    if (this.underWay.some((each) => each.id === id)) throw new Error(`two NOTIFYs of ${id} under way`);
    const usage = watcher.usage?.callId === callId ? watcher.usage : undefined;
    if (usage !== undefined && notification.cseq <= usage.sent) {
      throw new Error(`CSeq ${notification.cseq} after ${usage.sent}`);
    }
    if (usage !== undefined) usage.sent = notification.cseq;
    const text = buildNotify(subscription, notification, {
      via: "SIP/2.0/WSS home.example.com;branch=z9hG4bKn",
      maxForwards: 70,
      contact: "<sip:alice@example.com>",
      document: undefined,
    });
    if (usage !== undefined) this.#readExpires(usage, notification.subscriptionState);
    const { cseq, documentVersion } = notification;
    this.underWay.push({ id, callId, cseq, documentVersion, text, watcher });
  }

  /** RFC 6665 §4.2.2: a NOTIFY never lengthens what was agreed, for one whose subscription is not over by that. */
  #readExpires(usage: Usage, state: string): void {
    const { agreed } = usage;
    const told = Number(/;expires=(\d+)/.exec(state)?.[1] ?? 0);
    const isLonger = agreed !== undefined && agreed > this.now && this.now + told * 1000 >= agreed + 1000;
    if (isLonger) throw new Error(`expires=${told} with ${(agreed - this.now) / 1000} s agreed`);
    if (agreed !== undefined && agreed > this.now) usage.agreed = this.now + told * 1000;
  }

  /** The watcher reads the NOTIFY; its answer. */
  #deliver({ text, watcher, callId, documentVersion }: UnderWay): NotifyOutcome {
    const parsed = parseText(text);
    if (!parsed.ok) throw new Error(parsed.error);
    const { usage } = watcher;
    if (usage === undefined || usage.callId !== callId) return { kind: "answered", status: 481 };
    const cseq = Number.parseInt(headerValue(parsed.value, "cseq") ?? "", 10);
    // RFC 3261 §12.2.2
    if (cseq <= usage.received) throw new Error(`CSeq ${cseq} received after ${usage.received}`);
    usage.received = cseq;
    const state = headerValue(parsed.value, "subscription-state")?.split(";")[0];
    usage.state = state as Usage["state"];
    usage.knows = documentVersion;
    if (state === "terminated") watcher.usage = undefined;
    return { kind: "answered", status: 200 };
  }

  #putDocument(document: Announcement): void {
    this.documentRow = JSON.stringify(document);
    this.writes.document++;
  }

  #settle(): void {
    const isAnyTelling = [...this.#memory.values()].some(({ kind }) => kind === "notifying");
    const settled = settle(this.document, isAnyTelling);
    if (settled.told !== this.document.told) this.#putDocument(settled);
  }
}
