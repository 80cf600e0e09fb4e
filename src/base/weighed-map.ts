// A map that knows how much it holds: what a stranger can make grow is bounded by weight as well as by number.

export class WeighedMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #weigh: (value: Value) => number;
  #weight = 0;

  constructor(weigh: (value: Value) => number) {
    this.#weigh = weigh;
  }

  get size(): number {
    return this.#values.size;
  }

  /** Of all values together. */
  get weight(): number {
    return this.#weight;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  /** As in a Map, a key keeps its place. */
  set(key: string, value: Value): this {
    const known = this.#values.get(key);
    this.#weight += this.#weigh(value) - (known === undefined ? 0 : this.#weigh(known));
    this.#values.set(key, value);
    return this;
  }

  delete(key: string): boolean {
    const known = this.#values.get(key);
    if (known === undefined) return false;
    this.#weight -= this.#weigh(known);
    return this.#values.delete(key);
  }

  /** The oldest key. */
  first(): string | undefined {
    return this.#values.keys().next().value;
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  values(): IterableIterator<Value> {
    return this.#values.values();
  }

  [Symbol.iterator](): IterableIterator<[string, Value]> {
    return this.#values[Symbol.iterator]();
  }
}
