// The route as React sees it: the fragment is the state, the browser's history is ours.

import { useMemo, useSyncExternalStore } from "react";
import { type Route, readRoute } from "./route";

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => readRoute(hash), [hash]);
}

/** Goes there; what is typed letter by letter replaces, so that "back" leaves the page and not a letter. */
export function go(href: string, how: "push" | "replace" = "push"): void {
  if (href === location.hash) return;
  if (how === "push") location.hash = href;
  else location.replace(href);
}
