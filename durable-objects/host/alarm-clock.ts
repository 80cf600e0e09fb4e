// The two clocks of a home: a timer that dies with the object, for seconds while something is under way, and the
// object's one alarm, for what must not be missed.
//
// Relies on the platform: `setAlarm` is a row and a commit, so the alarm is moved only to an earlier moment; one in
// the past may be lost, so the nearest is the next millisecond. A pending timer keeps the object in memory.

import type { EpochMs } from "../../src/base/brand";

export class AlarmClock {
  readonly #storage: DurableObjectStorage;
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #alarmAt: number;
  /** Alarms set since the object woke: what the cost meter reads. */
  alarmsSet = 0;

  /** `alarmAt` is the alarm that was armed before this memory began. */
  constructor(storage: DurableObjectStorage, alarmAt: number | null, ring: () => void) {
    this.#storage = storage;
    this.#alarmAt = alarmAt ?? Number.POSITIVE_INFINITY;
    this.#ring = ring;
  }

  /** The alarm that stands, for the next memory. */
  get alarmAt(): number | null {
    return this.#alarmAt === Number.POSITIVE_INFINITY ? null : this.#alarmAt;
  }

  /** The alarm has fired: none is armed. */
  alarmFired(): void {
    this.#alarmAt = Number.POSITIVE_INFINITY;
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
    if (tick === undefined) {
      // Without a timer the object may hibernate.
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#timerAt = Number.POSITIVE_INFINITY;
      return;
    }
    // A timer that rings too early finds nothing due and is set anew; one that would ring late is replaced.
    if (tick >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = tick;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.#timer = undefined;
        this.#ring();
      },
      Math.max(0, tick - now),
    );
  }
}
