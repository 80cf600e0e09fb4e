// The subscriptions to one resource, found by what they are asked for at each step (RFC 6665 §4.2): a resource may have ten
// thousand watchers, and none of them may cost the others a look at all.

import type { EpochMs } from "../base/brand";
import { earlier } from "../base/timer-table";
import type { Subscription } from "./subscription";

export class SubscriptionTable {
  readonly #rows = new Map<string, Subscription>();
  readonly #byCallId = new Map<string, readonly string[]>();
  readonly #byWatcher = new Map<string, readonly string[]>();
  /** Subscriptions to the resource itself, by event. */
  readonly #counts = new Map<string, number>();
  #dueAt: EpochMs | undefined;
  /** Whoever was due first may be so no more. */
  #isDueStale = false;

  constructor(rows: Iterable<Subscription> = []) {
    for (const row of rows) this.put(row);
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): Subscription | undefined {
    return this.#rows.get(id);
  }

  /** In the order in which they came. */
  values(): IterableIterator<Subscription> {
    return this.#rows.values();
  }

  ofCallId(callId: string): readonly Subscription[] {
    return this.#named(this.#byCallId.get(callId));
  }

  ofWatcher(watcher: string): readonly Subscription[] {
    return this.#named(this.#byWatcher.get(watcher));
  }

  /** Whether anybody watches that event of the resource itself: lists are told by themselves (RFC 4662). */
  isWatched(event: string): boolean {
    return (this.#counts.get(event) ?? 0) > 0;
  }

  /** When the first of them expires or is to be tried again, or a moment before that. */
  get dueAt(): EpochMs | undefined {
    return this.#dueAt;
  }

  /** Reckons `dueAt` anew, where it may be too early. */
  settleDue(): void {
    if (!this.#isDueStale) return;
    this.#isDueStale = false;
    this.#dueAt = undefined;
    for (const row of this.#rows.values()) this.#dueAt = earlier(this.#dueAt, dueOf(row));
  }

  /** A row that was there keeps its place. */
  put(row: Subscription): void {
    const before = this.#rows.get(row.id);
    if (before !== undefined) this.#forget(before);
    this.#rows.set(row.id, row);
    join(this.#byCallId, row.callId, row.id);
    join(this.#byWatcher, row.watcher, row.id);
    if (row.list === undefined) this.#counts.set(row.event, (this.#counts.get(row.event) ?? 0) + 1);
    this.#dueAt = earlier(this.#dueAt, dueOf(row));
  }

  delete(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#forget(row);
    this.#rows.delete(id);
  }

  #forget(row: Subscription): void {
    leave(this.#byCallId, row.callId, row.id);
    leave(this.#byWatcher, row.watcher, row.id);
    if (row.list === undefined) this.#counts.set(row.event, (this.#counts.get(row.event) ?? 0) - 1);
    if (dueOf(row) === this.#dueAt) this.#isDueStale = true;
  }

  #named(ids: readonly string[] = []): readonly Subscription[] {
    return ids.flatMap((id) => this.#rows.get(id) ?? []);
  }
}

const dueOf = ({ expiresAt, retryAt }: Subscription): EpochMs =>
  retryAt !== undefined && retryAt < expiresAt ? retryAt : expiresAt;

function join(index: Map<string, readonly string[]>, name: string, id: string): void {
  const known = index.get(name);
  index.set(name, known === undefined ? [id] : [...known, id]);
}

function leave(index: Map<string, readonly string[]>, name: string, id: string): void {
  const rest = index.get(name)?.filter((each) => each !== id) ?? [];
  if (rest.length === 0) index.delete(name);
  else index.set(name, rest);
}
