// Numbers that look random and come from a seed: the same seed gives the same inputs on every machine.

export class Random {
  #state: number;

  constructor(seed: number, stream = 0) {
    this.#state = mixed(mixed(seed >>> 0) ^ mixed((stream + 0x9e3779b9) >>> 0));
  }

  /** 32 bits (splitmix32). */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    return mixed(this.#state);
  }

  /** 0 ≤ n < `limit`. */
  below(limit: number): number {
    return limit <= 1 ? 0 : this.next() % limit;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<const Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)] as Value;
  }

  /** So many times one of them, joined. */
  join(values: readonly string[], most: number, separator = ""): string {
    return Array.from({ length: this.below(most + 1) }, () => this.pick(values)).join(separator);
  }
}

function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
}
