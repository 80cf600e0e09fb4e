// Which rows have a name: the index of a table in memory. Within a name they stand in the order in which they came to it.

export class NameIndex {
  readonly #ids = new Map<string, Set<string>>();

  ids(name: string): Iterable<string> {
    return this.#ids.get(name) ?? none;
  }

  count(name: string): number {
    return this.#ids.get(name)?.size ?? 0;
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
    if (known === undefined) this.#ids.set(name, new Set([id]));
    else known.add(id);
  }

  #leave(name: string, id: string): void {
    const known = this.#ids.get(name);
    known?.delete(id);
    if (known?.size === 0) this.#ids.delete(name);
  }
}

const none: Iterable<string> = [];
