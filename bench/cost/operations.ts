// The operations whose cost is metered, done by users on real sockets; each with what the design allows it.

import { setTimeout as wait } from "node:timers/promises";
import { headerValue, type SipResponse } from "../../src/sip/message";
import { CallSide, place, respond } from "../../test/support/call";
import { Phone } from "../../test/support/phone";
import { WebSocketLine } from "../../test/support/web-socket-line";
import type { Reading, Usage } from "./meter";
import type { Pace } from "./pace";

/** In the order in which they are measured; each a key of `counts.json`. */
export type OperationName =
  | "firstRegister"
  | "refresh"
  | "refreshAwoken"
  | "message"
  | "slowMessage"
  | "nothing"
  | "callSetUp"
  | "call"
  | "sessionRefresh"
  | "reconnect"
  | "away"
  | "comeBack"
  | "messageAway"
  | "comeBackToOne"
  | "subscribe"
  | "resubscribe"
  | "resubscribeKept"
  | "publishFirst"
  | "publishToOne"
  | "publish";

export interface Measured {
  readonly name: OperationName;
  readonly title: string;
  readonly budget: string;
  readonly usage: Usage;
}

const domain = "example.test";
/** How long a phone thinks before it answers: what the objects of a message wait for. */
const phoneMs = 50;
const slowPhoneMs = 1_500;
const ringingMs = 20_000;
export const talkingMs = 180_000;
/** Half of JsSIP's Session-Expires. */
export const refreshMs = 45_000;
/** An object that nothing keeps awake is out of memory by then. */
const untilAsleepMs = 12_000;
/** What follows an answer (a NOTIFY, its 200, the row that says it was told) has happened by then. */
const restMs = 400;

export class Operations {
  readonly #base: string;
  readonly #watchers: number;
  readonly #pace: Pace;
  readonly #measured: Measured[] = [];
  #storedBytes: Readonly<Record<string, number>> = {};

  /** `base` is the metered gateway's host and port. */
  constructor(base: string, watchers: number, pace: Pace) {
    this.#base = base;
    this.#watchers = watchers;
    this.#pace = pace;
  }

  /** Bytes of Bob's database in the end: an account with a device, a few calls and a message that was delivered. */
  get bytesOfAnAccount(): number {
    return this.#storedBytes[`bob@${domain}`] ?? 0;
  }

  async run(): Promise<readonly Measured[]> {
    const alice = await this.#phone("alice");
    const bob = await this.#phone("bob");
    await this.#measure(
      "firstRegister",
      "REGISTER, first of an account",
      "account, device, the realm's list",
      () => registered(alice),
    );
    await registered(bob);
    await this.#measure("refresh", "REGISTER, refresh", "0 RPC, 0 rows", () => registered(alice));
    if (this.#pace.isWhole) {
      await wait(untilAsleepMs);
      await this.#measure("refreshAwoken", "REGISTER, refresh, object asleep", "0 RPC, 0 rows", () =>
        registered(alice),
      );
    }
    await this.#measure("message", "MESSAGE, online", "1 RPC, 0 rows", () => exchange(alice, bob, phoneMs));
    await this.#measure("slowMessage", "MESSAGE, phone takes 1.5 s", "2 RPC, 0 rows", () =>
      exchange(alice, bob, slowPhoneMs),
    );
    await this.#measure("nothing", "nothing for 2 s", "nothing", () => wait(2_000));
    await this.#calls(alice, bob);
    await this.#away(alice, bob);
    await this.#presence(alice);
    for (const phone of [alice, bob]) phone.hangUp();
    return this.#measured;
  }

  /** Each call between users who have not called before: an alarm that is armed already would not be set. */
  async #calls(alice: Phone, bob: Phone): Promise<void> {
    const [carol, dave] = [await this.#phone("carol"), await this.#phone("dave")];
    for (const phone of [carol, dave]) await registered(phone);
    await this.#measure("callSetUp", "call, hung up at once", "at most 12 rows with alarms", async () => {
      await within(await answeredCall(carol, dave, 0), dave, "BYE");
    });
    const caller = await answeredCall(carol, dave, 0);
    await this.#measure("sessionRefresh", "a session refresh in a call", "1 RPC, 0 rows", () =>
      within(caller, dave, "UPDATE"),
    );
    await within(caller, dave, "BYE");
    for (const phone of [carol, dave]) phone.hangUp();
    // Their absence is theirs, and no part of what follows.
    await wait(this.#pace.graceSeconds * 1000 + restMs);
    if (this.#pace.isWhole) await this.#longCall(alice, bob);
  }

  /** Both phones register anew within it, as they must, and refresh the session as JsSIP does (RFC 4028). */
  async #longCall(alice: Phone, bob: Phone): Promise<void> {
    for (const phone of [alice, bob]) await registered(phone);
    const budget = "at most 12 rows with alarms, under 1 object-s";
    await this.#measure("call", "call: rings 20 s, talks 3 min", budget, async () => {
      const caller = await answeredCall(alice, bob, ringingMs);
      for (let refreshes = 0; refreshes < talkingMs / refreshMs; refreshes++) {
        await wait(refreshMs);
        await within(caller, bob, "UPDATE");
        if (refreshes === 1) for (const phone of [alice, bob]) await registered(phone);
      }
      await within(caller, bob, "BYE");
    });
  }

  async #away(alice: Phone, bob: Phone): Promise<void> {
    const untilAwayMs = this.#pace.graceSeconds * 1000 + 1_500;
    const leave = async (): Promise<void> => {
      bob.hangUp();
      await wait(untilAwayMs);
    };
    await this.#measure(
      "reconnect",
      "reconnect, same page",
      "a socket, 0 RPC, 0 rows but of live <-> away",
      async () => {
        bob.hangUp();
        await wait(restMs);
        await this.#rejoin(bob);
        // The alarm of the absence that was none.
        await wait(untilAwayMs);
      },
    );
    await this.#measure("away", "socket gone, grace over", "the device's row on change, one alarm", leave);
    await this.#measure("comeBack", "return, nothing missed", "the device's row on change", () =>
      this.#rejoin(bob),
    );
    await leave();
    await this.#measure(
      "messageAway",
      "MESSAGE, offline",
      "1 RPC, 1 row (2 with the first after a delivery)",
      async () => accepted(await alice.message(bob.aor, "while you were away"), 202),
    );
    await this.#measure(
      "comeBackToOne",
      "return, redelivery of 1",
      "the device's row on change, its cursor, the message",
      async () => {
        await this.#rejoin(bob);
        await bob.take("MESSAGE");
      },
    );
  }

  async #presence(alice: Phone): Promise<void> {
    const watchers = [];
    for (let index = 0; index < this.#watchers; index++) watchers.push(await this.#watcher(index));
    const [first, ...others] = watchers;
    const last = others.pop();
    if (first === undefined || last === undefined) throw new Error("there are two watchers at least");
    accepted(await first.subscribe(alice.aor), 200);
    let entityTag = "";
    const publish = async (note: string): Promise<void> => {
      const lines = entityTag === "" ? [] : [`SIP-If-Match: ${entityTag}`];
      const response = await alice.publish(note, lines);
      accepted(response, 200);
      entityTag = headerValue(response, "sip-etag") ?? "";
    };
    await wait(restMs);
    await this.#measure("publishFirst", "PUBLISH, first, W = 1", "1 RPC, at most 3 rows", () =>
      publish("busy"),
    );
    await this.#measure("publishToOne", "PUBLISH, change, W = 1", "1 RPC, at most 3 rows", () =>
      publish("free"),
    );
    for (const watcher of others) accepted(await watcher.subscribe(alice.aor), 200);
    // Its first, with which its home begins to look after its socket every 15 minutes, is counted with those looks.
    accepted(await last.subscribe(first.aor), 200);
    await wait(restMs);
    let subscribed: SipResponse | undefined;
    await this.#measure(
      "subscribe",
      "SUBSCRIBE, with its NOTIFY",
      "2 RPC, a row at each end, and that it was told",
      async () => {
        subscribed = await last.subscribe(alice.aor);
        accepted(subscribed, 200);
      },
    );
    const side = CallSide.ofCaller(last, subscribed as unknown as SipResponse);
    const refresh = async (): Promise<void> => {
      const lines = [`Contact: <${last.contact}>`, "Event: presence", "Expires: 600"];
      accepted(await side.request("SUBSCRIBE", lines), 200);
    };
    await this.#measure("resubscribe", "SUBSCRIBE, refresh, with its NOTIFY", "2 RPC", refresh);
    const budget = "2 RPC, 0 rows";
    await this.#measure("resubscribeKept", "SUBSCRIBE, one of the three after it", budget, refresh);
    const length = this.#watchers;
    await this.#measure("publish", `PUBLISH, change, W = ${length}`, `${length} RPC, at most 3 rows`, () =>
      publish("away"),
    );
  }

  async #watcher(index: number): Promise<Phone> {
    const watcher = await this.#phone(`watcher${index}`);
    await registered(watcher);
    void answerNotifies(watcher);
    return watcher;
  }

  async #measure(
    name: OperationName,
    title: string,
    budget: string,
    operation: () => Promise<void>,
  ): Promise<void> {
    await this.#readMeter();
    await operation();
    await wait(restMs);
    this.#measured.push({ name, title, budget, usage: await this.#readMeter() });
  }

  /** What was counted since it was last read. */
  async #readMeter(): Promise<Usage> {
    const answer = await fetch(`http://${this.#base}/meter`);
    const { storedBytes, statements: _, ...usage } = (await answer.json()) as Reading;
    this.#storedBytes = storedBytes;
    return usage;
  }

  async #phone(user: string): Promise<Phone> {
    const aor = `${user}@${domain}`;
    return new Phone(await this.#line(aor), { aor, password: "demo", instance: uuidOf(user) });
  }

  async #rejoin(phone: Phone): Promise<void> {
    phone.rejoin(await this.#line(phone.aor));
    await registered(phone);
  }

  #line(aor: string): Promise<WebSocketLine> {
    return WebSocketLine.open(`ws://${this.#base}/?aor=${aor}`);
  }
}

async function registered(phone: Phone): Promise<void> {
  accepted(await phone.register(), 200);
}

async function exchange(from: Phone, to: Phone, thinkingMs: number): Promise<void> {
  const answer = from.message(to.aor, "hello");
  const request = await to.receive("MESSAGE");
  await wait(thinkingMs);
  to.answer(request, 200);
  accepted(await answer, 200);
}

async function within(caller: CallSide, callee: Phone, method: string): Promise<void> {
  const answer = caller.request(method);
  await callee.take(method);
  accepted(await answer, 200);
}

/** The caller's side of a call that was answered; it rang for that many milliseconds, once the caller had heard a 100. */
async function answeredCall(alice: Phone, bob: Phone, ringingFor: number): Promise<CallSide> {
  const placed = place(alice, bob.aor, ["Session-Expires: 90", "Supported: timer"]);
  const invite = await bob.receive("INVITE");
  // A 180 that comes within 50 ms is one call less, and on a busy machine may or may not.
  await alice.hears(placed.callId, placed.cseq, 100);
  respond(bob, invite, 180);
  await wait(ringingFor);
  respond(bob, invite, 200);
  const caller = CallSide.ofCaller(alice, await alice.responseTo(placed.callId, placed.cseq));
  caller.ack();
  await bob.receive("ACK");
  return caller;
}

/** Answers whatever comes, until the socket ends. */
async function answerNotifies(watcher: Phone): Promise<void> {
  try {
    for (;;) await watcher.take("NOTIFY");
  } catch {
    // The gateway was stopped.
  }
}

/** An operation that fails has no cost worth printing. */
function accepted(response: SipResponse, status: number): void {
  if (response.status !== status)
    throw new Error(`${response.status} ${response.reason} instead of ${status}`);
}

const uuidOf = (user: string): string =>
  `00000000-0000-4000-8000-${Buffer.from(user.padEnd(6).slice(-6)).toString("hex")}`;
