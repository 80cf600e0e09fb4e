// A value that changes and says so: what the views watch. One value at a time, replaced as a whole and never changed
// in place, so that whoever compares by identity sees each change once.

import type { Observable } from "./contract";

export interface Store<Value> extends Observable<Value> {
  /** Nothing is said when the value is the one that stands. */
  set(value: Value): void;
  update(change: (value: Value) => Value): void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  const set = (next: Value): void => {
    if (Object.is(next, value)) return;
    value = next;
    // Who leaves while the others are told is told no more.
    for (const listener of [...listeners]) if (listeners.has(listener)) listener();
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe(listener) {
      // Of its own for each call: the same function given twice is two listeners.
      const mine = (): void => listener();
      listeners.add(mine);
      return () => void listeners.delete(mine);
    },
  };
}
