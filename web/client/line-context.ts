// The line of the user who is signed in, for every view below the console.

import { createContext, useCallback, useContext } from "react";
import { realmOf, userOf } from "../address";
import type { Line } from "../line/contract";

export const LineContext = createContext<Line | undefined>(undefined);

export function useLine(): Line {
  const line = useContext(LineContext);
  if (line === undefined) throw new Error("a view of the console stands outside of it");
  return line;
}

/** What people of the user's own realm are called: the user part. Others by their whole address. */
export function useNames(): (address: string) => string {
  const realm = realmOf(useLine().aor);
  return useCallback((address) => (realmOf(address) === realm ? userOf(address) : address), [realm]);
}
