// A map of what came last, in two halves: a full half takes the place of the one before it. So nothing is ever taken
// out one by one: a map that loses its oldest entry for each new one walks over the gaps they leave, and keeps every
// entry until it is old to the collector of garbage.

export interface RecentLimits {
  /** Entries of one half, and their weight: so much is kept at least, and at most twice as much. */
  readonly entries: number;
  readonly weight: number;
}

export class RecentMap<Value> {
  readonly #limits: RecentLimits;
  readonly #weigh: (value: Value) => number;
  #recent = new Map<string, Value>();
  #before = new Map<string, Value>();
  #weight = 0;

  constructor(limits: RecentLimits, weigh: (value: Value) => number) {
    this.#limits = limits;
    this.#weigh = weigh;
  }

  get(key: string): Value | undefined {
    return this.#recent.get(key) ?? this.#before.get(key);
  }

  /** What is too heavy for a half by itself is not kept. */
  set(key: string, value: Value): void {
    const { entries, weight } = this.#limits;
    const own = this.#weigh(value);
    if (own > weight) return;
    const known = this.#recent.get(key);
    if (known !== undefined) this.#weight -= this.#weigh(known);
    if (this.#recent.size >= entries || this.#weight + own > weight) {
      this.#before = this.#recent;
      this.#recent = new Map();
      this.#weight = 0;
    }
    this.#recent.set(key, value);
    this.#weight += own;
  }

  /** In the order in which they came. */
  *values(): IterableIterator<Value> {
    yield* this.#before.values();
    yield* this.#recent.values();
  }
}
