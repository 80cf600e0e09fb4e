import { useCallback, useSyncExternalStore } from "react";
import type { Observable } from "../line/contract";

/** The present snapshot; the component is rendered anew at every change. */
export function useObservable<Value>(observable: Observable<Value>): Value {
  const subscribe = useCallback((listener: () => void) => observable.subscribe(listener), [observable]);
  return useSyncExternalStore(subscribe, () => observable.get());
}
