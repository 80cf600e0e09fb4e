// Which rows have a name: the index of a table in memory. Within a name they stand in the order in which they came to it.

export class NameIndex {
  /** Most names have one row, which needs no set of its own. */
  readonly #ids = new Map<string, string | Set<string>>();

  ids(name: string): Iterable<string> {
    const known = this.#ids.get(name);
    if (known === undefined) return none;
    return typeof known === "string" ? [known] : known;
  }

  count(name: string): number {
    const known = this.#ids.get(name);
    if (known === undefined) return 0;
    return typeof known === "string" ? 1 : known.size;
  }

  names(): IterableIterator<string> {
    return this.#ids.keys();
  }

  /** The row has another name from now on, or none; one that has it already keeps its place. */
  move(id: string, before: string | undefined, now: string | undefined): void {
    if (before === now) return;
    if (before !== undefined) this.#leave(before, id);
    if (now !== undefined) this.#join(now, id);
  }

  #join(name: string, id: string): void {
    const known = this.#ids.get(name);
    if (known === undefined) this.#ids.set(name, id);
    else if (typeof known === "string") this.#ids.set(name, new Set([known, id]));
    else known.add(id);
  }

  #leave(name: string, id: string): void {
    const known = this.#ids.get(name);
    if (known === undefined) return;
    if (typeof known !== "string") known.delete(id);
    if (known === id || (typeof known !== "string" && known.size === 0)) this.#ids.delete(name);
  }
}

const none: Iterable<string> = [];
