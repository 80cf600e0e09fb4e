// What was said with whom, in this tab: kept over a reload, since the gateway hands a message to a device once.

import { type Kept, kept, members } from "./kept";
import type { Delivery } from "./line/messages";

/** A delivery, or what is known before and without one. */
export type Mark = Delivery | { readonly kind: "sending" } | { readonly kind: "unknown" };

export interface Said {
  /** A received message's Call-ID, or an id of this tab's own. */
  readonly id: string;
  readonly text: string;
  readonly at: number;
  /** Undefined for what was received. */
  readonly mark: Mark | undefined;
}

type Conversation = readonly [peer: string, lines: readonly Said[]];

/** Lines kept for each person. */
const longest = 200;

export interface Conversations {
  /** Everybody spoken with. */
  peers(): readonly string[];
  with(peer: string): readonly Said[];
  /** Adds a line, or replaces the one with that id. */
  put(peer: string, said: Said): void;
  /** False for a line that is here already: a delivery that was repeated. */
  isNew(peer: string, id: string): boolean;
}

/** The conversations of one of the user's addresses. */
export function openConversations(aor: string): Conversations {
  const store: Kept<readonly Conversation[]> = kept(`conversations.${aor}`, readConversations);
  const all = new Map(store.get());
  const lines = (peer: string) => all.get(peer) ?? [];
  const isNew = (peer: string, id: string) => !lines(peer).some((said) => said.id === id);
  return {
    peers: () => [...all.keys()],
    with: lines,
    isNew,
    put(peer, said) {
      const next = isNew(peer, said.id)
        ? [...lines(peer), said].slice(-longest)
        : lines(peer).map((old) => (old.id === said.id ? said : old));
      all.set(peer, next);
      store.set([...all]);
    },
  };
}

function readConversations(value: unknown): readonly Conversation[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((pair): readonly Conversation[] => {
    const [peer, lines] = Array.isArray(pair) ? pair : [];
    return typeof peer === "string" && Array.isArray(lines) ? [[peer, lines.flatMap(readSaid)]] : [];
  });
}

function readSaid(value: unknown): readonly Said[] {
  const { id, text, at, mark } = members(value) ?? {};
  if (typeof id !== "string" || typeof text !== "string" || typeof at !== "number") return [];
  return [{ id, text, at, mark: mark === undefined ? undefined : readMark(mark) }];
}

/** What was under way when the page was left: nobody heard the answer. */
function readMark(value: unknown): Mark {
  const { kind, status, reason } = members(value) ?? {};
  if (kind === "delivered" || kind === "stored") return { kind };
  if (kind === "refused" && typeof status === "number" && typeof reason === "string") {
    return { kind, status, reason };
  }
  return { kind: "unknown" };
}
