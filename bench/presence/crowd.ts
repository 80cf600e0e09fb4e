// Homes of watchers for bench/presence.ts: one object stands for many of them, so that ten thousand fit on one machine.
//
// What it does is what a home does as far as the presentity's can tell: it subscribes by a call of `receive`, and answers
// each NOTIFY in the result of the call that brought it. What it leaves out is a watcher's own home: its step, its
// socket, its rows, its start.

import { DurableObject } from "cloudflare:workers";
import type { Home, WireAnswer, WireParcel, WireReply } from "../../src/contracts/parcel";
import { packAnswer, unpackReply } from "../../src/contracts/parcel-wire";
import { responseTo } from "../../src/sip/build";
import { parseCSeq } from "../../src/sip/headers/cseq";
import { body, headerValue, type SipRequest } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";
import type { Death, Tally } from "./tally";

export const domain = "example.test";

/** Objects among which the watchers are spread. */
const crowds = 100;
/** SUBSCRIBEs in one call: the limit of a home's own batches. */
const batch = 64;
/** When a home says that it waits for a phone (decision 0009). */
const pendingMs = 1_000;

interface Watched {
  readonly cseq: number;
  readonly note: string;
}

// One isolate holds every object, so one tally does, as one meter does.
let tally: Tally = emptyTally();
let dead: { readonly count: number; readonly how: Death } = { count: 0, how: "silent" };

function emptyTally(): Tally {
  return { told: {}, wentBack: 0, repeated: 0, refused: 0 };
}

export const crowdOf = (watcher: string): string | undefined => {
  const index = /^watcher(\d+)@/.exec(watcher)?.[1];
  return index === undefined ? undefined : `crowd${Number(index) % crowds}`;
};

/** `/crowd/…`: what the driver of the measurement asks for. */
export async function serveCrowd(url: URL, env: CrowdEnv): Promise<Response> {
  const number = (name: string): number => Number(url.searchParams.get(name) ?? 0);
  switch (url.pathname) {
    case "/crowd/reset":
      tally = emptyTally();
      dead = { count: number("dead"), how: (url.searchParams.get("how") ?? "silent") as Death };
      return Response.json(null);
    case "/crowd/subscribe":
      await subscribeAll(env, url.searchParams.get("to") ?? "", number("from"), number("until"));
      return Response.json(null);
    default:
      return Response.json(tally);
  }
}

async function subscribeAll(env: CrowdEnv, to: string, from: number, until: number): Promise<void> {
  for (let crowd = 0; crowd < crowds; crowd++) {
    const watchers: number[] = [];
    for (let index = from; index < until; index++) if (index % crowds === crowd) watchers.push(index);
    if (watchers.length > 0) await env.CROWD.getByName(`crowd${crowd}`).subscribe(to, watchers);
  }
}

export interface CrowdEnv extends Env {
  readonly CROWD: DurableObjectNamespace<Crowd>;
}

export class Crowd extends DurableObject<CrowdEnv> implements Home {
  readonly #known = new Map<string, Watched>();

  async subscribe(to: string, watchers: readonly number[]): Promise<void> {
    const home = this.env.ADDRESS_OF_RECORD.getByName(to) as unknown as Home;
    for (let at = 0; at < watchers.length; at += batch) {
      const parcels = watchers.slice(at, at + batch).map((index) => subscribeParcel(index, to));
      for (const reply of await home.receive(parcels)) {
        const isTaken = reply[0] === "answered" && String(reply[2]).startsWith("SIP/2.0 200");
        if (!isTaken) tally.refused++;
      }
    }
  }

  async receive(parcels: readonly WireParcel[]): Promise<readonly WireReply[]> {
    const replies: WireReply[] = [];
    for (const [key, frame, from] of parcels) {
      const parsed = parseText(String(frame));
      if (!parsed.ok || parsed.value.kind !== "request") throw new Error("No request");
      if (isDead(parsed.value)) return this.#beDead(parcels);
      this.#take(from, parsed.value);
      replies.push(["answered", key, responseTo(parsed.value, 200, {})]);
    }
    return replies;
  }

  async receiveOne(parcel: WireParcel): Promise<WireAnswer> {
    const [reply] = (await this.receive([parcel])) as [WireReply];
    return packAnswer(unpackReply(reply));
  }

  async replied(): Promise<void> {}

  async returned(): Promise<void> {}

  async gone(): Promise<void> {}

  async #beDead(parcels: readonly WireParcel[]): Promise<readonly WireReply[]> {
    if (dead.how === "failing") throw new Error("This home fails");
    await new Promise((resolve) => setTimeout(resolve, dead.how === "hanging" ? 40_000 : pendingMs));
    return parcels.map(([key]) => ["pending", key]);
  }

  #take(from: string, notify: SipRequest): void {
    const name = `${from} ${headerValue(notify, "call-id")}`;
    const cseq = parseCSeq(headerValue(notify, "cseq") ?? "");
    const sequence = cseq.ok ? cseq.value.sequence : 0;
    const note = /<note>([^<]*)</.exec(body(notify))?.[1] ?? "";
    const known = this.#known.get(name);
    if (known !== undefined && (sequence <= known.cseq || note < known.note)) tally.wentBack++;
    if (known?.note === note) tally.repeated++;
    this.#known.set(name, { cseq: sequence, note });
    tally.told[note] ??= { count: 0, lastAt: 0 };
    const told = tally.told[note];
    if (told === undefined) return;
    told.count++;
    told.lastAt = Date.now();
  }
}

function isDead(notify: SipRequest): boolean {
  const index = Number(/^watch-(\d+)$/.exec(headerValue(notify, "call-id") ?? "")?.[1]);
  return index < dead.count;
}

/** A SUBSCRIBE as it leaves the watcher's home: its Via and its Record-Route on top. */
function subscribeParcel(index: number, to: string): WireParcel {
  const watcher = `watcher${index}@${domain}`;
  const branch = `z9hG4bK${crypto.randomUUID()}`;
  const lines = [
    `SUBSCRIBE sip:${to} SIP/2.0`,
    `Via: SIP/2.0/WSS ${domain};branch=${branch}`,
    "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks",
    `Record-Route: <sip:${crypto.randomUUID()}${crypto.randomUUID()}@${domain};transport=ws;lr>`,
    "Max-Forwards: 69",
    `From: <sip:${watcher}>;tag=${index}a6c85cf`,
    `To: <sip:${to}>`,
    `Call-ID: watch-${index}`,
    "CSeq: 1 SUBSCRIBE",
    `Contact: <sip:watcher${index}@df7jal23ls0d.invalid;transport=ws>`,
    "Event: presence",
    "Accept: application/pidf+xml",
    "Expires: 3600",
    "Content-Length: 0",
  ];
  return [`${branch} SUBSCRIBE`, `${lines.join("\r\n")}\r\n\r\n`, watcher as WireParcel[2], true, 1];
}
