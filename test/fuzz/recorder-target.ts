// The flight recorder of two homes: what is seen is redacted before it is kept, held while a call goes on, and told as a list, a
// ladder, a text and a capture. Secrets are planted in whatever goes by.

import { epochMs } from "../../src/base/brand";
import type { FlightRecord, HomeRecords, Hop, NumberedRecord } from "../../src/contracts/flight-record";
import { exchangesIn } from "../../src/recorder/exchanges";
import { ladderOf } from "../../src/recorder/ladder";
import { OpenCalls } from "../../src/recorder/open-calls";
import { longestRecord } from "../../src/recorder/redact";
import { longestCallId, observe, type Sighting } from "../../src/recorder/sighting";
import type { Frame } from "../../src/sip/frame";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { check, type FuzzCase, type FuzzTarget } from "./case";
import type { Corpus } from "./corpus";
import { requestOf, requestWithin, responseOf } from "./grammar";
import { judgeLadder, judgeSecrecy } from "./judge-export";
import { mutate } from "./mutate";
import type { Random } from "./random";
import { plant } from "./secrets";

const users = ["alice@example.com", "bob@example.com"] as const;
const speakers = users.map((user, at) => ({ user, contact: `sip:page${at}@a.invalid;transport=ws` }));
/** Of closings and of steps of a home. */
const events = [
  "socket closed",
  "closed by the gateway",
  "login failed",
  "moved",
  "fault",
  "call given up",
  "x",
];
/** What OpenCalls holds of one call, at the most. */
const [mostHeld, mostCharacters] = [60, 256 * 1024];

export const recorderTarget = (corpus: Corpus): FuzzTarget => ({
  name: "recorder",
  steps: 200,
  begin: () => new Recorders(corpus),
});

class Home {
  readonly aor: AddressOfRecord;
  readonly open = new OpenCalls();
  readonly records: NumberedRecord[] = [];

  constructor(aor: string) {
    this.aor = aor as AddressOfRecord;
  }

  keep(records: readonly FlightRecord[]): void {
    for (const record of records) this.records.push({ ...record, number: this.records.length + 1 });
  }

  of(callId: string): HomeRecords {
    const records = this.records.filter((record) => record.callId === callId);
    return { aor: this.aor, records, isLive: this.open.held(callId).length > 0 };
  }
}

class Recorders implements FuzzCase {
  readonly #corpus: Corpus;
  readonly #homes = users.map((user) => new Home(user));
  readonly #callIds = new Set<string>();
  /** The last messages that went by, before anything was planted in them. */
  readonly #known: string[] = [];
  #now = 1_795_374_000_000;

  constructor(corpus: Corpus) {
    this.#corpus = corpus;
  }

  step(random: Random): number {
    this.#now += random.once(20) ? -random.below(5_000_000) : random.below(3_000);
    const frame = this.#frame(random);
    // What one home sends the other receives, mostly.
    if (random.once(2)) {
      const [from, to] = random.once(2) ? ([0, 1] as const) : ([1, 0] as const);
      this.#see(random, from, { kind: "message", direction: "out", hop: this.#home(random, to), frame });
      if (!random.once(6))
        this.#see(random, to, { kind: "message", direction: "in", hop: this.#home(random, from), frame });
    } else {
      const direction = random.pick(["in", "out"]);
      this.#see(random, random.below(2), { kind: "message", direction, hop: socketOf(random), frame });
    }
    if (random.once(8)) this.#see(random, random.below(2), eventOf(random));
    if (random.once(12)) this.#tell(random);
    return frame.length;
  }

  end(): void {
    for (const callId of this.#callIds) this.#ladder(callId);
  }

  #frame(random: Random): Frame {
    const speaker = random.pick(speakers);
    const known = this.#known.length > 0 && !random.once(4) ? random.pick(this.#known) : undefined;
    const drawn = this.#text(random, speaker, known);
    // Much of it is of one call.
    const text = random.once(2) ? drawn.replace(/^(?:Call-ID|i)[ \t]*:.*$/im, "Call-ID: one") : drawn;
    if (this.#known.push(text) > 12) this.#known.shift();
    const mutated = random.once(3) ? mutate(random, text, this.#corpus.messages) : text;
    const planted = random.once(3) ? mutated : plant(random, mutated);
    if (random.once(6)) return new TextEncoder().encode(planted);
    return random.once(60) ? Uint8Array.from(planted, (each) => each.charCodeAt(0)) : planted;
  }

  #text(random: Random, speaker: (typeof speakers)[number], known: string | undefined): string {
    if (random.once(10)) return random.pick(this.#corpus.messages);
    if (known === undefined) return requestOf(random, speaker, this.#corpus, users);
    return !known.startsWith("SIP/") && random.once(2)
      ? responseOf(random, known, speaker, this.#corpus)
      : requestWithin(random, known, random.once(2), speaker, this.#corpus);
  }

  #home = (random: Random, at: number): Hop => ({
    kind: "home",
    aor: random.once(20) ? random.pick(["", "nobody@example.com", "x".repeat(300)]) : (users[at] ?? ""),
  });

  /** Recorded, or held until its call fails; of strangers too. */
  #see(random: Random, at: number, sighting: Sighting): void {
    const home = this.#homes[at] as Home;
    const now = epochMs(this.#now);
    if (sighting.kind === "message") home.open.mayMatter(sighting.frame, random.once(2));
    const observed = observe([sighting], now, { bodies: !random.once(3) });
    const records = observed.map(({ record }) => record);
    for (const record of records) judgeRecord(record);
    for (const { callId } of records) if (callId !== "") this.#callIds.add(callId);
    if (random.once(3)) home.keep(records);
    else if (random.once(12)) home.keep(home.open.takeStrangers(observed, now));
    else home.keep(home.open.take(observed, now));
    for (const { callId } of records) judgeHeld(home.open.held(callId));
  }

  #tell(random: Random): void {
    const home = random.pick(this.#homes);
    const page = exchangesIn(home.records, home.aor, random.once(4) ? "10" : undefined, 5);
    check(page.exchanges.length <= 5, "a page is longer than it may be", page);
    judgeSecrecy("a list", page);
    if (this.#callIds.size > 0) this.#ladder(random.pick([...this.#callIds]));
  }

  #ladder(callId: string): void {
    const halves = this.#homes.map((home) => home.of(callId));
    const options = { callId, aor: users[0], missing: [] };
    const ladder = ladderOf(halves, options);
    judgeLadder(ladder, halves);
    const news = ladderOf(halves, { ...options, after: ladder.next ?? "" }).lines;
    check(news.length === 0, "what is known comes as news", news);
  }
}

const socketOf = (random: Random): Hop => ({
  kind: "socket",
  socket: `s${random.below(3)}`,
  ...(random.once(2) ? { device: `d${random.below(3)}` } : {}),
  ...(random.once(3) ? { client: random.pick(["Chrome", "a\u202eb", "\u001b[31m"]) } : {}),
});

const eventOf = (random: Random): Sighting => ({
  kind: "event",
  event: random.pick(events),
  ...(random.once(3) ? {} : { hop: socketOf(random) }),
  ...(random.once(2) ? {} : { code: random.pick([1000, 1006, 1008, 480, -1]) }),
  ...(random.once(2) ? {} : { why: random.pick(["\u0007\r\n\u2028", "restarted", "x".repeat(1_000)]) }),
});

function judgeRecord(record: FlightRecord): void {
  judgeSecrecy("a record", record);
  check(record.callId.length <= longestCallId, "a Call-ID is kept whole", record.callId.length);
  const text = record.kind === "message" ? record.text : (record.why ?? "");
  check(text.length <= longestRecord, "a record is longer than it may be", text.length);
}

function judgeHeld(records: readonly FlightRecord[]): void {
  const characters = records.map((record) => (record.kind === "message" ? record.text.length : 64));
  const sum = characters.reduce((all, each) => all + each, 0);
  const isBounded = records.length <= mostHeld && (sum <= mostCharacters || records.length === 1);
  check(isBounded, "more of a call is held than may be", { records: records.length, sum });
}
