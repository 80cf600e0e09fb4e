// Where the user is in the console, kept in the URL's fragment: the browser's and the phone's way back lead through
// it, a reload stays, and no server sees it.

import { useSyncExternalStore } from "react";

export type Place =
  | { readonly kind: "list" }
  | { readonly kind: "conversation"; readonly peer: string }
  | { readonly kind: "call" };

export function readPlace(fragment: string): Place {
  if (fragment === "#call") return { kind: "call" };
  const peer = decoded(fragment.slice(1));
  return peer.includes("@") ? { kind: "conversation", peer } : { kind: "list" };
}

export function writePlace(place: Place): string {
  if (place.kind === "call") return "#call";
  return place.kind === "conversation" ? `#${encodeURIComponent(place.peer)}` : "#";
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

const listeners = new Set<() => void>();

/** At once: the event comes later, and what is typed until then would go where the user was. */
export function goTo(place: Place): void {
  location.hash = writePlace(place);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("hashchange", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("hashchange", listener);
  };
}

export function usePlace(): Place {
  return readPlace(useSyncExternalStore(subscribe, () => location.hash));
}
