// The operations whose cost is metered, done by users on real sockets; each with what the design allows it.

import { setTimeout as wait } from "node:timers/promises";
import { headerValue, type SipResponse } from "../../src/sip/message";
import { CallSide, place, respond } from "../../test/support/call";
import { Phone } from "../../test/support/phone";
import { WebSocketLine } from "../../test/support/web-socket-line";
import type { Usage } from "./meter";

export interface Measured {
  readonly name: string;
  readonly budget: string;
  readonly usage: Usage;
}

const domain = "example.test";
/** How long a phone thinks before it answers: what the objects of a message wait for. */
const phoneMs = 50;
const slowPhoneMs = 1_500;
const ringingMs = 20_000;
const talkingMs = 180_000;
/** Half of JsSIP's Session-Expires. */
const refreshMs = 45_000;
/** Longer than the grace of a device whose socket is gone (10 s). */
const untilAwayMs = 11_500;
/** What follows an answer (a NOTIFY, its 200, the row that says it was told) has happened by then. */
const restMs = 400;

export class Operations {
  readonly #base: string;
  readonly #watchers: number;
  readonly #measured: Measured[] = [];

  /** `base` is the metered gateway's host and port. */
  constructor(base: string, watchers: number) {
    this.#base = base;
    this.#watchers = watchers;
  }

  async run(): Promise<readonly Measured[]> {
    const alice = await this.#phone("alice");
    const bob = await this.#phone("bob");
    await this.#measure("REGISTER, first of an account", "account, device, the realm's list", () =>
      registered(alice),
    );
    await registered(bob);
    await this.#measure("REGISTER, refresh", "0 RPC, 0 rows", () => registered(alice));
    await this.#measure("MESSAGE, online", "1 RPC, 0 rows", () => exchange(alice, bob, phoneMs));
    await this.#measure("MESSAGE, phone takes 1.5 s", "2 RPC, 0 rows", () =>
      exchange(alice, bob, slowPhoneMs),
    );
    await this.#measure("nothing for 2 s", "nothing", () => wait(2_000));
    await this.#call(alice, bob);
    await this.#away(alice, bob);
    await this.#presence(alice);
    for (const phone of [alice, bob]) phone.hangUp();
    return this.#measured;
  }

  /** Both phones register anew within it, as they must, and refresh the session as JsSIP does (RFC 4028). */
  async #call(alice: Phone, bob: Phone): Promise<void> {
    for (const phone of [alice, bob]) await registered(phone);
    const budget = "at most 12 rows with alarms, under 1 object-s";
    await this.#measure("call: rings 20 s, talks 3 min", budget, async () => {
      const placed = place(alice, bob.aor, ["Session-Expires: 90", "Supported: timer"]);
      const invite = await bob.receive("INVITE");
      respond(bob, invite, 180);
      await wait(ringingMs);
      respond(bob, invite, 200);
      const caller = CallSide.ofCaller(alice, await alice.responseTo(placed.callId, placed.cseq));
      caller.ack();
      await bob.receive("ACK");
      for (let refreshes = 0; refreshes < talkingMs / refreshMs; refreshes++) {
        await wait(refreshMs);
        await within(caller, bob, "UPDATE");
        if (refreshes === 1) for (const phone of [alice, bob]) await registered(phone);
      }
      await within(caller, bob, "BYE");
    });
  }

  async #away(alice: Phone, bob: Phone): Promise<void> {
    await this.#measure("reconnect, same page", "a socket, 0 RPC, 0 rows but of live <-> away", async () => {
      bob.hangUp();
      await wait(restMs);
      await this.#rejoin(bob);
    });
    await this.#measure("socket gone, grace over", "the device's row on change, one alarm", async () => {
      bob.hangUp();
      await wait(untilAwayMs);
    });
    await this.#measure("MESSAGE, offline", "1 RPC, 1 row (2 with the first after a delivery)", async () => {
      accepted(await alice.message(bob.aor, "while you were away"), 202);
    });
    await this.#measure(
      "return, redelivery of 1",
      "the device's row on change, its cursor, the message",
      async () => {
        await this.#rejoin(bob);
        await bob.take("MESSAGE");
      },
    );
  }

  async #presence(alice: Phone): Promise<void> {
    const length = this.#watchers;
    for (let index = 0; index < length; index++) {
      const watcher = await this.#phone(`watcher${index}`);
      await registered(watcher);
      void answerNotifies(watcher);
      const subscribe = async (): Promise<void> => accepted(await watcher.subscribe(alice.aor), 200);
      if (index < length - 1) await subscribe();
      else
        await this.#measure(
          "SUBSCRIBE, with its NOTIFY",
          "2 RPC, a row at each end, then the dialog's",
          subscribe,
        );
    }
    await wait(restMs);
    let entityTag = "";
    await this.#measure(`PUBLISH, first, W = ${length}`, `${length} RPC, at most 3 rows`, async () => {
      const response = await alice.publish("busy");
      accepted(response, 200);
      entityTag = headerValue(response, "sip-etag") ?? "";
    });
    await this.#measure(`PUBLISH, change, W = ${length}`, `${length} RPC, at most 3 rows`, async () => {
      accepted(await alice.publish("free", [`SIP-If-Match: ${entityTag}`]), 200);
    });
  }

  async #measure(name: string, budget: string, operation: () => Promise<void>): Promise<void> {
    await this.#readMeter();
    await operation();
    await wait(restMs);
    this.#measured.push({ name, budget, usage: await this.#readMeter() });
  }

  /** What was counted since it was last read. */
  async #readMeter(): Promise<Usage> {
    const answer = await fetch(`http://${this.#base}/meter`);
    return (await answer.json()) as Usage;
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
