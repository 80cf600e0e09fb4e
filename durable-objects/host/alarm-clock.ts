// The two clocks of a home: a timer that dies with the object, for seconds while something is under way, and the
// object's one alarm, for what must not be missed.
//
// Relies on the platform: `setAlarm` is a row and a commit, so the alarm is moved only to an earlier moment; one in
// the past may be lost, so the nearest is the next millisecond. A pending timer keeps the object in memory, so it is
// cleared when nothing is under way; but to set and clear one for each message of a stream would cost more than the
// message's own step, so in a stream one stands and rings for nothing: it may outlive its reason for as long as the
// stream has lasted, within bounds.

import type { EpochMs } from "../../src/base/brand";

/** A moment without anything under way that is shorter belongs to a stream. */
const pauseMs = 200;
/** So long may a timer outlive its reason at least, and at most. */
const lingerMs = 200;
const longestLingerMs = 2_000;
const noTime = Number.POSITIVE_INFINITY;

export class AlarmClock {
  readonly #storage: DurableObjectStorage;
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When something will be due, and when the timer rings: never later, in a stream earlier. */
  #tickAt = noTime;
  #timerAt = noTime;
  #idleSince = Number.NEGATIVE_INFINITY;
  #streamSince = Number.NEGATIVE_INFINITY;
  #alarmAt: number;
  /** Alarms set since the object woke: what the cost meter reads. */
  alarmsSet = 0;

  /** `alarmAt` is the alarm that was armed before this memory began. */
  constructor(storage: DurableObjectStorage, alarmAt: number | null, ring: () => void) {
    this.#storage = storage;
    this.#alarmAt = alarmAt ?? noTime;
    this.#ring = ring;
  }

  /** The alarm that stands, for the next memory. */
  get alarmAt(): number | null {
    return this.#alarmAt === noTime ? null : this.#alarmAt;
  }

  /** The alarm has fired: none is armed. */
  alarmFired(): void {
    this.#alarmAt = noTime;
  }

  set(tick: EpochMs | undefined, alarm: EpochMs | undefined, now: EpochMs): void {
    this.#setTimer(tick, now);
    if (alarm === undefined || alarm >= this.#alarmAt) return;
    this.#alarmAt = Math.max(alarm, now + 1);
    this.alarmsSet++;
    void this.#storage.setAlarm(this.#alarmAt);
  }

  /** No timer rings any more; the alarm stands. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timerAt = Number.NEGATIVE_INFINITY;
  }

  #setTimer(tick: EpochMs | undefined, now: EpochMs): void {
    if (tick === undefined && this.#tickAt !== noTime) this.#idleSince = now;
    this.#tickAt = tick ?? noTime;
    if (this.#tickAt < this.#timerAt) this.#arm(now);
    else if (tick === undefined && this.#timer !== undefined && this.#timerAt > now + this.#linger(now)) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#timerAt = noTime;
    }
  }

  #arm(now: number): void {
    clearTimeout(this.#timer);
    const isStream = now < this.#idleSince + pauseMs;
    if (!isStream) this.#streamSince = now;
    this.#timerAt = isStream ? Math.min(this.#tickAt, now + this.#linger(now)) : this.#tickAt;
    this.#timer = setTimeout(() => this.#rung(this.#timerAt), Math.max(0, this.#timerAt - now));
  }

  #linger(now: number): number {
    return Math.min(Math.max(now - this.#streamSince, lingerMs), longestLingerMs);
  }

  #rung(at: number): void {
    this.#timer = undefined;
    this.#timerAt = noTime;
    if (this.#tickAt <= at) this.#ring();
    else if (this.#tickAt !== noTime) this.#arm(at);
  }
}
